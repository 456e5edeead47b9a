//! Allocation of ids: unique in a scope, steady, as requested where possible.
//!
//! Not a relational operator: what it gives depends on what it gave. A transaction touches only holders
//! whose claim changed, those that a request displaces, and those that wait for an id that became free.

mod intervals;
mod scope;

use std::collections::{BTreeMap, HashMap};

use rustc_hash::FxBuildHasher;
use weft_value::{Datum, Interner, Value};

use crate::change::Diff;

use scope::{Claim, Scope};

/// Ids by allocation name, then by scope and holder.
pub type AllocationMemory = BTreeMap<String, BTreeMap<(Value, Value), i64>>;

/// The state of one allocation.
#[derive(Default)]
pub(crate) struct Allocator {
    scopes: HashMap<Datum, Scope, FxBuildHasher>,
}

/// A row of the output with its difference.
pub(crate) type EmitRow<'e> = dyn FnMut(&[Datum], Diff) + 'e;

impl Allocator {
    /// Remembers an id as given before to a holder that is still to come.
    pub(crate) fn remember(&mut self, scope: Datum, holder: Datum, id: i64) {
        self.scopes.entry(scope).or_default().remember(holder, id);
    }

    /// Takes changes of rows (holder, scope, lowest, highest, request, keep) and emits the changes of rows
    /// (holder, id or None, whether a request was not met).
    ///
    /// Of several rows of one holder in one scope the least counts.
    pub(crate) fn apply<'d>(
        &mut self,
        changes: impl Iterator<Item = (&'d [Datum], Diff)>,
        interner: &Interner,
        emit: &mut EmitRow<'_>,
    ) {
        let mut touched: HashMap<Datum, Vec<Datum>, FxBuildHasher> = HashMap::default();
        for (row, diff) in changes {
            let [holder, scope, claim @ ..] = row else { continue };
            let Ok(claim) = Claim::try_from(claim) else { continue };
            self.scopes.entry(*scope).or_default().change(*holder, claim, diff);
            touched.entry(*scope).or_default().push(*holder);
        }
        let mut touched: Vec<_> = touched.into_iter().collect();
        touched.sort_unstable_by_key(|(scope, _)| *scope);
        for (scope, holders) in touched {
            if let Some(state) = self.scopes.get_mut(&scope) {
                state.settle(holders, interner, emit);
                if state.is_empty() {
                    self.scopes.remove(&scope);
                }
            }
        }
    }

    /// Number of holders.
    pub(crate) fn len(&self) -> usize {
        self.scopes.values().map(Scope::len).sum()
    }

    /// The ids given.
    pub(crate) fn memory(&self, interner: &Interner) -> BTreeMap<(Value, Value), i64> {
        let mut memory = BTreeMap::new();
        for (scope, state) in &self.scopes {
            for (holder, id) in state.ids() {
                if let (Some(scope), Some(holder)) = (interner.value_of(*scope), interner.value_of(holder)) {
                    memory.insert((scope, holder), id);
                }
            }
        }
        memory
    }

    /// Gives every datum kept to `mark`.
    pub(crate) fn datums(&self, mark: &mut dyn FnMut(Datum)) {
        for (scope, state) in &self.scopes {
            mark(*scope);
            state.datums(mark);
        }
    }
}
