use std::ops::{BitOr, BitOrAssign};

/// A set of kinds of changes that a monitor tells about (RFC 7047 section 4.1.5, `<monitor-select>`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Selection(u8);

impl Selection {
    /// The rows that are there at first.
    pub(crate) const INITIAL: Self = Self(1);
    /// Rows that are inserted, or begin to satisfy the condition.
    pub(crate) const INSERT: Self = Self(2);
    /// Rows that are deleted, or cease to satisfy the condition.
    pub(crate) const DELETE: Self = Self(4);
    /// Rows that change.
    pub(crate) const MODIFY: Self = Self(8);

    /// Every kind.
    pub(crate) fn all() -> Self {
        Self::INITIAL | Self::INSERT | Self::DELETE | Self::MODIFY
    }

    /// Whether both sets have a kind in common.
    pub(crate) fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for Selection {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Selection {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}
