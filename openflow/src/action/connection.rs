//! Tracking of connections.

use super::actions::Actions;
use crate::subfield::Subfield;

/// The zone of a tracked connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Zone {
    /// A number.
    Number(u16),
    /// 16 bits of a field.
    Field(Subfield),
}

/// The argument of [`Action::Ct`](crate::Action::Ct).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ConnectionTracking {
    /// Whether the connection is kept.
    pub commit: bool,
    /// Whether a connection of the other direction is replaced; only with `commit`.
    pub force: bool,
    /// Where the packet goes on after it was tracked.
    pub table: Option<u8>,
    /// The zone.
    pub zone: Zone,
    /// The port of the protocol whose helper is used (21 is FTP), or 0.
    pub helper: u16,
    /// Actions before the commit: [`Action::Nat`](crate::Action::Nat), then sets and moves of `ct_mark` and
    /// `ct_label`.
    pub actions: Actions,
}
