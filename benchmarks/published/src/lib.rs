//! The published reactive-messaging 0.4.1: a contender, and the other side of the interop tests.

use std::{
    io,
    net::{SocketAddr, TcpListener},
};

/// An address of the loopback interface that nobody listens on.
///
/// 0.4.1 does not tell which port it got, so port 0 is of no use to it. The system does not hand
/// out the same port again soon.
///
/// # Errors
/// What the socket says.
pub fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}
