//! Where a service listens, and where a remote is.

use std::{fmt, net::SocketAddr, str::FromStr, sync::Arc};

use crate::error::AddressError;

/// An address of any transport.
///
/// | text | transport |
/// |---|---|
/// | `tcp://host:port` or `host:port` | TCP; port 0 lets the system choose |
/// | `memory://name` | within this process; `memory://` chooses a name |
///
/// Made from text, from a [`SocketAddr`], or from another `Address`:
///
/// ```
/// # use reactive_messaging::Address;
/// let address: Address = "tcp://127.0.0.1:4242".parse()?;
/// assert_eq!(address, Address::try_from("127.0.0.1:4242")?);
/// assert_eq!(address.to_string(), "tcp://127.0.0.1:4242");
/// # Ok::<_, reactive_messaging::AddressError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Address {
    /// A TCP socket.
    Socket(SocketAddr),
    /// A TCP port of a host that is to be resolved.
    Host(Arc<str>, u16),
    /// A name within this process.
    Memory(Arc<str>),
}

impl Address {
    /// The IP address and port, where there is one.
    pub fn socket_addr(&self) -> Option<SocketAddr> {
        match self {
            Self::Socket(address) => Some(*address),
            Self::Host(..) | Self::Memory(_) => None,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(address) => write!(f, "tcp://{address}"),
            Self::Host(host, port) => write!(f, "tcp://{host}:{port}"),
            Self::Memory(name) => write!(f, "memory://{name}"),
        }
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        match text.split_once("://") {
            None | Some(("tcp", _)) => tcp(text.strip_prefix("tcp://").unwrap_or(text)),
            Some(("memory", name)) => Ok(Self::Memory(name.into())),
            Some((scheme, _)) => Err(AddressError::UnknownScheme(scheme.into())),
        }
    }
}

fn tcp(text: &str) -> Result<Address, AddressError> {
    if let Ok(address) = text.parse() {
        return Ok(Address::Socket(address));
    }
    let refused = || AddressError::HostPort(text.into());
    let (host, port) = text.rsplit_once(':').ok_or_else(refused)?;
    let port = port.parse().map_err(|_| refused())?;
    let is_name = !host.is_empty() && !host.contains([':', '/', '[', ']', ' ']);
    is_name
        .then(|| Address::Host(host.into(), port))
        .ok_or_else(refused)
}

impl TryFrom<&str> for Address {
    type Error = AddressError;

    fn try_from(text: &str) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl TryFrom<String> for Address {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl TryFrom<&String> for Address {
    type Error = AddressError;

    fn try_from(text: &String) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        Self::Socket(address)
    }
}

impl From<&Address> for Address {
    fn from(address: &Address) -> Self {
        address.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_back_as_it_is_displayed() {
        for text in [
            "tcp://127.0.0.1:80",
            "tcp://[::1]:80",
            "tcp://example.org:80",
            "memory://chat",
        ] {
            let address: Address = text.parse().expect("a valid address");
            assert_eq!(address.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_its_part() {
        let scheme: Result<Address, _> = "gopher://x".parse();
        assert_eq!(scheme, Err(AddressError::UnknownScheme("gopher".into())));
        for text in [
            "localhost",
            ":80",
            "a:b:80",
            "host:99999",
            "tcp://",
            "a/b:80",
        ] {
            let address: Result<Address, _> = text.parse();
            assert!(matches!(address, Err(AddressError::HostPort(_))), "{text}");
        }
    }
}
