//! Text as `ovs-ofctl` writes it.

mod action;
mod connection;
mod controller;
mod duration;
mod learn;
mod matches;
mod sample;
mod spread;
mod value;

pub(crate) use controller::REASONS;
pub(crate) use duration::Duration;
pub(crate) use value::{CT_STATES, TCP_FLAGS, TUNNEL_FLAGS};
pub use value::{write_hex, write_ipv6, write_value};
