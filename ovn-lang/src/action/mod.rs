//! Actions: parsed, printed, and turned into those of Open vSwitch (OVN's `lib/actions.c`).

mod context;
mod format;
mod format_conntrack;
mod model;
mod options;
mod parse;
mod parse_assignment;
mod parse_conntrack;
mod parse_log;
mod parse_options;

pub use context::{Context, Pipeline};
pub use model::{
    Action, Backend, BackendSet, LbAffinity, Log, LookupKind, Nat, NatKind, Neighbour, Nested,
    ObservationPoint, OptionValue, Sample, Select, Simple, SnatMark, Zone,
};
pub(crate) use options::code as option_code;
pub use options::{OptionDef, OptionKind, OptionTable, Options};
pub use parse::{Parsed, parse};
