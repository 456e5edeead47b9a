//! Where clients connect, and what they connect by.

mod address;
mod cipher_suites;
mod listener;
mod stream;
mod tls;

pub(crate) use address::Address;
pub(crate) use listener::{Accepted, Listener};
pub use stream::Stream;
pub(crate) use stream::connect;
pub use tls::TlsFiles;
pub(crate) use tls::TlsMaterial;
