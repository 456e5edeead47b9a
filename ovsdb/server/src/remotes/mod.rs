//! The remotes of the server: from the command line, control commands and rows of databases.

mod configuration;
mod manager;
mod remote;
mod rows;
mod status;

pub use configuration::{RemoteOptions, Remotes};
pub use manager::{Environment, Manager};
pub(crate) use rows::check_remote;
