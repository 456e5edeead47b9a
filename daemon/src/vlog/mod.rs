//! Logging as OVN's users know it: levels per module and destination, patterns, control commands.
//!
//! Code logs through the macros of `tracing`.
//! The last segment of an event's target is its module (`ovsdb::reconnect` is `reconnect`).
//! An event with a field `per_minute = N` is limited to N messages a minute at its call site:
//!
//! ```
//! tracing::warn!(target: "reconnect", per_minute = 5, "connection to {} failed", "tcp:127.0.0.1:6641");
//! ```
//!
//! `error!` is level `ERR`, `debug!` and `trace!` are `DBG`; for `EMER` there is [`Vlog::emergency`].

mod clock;
mod commands;
mod core;
mod file;
mod level;
mod pattern;
mod rate_limit;
mod settings;
mod subscriber;
mod syslog;
mod thread_name;

pub use self::core::{LogConfig, Vlog, init};
pub use commands::register_commands;
pub use level::{Destination, Level};
pub use settings::Settings;
pub use syslog::{SyslogMethod, SyslogTarget};
pub use thread_name::set_subprogram_name;
