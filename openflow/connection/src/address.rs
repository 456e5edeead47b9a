//! Where a switch listens.

use std::fmt;
use std::io;
use std::path::PathBuf;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};

/// A switch's address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SwitchAddress {
    /// The path of a Unix socket, such as that of a bridge's `mgmt`.
    Unix(PathBuf),
    /// Name or address of a host, and a port; 6653 is OpenFlow's.
    Tcp(String, u16),
}

impl fmt::Display for SwitchAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SwitchAddress::Unix(path) => write!(f, "unix:{}", path.display()),
            SwitchAddress::Tcp(host, port) if host.contains(':') => write!(f, "tcp:[{host}]:{port}"),
            SwitchAddress::Tcp(host, port) => write!(f, "tcp:{host}:{port}"),
        }
    }
}

/// A connected byte stream of any kind.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl SwitchAddress {
    pub(crate) async fn connect(&self) -> io::Result<Box<dyn Stream>> {
        match self {
            SwitchAddress::Unix(path) => Ok(Box::new(UnixStream::connect(path).await?)),
            SwitchAddress::Tcp(host, port) => {
                let stream = TcpStream::connect((host.as_str(), *port)).await?;
                // Messages are written whole; waiting for more would only delay them.
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
        }
    }
}
