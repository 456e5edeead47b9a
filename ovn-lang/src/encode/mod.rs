//! Actions of logical flows as those of Open vSwitch (`ovnacts_encode`).

mod connection;
mod controller;
mod dhcp;
mod encoder;
mod environment;
mod learn;
mod lookup;
mod opcode;
mod router_advertisement;
pub mod table;

pub use encoder::{EncodeError, encode};
pub use environment::{Environment, Features, Place};
