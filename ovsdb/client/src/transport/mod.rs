//! How a server is reached: remotes, TLS.

mod remote;
mod stream;
mod tls;

pub use remote::{Remote, RemoteError, Remotes};
pub(crate) use stream::{Stream, connect};
pub use tls::{TlsError, TlsOptions};
