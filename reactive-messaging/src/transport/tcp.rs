//! TCP.

use std::{
    io,
    net::SocketAddr,
    task::{Context, Poll, ready},
    time::Duration,
};

use futures::future::BoxFuture;
use socket2::{SockRef, TcpKeepalive};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream, lookup_host},
    time::{Instant, timeout},
};

use super::{Address, Connection, Connector, Listener};
use crate::config::{ConstConfig, SocketOptions};

/// Listens on the first address of a name that lets itself be bound.
pub(super) async fn bind(
    address: &Address,
    options: &SocketOptions,
) -> io::Result<Box<dyn Listener>> {
    let mut refusal = io::Error::from(io::ErrorKind::NotFound);
    for address in resolve(address).await? {
        match listen(address, options) {
            Ok(listener) => return Ok(Box::new(listener)),
            Err(error) => refusal = error,
        }
    }
    Err(refusal)
}

fn listen(address: SocketAddr, options: &SocketOptions) -> io::Result<TcpListener> {
    let socket = socket(address)?;
    // a restarted server can listen again while old connections are in TIME_WAIT; on Windows the
    // option would let two servers share a port
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    set_buffers(SockRef::from(&socket), options)?;
    socket.bind(address)?;
    socket.listen(options.backlog)
}

fn socket(address: SocketAddr) -> io::Result<TcpSocket> {
    if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }
}

async fn resolve(address: &Address) -> io::Result<Vec<SocketAddr>> {
    match address {
        Address::Socket(address) => Ok(vec![*address]),
        Address::Host(host, port) => match lookup_host((&**host, *port)).await {
            Ok(addresses) => Ok(addresses.collect()),
            // the resolver's errors have no kind of their own
            Err(error) => Err(io::Error::new(io::ErrorKind::NotFound, error)),
        },
        Address::Memory(_) => Ok(Vec::new()),
    }
}

fn set_buffers(socket: SockRef<'_>, options: &SocketOptions) -> io::Result<()> {
    if let Some(bytes) = options.send_buffer {
        socket.set_send_buffer_size(bytes)?;
    }
    if let Some(bytes) = options.recv_buffer {
        socket.set_recv_buffer_size(bytes)?;
    }
    Ok(())
}

fn set_up(stream: &TcpStream, options: &SocketOptions) -> io::Result<()> {
    stream.set_nodelay(options.no_delay)?;
    let socket = SockRef::from(stream);
    if let Some(hops) = options.ttl {
        match stream.local_addr()? {
            SocketAddr::V4(_) => socket.set_ttl_v4(hops)?,
            SocketAddr::V6(_) => socket.set_unicast_hops_v6(hops)?,
        }
    }
    if let Some(keepalive) = options.tcp_keepalive {
        let probes = TcpKeepalive::new()
            .with_time(keepalive.idle)
            .with_interval(keepalive.interval)
            .with_retries(keepalive.probes);
        socket.set_tcp_keepalive(&probes)?;
    }
    set_buffers(socket, options)
}

impl Listener for TcpListener {
    fn poll_accept(
        &mut self,
        cx: &mut Context<'_>,
        options: &SocketOptions,
    ) -> Poll<io::Result<Connection>> {
        let (stream, remote) = ready!(TcpListener::poll_accept(self, cx))?;
        set_up(&stream, options)?;
        Poll::Ready(Ok(Connection {
            io: Box::new(stream),
            address: remote.into(),
        }))
    }

    fn address(&self) -> Address {
        // a bound socket has an address; should the system deny it, no port stands for none
        let unknown = SocketAddr::from(([0, 0, 0, 0], 0));
        self.local_addr().unwrap_or(unknown).into()
    }
}

/// Connects to a TCP address; of a name with several addresses, to the first that answers.
#[derive(Debug, Clone)]
pub struct TcpConnector {
    address: Address,
}

impl TcpConnector {
    /// Connects to `address`.
    pub fn new(address: Address) -> Self {
        Self { address }
    }

    async fn resolve_and_connect(&self, config: &ConstConfig) -> io::Result<Connection> {
        let began = Instant::now();
        let addresses = timeout(config.connect_timeout, resolve(&self.address)).await??;
        let left = config.connect_timeout.saturating_sub(began.elapsed());
        connect_in_turn(&addresses, left, &config.socket_options).await
    }
}

/// Tries each address in turn; each gets its share of the time that is left, so that one which
/// swallows packets leaves some to the others.
async fn connect_in_turn(
    addresses: &[SocketAddr],
    limit: Duration,
    options: &SocketOptions,
) -> io::Result<Connection> {
    let began = Instant::now();
    let mut refusal = io::Error::from(io::ErrorKind::NotFound);
    for (tried, address) in addresses.iter().enumerate() {
        let left = (addresses.len() - tried) as u32;
        let share = limit.saturating_sub(began.elapsed()) / left;
        match timeout(share, connect(*address, options)).await {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) => refusal = error,
            Err(elapsed) => refusal = elapsed.into(),
        }
    }
    Err(refusal)
}

async fn connect(address: SocketAddr, options: &SocketOptions) -> io::Result<Connection> {
    let socket = socket(address)?;
    set_buffers(SockRef::from(&socket), options)?;
    let stream = socket.connect(address).await?;
    set_up(&stream, options)?;
    Ok(Connection {
        io: Box::new(stream),
        address: address.into(),
    })
}

impl Connector for TcpConnector {
    fn connect<'a>(&'a self, config: &'a ConstConfig) -> BoxFuture<'a, io::Result<Connection>> {
        Box::pin(self.resolve_and_connect(config))
    }

    fn address(&self) -> Address {
        self.address.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn n3_an_address_that_refuses_leaves_its_turn_to_the_next() {
        let options = SocketOptions::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let open = listener.local_addr().expect("it is bound");
        // port 0 is nobody's
        let closed = SocketAddr::from(([127, 0, 0, 1], 0));
        let limit = Duration::from_secs(5);

        let connected = connect_in_turn(&[closed, open], limit, &options).await;
        assert_eq!(connected.expect("the second answers").address, open.into());

        let refused = connect_in_turn(&[closed, closed], limit, &options).await;
        assert!(refused.is_err());
        let none = connect_in_turn(&[], limit, &options).await;
        assert_eq!(
            none.expect_err("nothing to try").kind(),
            io::ErrorKind::NotFound
        );
    }
}
