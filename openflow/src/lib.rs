//! OpenFlow as Open vSwitch speaks it: fields, matches, actions, and their forms as text and on the wire.
//!
//! A [`Field`] names something of a packet or of its metadata; [`Field::info`] says how wide it is, whether it
//! may be masked, how it prints and what identifies it on the wire.
//! A [`Match`] is a set of masked field values, an [`Action`] is one action of a flow.
//! A [`Flow`] has both, a [`Group`] has lists of actions, a [`Meter`] limits what passes it.
//! All print as `ovs-ofctl` does; [`parse`] reads that text, [`decode`] the wire.
//! A [`message`] has them on their way between a controller and a switch.

mod action;
pub mod decode;
mod encode;
mod field;
mod field_info;
mod field_table;
mod flow;
mod flow_match;
mod group;
pub mod message;
mod meter;
mod order;
pub mod parse;
mod port;
mod prerequisite;
mod subfield;
mod text;
mod version;
mod wire;

pub use action::{
    Action, Actions, Bundle, BundleAlgorithm, ConnectionTracking, Controller, Encapsulation,
    EncapsulationProperty, HashFields, Learn, LearnSource, LearnSpec, LearnTarget, Multipath,
    MultipathAlgorithm, Nat, NatAlgorithm, NatDirection, NatRange, OlderSet, PACKET_TYPE_OF_NEXT_HEADER,
    Sample, Source, Zone,
};
pub use encode::{encode_actions, encode_fields, encode_instructions, encode_match, encode_nxm};
pub use field::{Field, low_bits};
pub use field_info::{FieldInfo, Format, OxmCode, Prerequisite};
pub use flow::{Flow, FlowFlags, FlowStatistics};
pub use flow_match::{FieldMatch, Match};
pub use group::{
    Bucket, BucketStatistics, Group, GroupCommand, GroupFeatures, GroupKind, GroupMod, GroupStatistics,
    SelectionMethod, bucket_id, group_id,
};
pub use meter::{
    Band, BandKind, BandStatistics, Meter, MeterCommand, MeterFeatures, MeterMod, MeterStatistics,
    meter_flags, meter_id,
};
pub use port::Port;
pub use subfield::Subfield;
pub use text::{write_hex, write_ipv6, write_value};
pub use version::Version;
