//! OpenFlow as Open vSwitch speaks it: fields, matches, actions, and their forms as text and on the wire.
//!
//! A [`Field`] names something of a packet or of its metadata; [`Field::info`] says how wide it is, whether it
//! may be masked, how it prints and what identifies it on the wire.
//! A [`Match`] is a set of masked field values, an [`Action`] is one action of a flow.
//! Both print as `ovs-ofctl` does.

mod action;
mod action_text;
mod encode;
mod encode_learn;
mod field;
mod field_info;
mod field_table;
mod flow_match;
mod learn;
mod match_text;
mod nat;
mod port;
mod subfield;
mod value_text;

pub use action::{Action, Actions, ConnectionTracking, Controller, Sample, Source, Zone};
pub use encode::encode_actions;
pub use field::{Field, low_bits};
pub use field_info::{FieldInfo, Format, OxmCode, Prerequisite};
pub use flow_match::{FieldMatch, Match};
pub use learn::{Learn, LearnSource, LearnSpec, LearnTarget};
pub use nat::{Nat, NatAlgorithm, NatDirection, NatRange};
pub use port::Port;
pub use subfield::Subfield;
pub use value_text::{write_hex, write_ipv6, write_value};
