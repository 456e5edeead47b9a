//! A connection to an OpenFlow switch.
//!
//! [`start`] keeps a task that connects, agrees on a version, answers and sends echoes, and connects again when
//! the connection is lost.
//! Through the [`SwitchHandle`] it takes requests ([`SwitchHandle::request`], [`SwitchHandle::multipart`]),
//! changes ([`SwitchHandle::change`]) and bundles ([`SwitchHandle::bundle`]); each is answered on its own, with
//! the errors that the switch sent for it.
//! What the switch sends unasked, and that it was reached or lost, comes as [`Event`]s.
//!
//! Nothing waits in unbounded buffers: what callers have in flight is theirs, and a switch that sends more than
//! is taken loses packets for the controller, or the connection.

mod address;
mod bundle;
mod error;
mod event;
mod exchange;
mod framing;
mod handle;
mod handshake;
mod link;
mod options;
mod outgoing;
mod pending;
mod serve;
mod task;

pub use address::SwitchAddress;
pub use bundle::BundleError;
pub use error::{ConnectionError, RequestError};
pub use event::{Event, Events};
pub use exchange::Failure;
pub use framing::FramingError;
pub use handle::SwitchHandle;
pub use options::SwitchOptions;
pub use task::start;
