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

fn poll_open(
    listener: &TcpListener,
    cx: &mut Context<'_>,
    options: &SocketOptions,
) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
    let (stream, remote) = ready!(listener.poll_accept(cx))?;
    set_up(&stream, options)?;
    Poll::Ready(Ok((stream, remote)))
}

impl Listener for TcpListener {
    fn poll_accept(
        &mut self,
        cx: &mut Context<'_>,
        options: &SocketOptions,
    ) -> Poll<io::Result<Connection>> {
        let (stream, remote) = ready!(poll_open(self, cx, options))?;
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
    let stream = open(address, options).await?;
    Ok(Connection {
        io: Box::new(stream),
        address: address.into(),
    })
}

async fn open(address: SocketAddr, options: &SocketOptions) -> io::Result<TcpStream> {
    let socket = socket(address)?;
    set_buffers(SockRef::from(&socket), options)?;
    let stream = socket.connect(address).await?;
    set_up(&stream, options)?;
    Ok(stream)
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
    use crate::config::Keepalive;

    const UNSET: SocketOptions = SocketOptions {
        no_delay: false,
        tcp_keepalive: None,
        ..SocketOptions::default()
    };

    /// Both ends of a connection, the server's first.
    async fn both_ends(host: &str, options: &SocketOptions) -> [TcpStream; 2] {
        let address = format!("{host}:0").parse().expect("an address");
        let listener = listen(address, options).expect("a port");
        let address = listener.local_addr().expect("it is bound");
        let accepted = std::future::poll_fn(|cx| poll_open(&listener, cx, options));
        let opened = async { tokio::join!(accepted, open(address, options)) };
        let opened = timeout(Duration::from_secs(5), opened).await;
        let (accepted, connected) = opened.expect("both are here");
        [
            accepted.expect("a connection").0,
            connected.expect("a connection"),
        ]
    }

    #[tokio::test]
    async fn delays_and_probes_of_both_roles_are_as_the_options_say() {
        let defaults = SocketOptions::default();
        let own = SocketOptions {
            tcp_keepalive: Some(Keepalive {
                idle: Duration::from_millis(7_900),
                interval: Duration::from_secs(3),
                probes: 5,
            }),
            ..UNSET
        };
        for (options, no_delay, keepalive) in [
            (defaults, true, Some((60, 10, 3))),
            (own, false, Some((7, 3, 5))),
            (UNSET, false, None),
        ] {
            for stream in both_ends("127.0.0.1", &options).await {
                assert_eq!(stream.nodelay().expect("a socket"), no_delay);
                let socket = SockRef::from(&stream);
                assert_eq!(socket.keepalive().expect("a socket"), keepalive.is_some());
                if let Some((idle, interval, probes)) = keepalive {
                    let times = [socket.tcp_keepalive_time(), socket.tcp_keepalive_interval()];
                    let times = times.map(|time| time.expect("a socket").as_secs());
                    assert_eq!(times, [idle, interval]);
                    assert_eq!(socket.tcp_keepalive_retries().expect("a socket"), probes);
                }
                // a close never waits for the remote in the kernel, and never resets it either
                assert_eq!(socket.linger().expect("a socket"), None);
            }
        }
    }

    #[tokio::test]
    async fn hops_and_buffers_are_those_of_the_system_unless_they_are_set() {
        let system = TcpSocket::new_v4().expect("a socket");
        let system_ttl = SockRef::from(&system).ttl_v4().expect("a socket");
        let [server, client] = both_ends("127.0.0.1", &UNSET).await;
        for stream in [&server, &client] {
            let socket = SockRef::from(stream);
            assert_eq!(socket.ttl_v4().expect("a socket"), system_ttl);
        }
        let own = SocketOptions {
            ttl: Some(7),
            // Linux takes twice as many, for its bookkeeping
            send_buffer: Some(50_000),
            recv_buffer: Some(60_000),
            ..UNSET
        };
        for stream in both_ends("127.0.0.1", &own).await {
            let socket = SockRef::from(&stream);
            assert_eq!(socket.ttl_v4().expect("a socket"), 7);
            for (size, asked) in [
                (socket.send_buffer_size(), 50_000),
                (socket.recv_buffer_size(), 60_000),
            ] {
                let size = size.expect("a socket");
                assert!((asked..=2 * asked).contains(&size), "{size} for {asked}");
            }
        }
        let Ok(_) = TcpSocket::new_v6().and_then(|socket| {
            let local = SocketAddr::from((std::net::Ipv6Addr::LOCALHOST, 0));
            socket.bind(local)
        }) else {
            return;
        };
        for stream in both_ends("[::1]", &own).await {
            let socket = SockRef::from(&stream);
            assert_eq!(socket.unicast_hops_v6().expect("a socket"), 7);
        }
    }

    /// Whatever the validation accepts, the system does.
    #[tokio::test]
    async fn the_extremes_of_every_option_are_accepted() {
        let extremes = |ttl, buffer, seconds, probes, backlog| SocketOptions {
            ttl: Some(ttl),
            send_buffer: Some(buffer),
            recv_buffer: Some(buffer),
            backlog,
            tcp_keepalive: Some(Keepalive {
                idle: Duration::from_secs(seconds),
                interval: Duration::from_secs(seconds),
                probes,
            }),
            ..SocketOptions::default()
        };
        for socket_options in [
            extremes(1, 1, 1, 1, 1),
            extremes(255, i32::MAX as usize, 32_767, 127, u32::MAX),
        ] {
            let config = ConstConfig {
                socket_options,
                ..ConstConfig::default()
            };
            assert_eq!(config.validate(), Ok(()));
            both_ends("127.0.0.1", &socket_options).await;
        }
    }

    /// So many connections wait to be accepted, and one more, as Linux counts; the next ones get no
    /// answer.
    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn backlog_is_what_the_kernel_queues() {
        for backlog in [1, 4] {
            let options = SocketOptions { backlog, ..UNSET };
            let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0)), &options);
            let listener = listener.expect("a port");
            let address = listener.local_addr().expect("it is bound");
            let mut queued = Vec::new();
            for n in 0..=backlog {
                let opened = timeout(Duration::from_secs(30), open(address, &options)).await;
                let opened = opened.unwrap_or_else(|_| panic!("no answer to {n} of {backlog}"));
                queued.push(opened.expect("a connection"));
            }
            let beyond = timeout(Duration::from_millis(400), open(address, &options)).await;
            assert!(beyond.is_err(), "one more than {backlog}: {beyond:?}");
        }
    }

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
