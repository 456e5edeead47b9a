use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use socket2::{Domain, Socket, Type};
use tokio::net::{TcpListener, TcpStream, UnixListener};
use tokio_rustls::TlsAcceptor;
use weft_daemon::process::Cleanup;

use super::address::Address;
use super::stream::Stream;
use super::tls::peer_name;

/// A socket that clients connect to.
#[derive(Debug)]
pub(crate) struct Listener {
    kind: Kind,
    name: String,
}

#[derive(Debug)]
enum Kind {
    Unix { listener: UnixListener, path: PathBuf },
    Tcp { listener: TcpListener, is_tls: bool },
}

/// A client that has connected, before any handshake.
#[derive(Debug)]
pub(crate) struct Accepted {
    /// The name for the log.
    pub name: String,
    socket: Socketed,
}

#[derive(Debug)]
enum Socketed {
    Unix(tokio::net::UnixStream),
    Tcp { stream: TcpStream, is_tls: bool },
}

/// How many clients may wait to be accepted: after a restart all come back at once.
const LISTEN_BACKLOG: i32 = 1024;

impl Listener {
    /// Listens at an address; a relative path is below the run directory.
    /// Answers `None` for an address to connect to.
    ///
    /// # Errors
    /// As the system says.
    pub(crate) fn open(address: &Address, text: &str, run_directory: &Path) -> io::Result<Option<Self>> {
        let kind = match address {
            Address::ListenUnix(path) => listen_unix(run_directory.join(path))?,
            Address::Listen { port, ip, is_tls } => {
                let listener = listen_tcp((*ip, *port).into())?;
                if *port == 0 {
                    // The port is found out from the log.
                    let (at, port) =
                        (text.split_once(':').map_or(text, |(_, at)| at), listener.local_addr()?.port());
                    tracing::info!(target: "socket_util", "{at}: listening on port {port}");
                }
                Kind::Tcp { listener, is_tls: *is_tls }
            }
            Address::Connect(_) => return Ok(None),
        };
        Ok(Some(Self { kind, name: text.to_owned() }))
    }

    /// The port that clients connect to.
    pub(crate) fn port(&self) -> Option<u16> {
        match &self.kind {
            Kind::Unix { .. } => None,
            Kind::Tcp { listener, .. } => listener.local_addr().ok().map(|address| address.port()),
        }
    }

    /// Waits for a client.
    ///
    /// # Errors
    /// As the system says.
    pub(crate) async fn accept(&self) -> io::Result<Accepted> {
        match &self.kind {
            Kind::Unix { listener, .. } => {
                let (stream, _) = listener.accept().await?;
                Ok(Accepted { name: self.name.replacen("punix", "unix", 1), socket: Socketed::Unix(stream) })
            }
            Kind::Tcp { listener, is_tls } => {
                let (stream, peer) = listener.accept().await?;
                stream.set_nodelay(true)?;
                let name = format!("{}:{peer}", if *is_tls { "ssl" } else { "tcp" });
                Ok(Accepted { name, socket: Socketed::Tcp { stream, is_tls: *is_tls } })
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Kind::Unix { path, .. } = &self.kind {
            Cleanup::remove(path);
        }
    }
}

impl Accepted {
    /// Completes the connection; over TLS, with a handshake. Answers who the client is by its certificate, too.
    ///
    /// # Errors
    /// There is no configuration for TLS, or the handshake fails.
    pub(crate) async fn establish(
        self,
        tls: impl FnOnce() -> io::Result<Arc<ServerConfig>>,
    ) -> io::Result<(Box<dyn Stream>, Option<String>)> {
        match self.socket {
            Socketed::Unix(stream) => Ok((Box::new(stream), None)),
            Socketed::Tcp { stream, is_tls: false } => Ok((Box::new(stream), None)),
            Socketed::Tcp { stream, is_tls: true } => {
                let stream = TlsAcceptor::from(tls()?).accept(stream).await?;
                let certificate = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
                let id = certificate.and_then(peer_name);
                Ok((Box::new(stream), id))
            }
        }
    }
}

fn listen_unix(path: PathBuf) -> io::Result<Kind> {
    // A socket that is left over from an earlier run is in the way of a new one.
    if path.symlink_metadata().is_ok_and(|metadata| metadata.file_type().is_socket()) {
        std::fs::remove_file(&path)?;
    }
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.bind(&socket2::SockAddr::unix(&path)?)?;
    socket.listen(LISTEN_BACKLOG)?;
    socket.set_nonblocking(true)?;
    Cleanup::add(&path);
    let listener = UnixListener::from_std(std::os::fd::OwnedFd::from(socket).into())?;
    Ok(Kind::Unix { listener, path })
}

fn listen_tcp(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(LISTEN_BACKLOG)?;
    socket.set_nonblocking(true)?;
    TcpListener::from_std(std::os::fd::OwnedFd::from(socket).into())
}
