use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;
use weft_ovsdb::Remote;

/// A connected byte stream of any kind.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin + 'static> Stream for T {}

/// Connects to a client that listens; over TLS with a configuration, including the handshake.
///
/// # Errors
/// As the system or the handshake says.
pub(crate) async fn connect(
    remote: &Remote,
    run_directory: &Path,
    tls: Option<Arc<ClientConfig>>,
) -> io::Result<Box<dyn Stream>> {
    match remote {
        Remote::Unix(path) => Ok(Box::new(UnixStream::connect(run_directory.join(path)).await?)),
        Remote::Tcp { host, port } => Ok(Box::new(connect_tcp(host, *port).await?)),
        Remote::Ssl { host, port } => {
            let tls =
                tls.ok_or_else(|| io::Error::other("no private key, certificate and CA are configured"))?;
            let name = ServerName::try_from(host.clone()).map_err(io::Error::other)?;
            let stream = connect_tcp(host, *port).await?;
            Ok(Box::new(TlsConnector::from(tls).connect(name, stream).await?))
        }
    }
}

async fn connect_tcp(host: &str, port: u16) -> io::Result<TcpStream> {
    let stream = TcpStream::connect((host, port)).await?;
    // Messages are written whole; waiting for more would only delay them.
    stream.set_nodelay(true)?;
    Ok(stream)
}
