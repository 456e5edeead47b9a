//! The control socket of a daemon, to which `ovn-appctl` and `ovs-appctl` talk.
//!
//! The protocol is JSON-RPC 1.0 without frames; requests of a connection are answered in order.

mod client;
mod commands;
mod connection;
mod framing;
mod server;
mod socket;

pub use client::Client;
pub use commands::{Commands, Replier, Text};
pub use server::Server;
