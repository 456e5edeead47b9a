//! One interner for all that take part: decoders, a driver, sinks.

use std::sync::Arc;

use parking_lot::{ArcRwLockReadGuard, RawRwLock, RwLock, RwLockReadGuard};
use weft_value::Interner;

/// An interner that several threads read and fill, and that a driver reclaims between transactions.
///
/// A reader may intern as well. Datums that a reader keeps after it let go of its guard must be among
/// the roots of the next reclaim.
#[derive(Clone, Default)]
pub struct SharedInterner(Arc<RwLock<Interner>>);

/// A guard that owns its share of the interner.
pub(crate) type OwnedReader = ArcRwLockReadGuard<RawRwLock, Interner>;

impl SharedInterner {
    /// An empty interner.
    #[must_use]
    pub fn new() -> SharedInterner {
        SharedInterner::default()
    }

    /// The interner, for reading and interning. The same thread may read several times at once.
    pub fn read(&self) -> RwLockReadGuard<'_, Interner> {
        self.0.read_recursive()
    }

    /// As [`SharedInterner::read`], with a guard to keep: no reclaim happens while it lives.
    pub(crate) fn read_owned(&self) -> OwnedReader {
        self.0.read_arc_recursive()
    }

    /// Runs `reclaim` on the interner alone, after all readers are done.
    pub(crate) fn exclusively<R>(&self, reclaim: impl FnOnce(&mut Interner) -> R) -> R {
        reclaim(&mut self.0.write())
    }
}
