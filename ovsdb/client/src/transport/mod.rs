//! How a server is reached: remotes, TLS, reconnection.

mod backoff;
mod remote;
mod stream;
mod tls;

pub use backoff::Backoff;
pub use remote::{Remote, RemoteError, Remotes};
pub(crate) use stream::{Stream, connect};
pub use tls::{TlsError, TlsOptions};
