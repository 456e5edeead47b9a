use std::borrow::Cow;
use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::catalog::TableId;
use crate::commit::{Change, Commit};

/// Consecutive commits as one: each row's version before the first and after the last.
#[derive(Debug)]
pub(crate) struct TableChanges<'c> {
    commits: &'c [Arc<Commit>],
}

impl<'c> TableChanges<'c> {
    /// The changes of commits in order.
    pub(super) fn new(commits: &'c [Arc<Commit>]) -> Self {
        Self { commits }
    }

    /// The position of the first commit.
    pub(super) fn first(&self) -> u64 {
        self.commits.first().map_or(0, |commit| commit.sequence)
    }

    /// The position of the last commit.
    pub(super) fn last(&self) -> u64 {
        self.commits.last().map_or(0, |commit| commit.sequence)
    }

    /// The changes of a table's rows.
    pub(super) fn of(&self, table: TableId) -> Cow<'c, [Change]> {
        if let [commit] = self.commits {
            return Cow::Borrowed(commit.changes(table));
        }
        let mut merged: IndexMap<_, Change, FxBuildHasher> = IndexMap::default();
        for change in self.commits.iter().flat_map(|commit| commit.changes(table)) {
            let known = merged.entry(change.uuid).or_insert_with(|| change.clone());
            known.new.clone_from(&change.new);
        }
        Cow::Owned(merged.into_values().collect())
    }
}
