use std::io;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;

use super::remote::Remote;
use super::tls::TlsOptions;

/// A connected byte stream of any kind.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Connects to a remote; over TLS, including the handshake.
pub(crate) async fn connect(remote: &Remote, tls: Option<&TlsOptions>) -> io::Result<Box<dyn Stream>> {
    match remote {
        Remote::Unix(path) => Ok(Box::new(UnixStream::connect(path).await?)),
        Remote::Tcp { host, port } => Ok(Box::new(connect_tcp(host, *port).await?)),
        Remote::Ssl { host, port } => {
            let tls = tls.ok_or_else(|| io::Error::other("no private key, certificate and CA were given"))?;
            // The files are read again for every connection, so that renewed certificates are picked up.
            let config = tls.client_config().map_err(io::Error::other)?;
            let name = tls.server_name.as_ref().unwrap_or(host);
            let name = ServerName::try_from(name.clone()).map_err(io::Error::other)?;
            let stream = connect_tcp(host, *port).await?;
            Ok(Box::new(TlsConnector::from(config).connect(name, stream).await?))
        }
    }
}

async fn connect_tcp(host: &str, port: u16) -> io::Result<TcpStream> {
    let stream = TcpStream::connect((host, port)).await?;
    // Messages are written whole; waiting for more would only delay them.
    stream.set_nodelay(true)?;
    Ok(stream)
}
