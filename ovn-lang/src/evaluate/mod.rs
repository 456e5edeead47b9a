//! Logical flows run on abstract packets, for traces.

mod derived;
mod matches;
mod packet;
mod run;

pub use matches::holds;
pub use packet::Packet;
pub use run::{Oracle, Step, run};
