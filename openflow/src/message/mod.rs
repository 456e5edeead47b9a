//! Messages between a controller and a switch.
//!
//! A [`Message`] is a number and a [`Body`]; [`Message::encode`] and [`Message::decode`] go between it and its
//! bytes in a [`Version`](crate::Version). Messages of Nicira's and ONF's extensions are bodies as any other.

mod asynchronous;
mod body;
mod bundle;
mod connection_tracking;
mod counters;
mod decode_body;
mod encode_body;
mod error;
mod error_names;
mod flow_mod;
mod flow_monitor;
pub(crate) mod flow_parts;
mod flow_removed;
mod flow_statistics;
mod header;
mod hello;
mod kinds;
mod multipart;
mod packet_in;
mod packet_out;
mod port;
pub(crate) mod property;
mod role;
mod switch;
mod tunnel_options;
pub(crate) mod vendor;
pub(crate) mod wire;

pub use asynchronous::{AsyncConfig, AsyncKind, AsyncMask};
pub use body::{Body, Message};
pub use bundle::{BUNDLE_ATOMIC, BUNDLE_ORDERED, BundleAdd, BundleCommand, BundleControl};
pub use connection_tracking::{ConnectionFlush, ConnectionTuple};
pub use counters::Counters;
pub use error::{ErrorCode, ErrorMessage};
pub use flow_mod::{ALL_TABLES, ANY_GROUP, FlowCommand, FlowMod, NO_BUFFER};
pub use flow_monitor::{ChangedFlow, FlowEvent, FlowMonitor, FlowUpdate, MonitorCommand, monitor_flags};
pub use flow_removed::FlowRemoved;
pub use flow_statistics::{DumpedFlow, FlowQuery};
pub use header::{HEADER_LENGTH, Header};
pub use hello::Hello;
pub use multipart::{MultipartReply, MultipartRequest};
pub use packet_in::{PacketIn, packet_in_format};
pub use packet_out::PacketOut;
pub use port::{PortChange, PortDescription, PortFeatures, PortStatistics, PortStatus};
pub use role::{Role, RoleRequest, RoleStatus};
pub use switch::{SwitchConfig, SwitchDescription, SwitchFeatures, TableStatistics};
pub use tunnel_options::{TunnelOption, TunnelOptionMod, TunnelOptionTable};
pub use wire::{EncodeError, MessageError};
