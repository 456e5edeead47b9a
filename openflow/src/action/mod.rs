//! Actions and what they are about.

mod actions;
mod connection;
mod controller;
mod encapsulation;
mod learn;
mod nat;
mod older;
mod sample;
mod spread;

pub use actions::{Action, Actions};
pub use connection::{ConnectionTracking, Zone};
pub use controller::Controller;
pub(crate) use encapsulation::HEADERS;
pub use encapsulation::{Encapsulation, EncapsulationProperty, PACKET_TYPE_OF_NEXT_HEADER};
pub use learn::{Learn, LearnSource, LearnSpec, LearnTarget};
pub use nat::{Nat, NatAlgorithm, NatDirection, NatRange};
pub use older::OlderSet;
pub use sample::{Sample, Source};
pub use spread::{Bundle, BundleAlgorithm, HashFields, Multipath, MultipathAlgorithm};
