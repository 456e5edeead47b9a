//! Rows of Logical_DP_Group, each shared by the unions of datapath sets that have the same members.

use std::collections::{BTreeSet, HashMap, HashSet};

use rustc_hash::FxBuildHasher;
use uuid::Uuid;

use super::groups::GroupId;

type FastMap<K, V> = HashMap<K, V, FxBuildHasher>;
type FastSet<T> = HashSet<T, FxBuildHasher>;

/// What a set of datapaths comes to: equal for equal sets, and (but for a chance of 2⁻¹²⁸) for no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Fingerprint(u128);

impl Fingerprint {
    /// A member joins a set that does not have it, or leaves one that has.
    pub fn toggle(&mut self, member: Uuid) {
        self.0 ^= xxhash_rust::xxh3::xxh3_128(member.as_bytes());
    }
}

/// A row that some unions share.
#[derive(Debug, Default)]
pub struct SharedRow {
    owners: BTreeSet<GroupId>,
    content: Fingerprint,
    /// Rows of datapaths that the last flush added to the row or took out.
    pub asked: FastSet<Uuid>,
    /// Whether the row may differ in more than what its owners know of, so that all members have to be
    /// compared.
    pub is_unsure: bool,
}

impl SharedRow {
    /// The unions that share the row, ascending.
    pub fn owners(&self) -> impl Iterator<Item = GroupId> + '_ {
        self.owners.iter().copied()
    }
}

/// All rows in use.
#[derive(Debug, Default)]
pub struct SharedRows {
    rows: FastMap<Uuid, SharedRow>,
    /// A row of each content; of several, one.
    by_content: FastMap<Fingerprint, Uuid>,
}

impl SharedRows {
    /// A row in use.
    #[must_use]
    pub fn get(&self, row: Uuid) -> Option<&SharedRow> {
        self.rows.get(&row)
    }

    /// A row in use, to change.
    pub fn get_mut(&mut self, row: Uuid) -> Option<&mut SharedRow> {
        self.rows.get_mut(&row)
    }

    /// A row that has this content.
    #[must_use]
    pub fn with_content(&self, content: Fingerprint) -> Option<Uuid> {
        self.by_content.get(&content).copied()
    }

    /// A union with that content becomes an owner of a row.
    pub fn claim(&mut self, row: Uuid, owner: GroupId, content: Fingerprint) {
        self.rows.entry(row).or_default().owners.insert(owner);
        self.set_content(row, content);
    }

    /// The owners of a row have this content now.
    pub fn set_content(&mut self, row: Uuid, content: Fingerprint) {
        let Some(shared) = self.rows.get_mut(&row) else { return };
        let previous = std::mem::replace(&mut shared.content, content);
        if previous != content {
            self.forget_content(row, previous);
        }
        self.by_content.entry(content).or_insert(row);
    }

    /// A union is no owner any more. Says whether the row has lost its last one, and is forgotten.
    pub fn release(&mut self, row: Uuid, owner: GroupId) -> bool {
        let Some(shared) = self.rows.get_mut(&row) else { return false };
        shared.owners.remove(&owner);
        if !shared.owners.is_empty() {
            return false;
        }
        let content = shared.content;
        self.rows.remove(&row);
        self.forget_content(row, content);
        true
    }

    fn forget_content(&mut self, row: Uuid, content: Fingerprint) {
        if self.by_content.get(&content) == Some(&row) {
            self.by_content.remove(&content);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(members: impl IntoIterator<Item = u128>) -> Fingerprint {
        let mut fingerprint = Fingerprint::default();
        members.into_iter().for_each(|member| fingerprint.toggle(Uuid::from_u128(member)));
        fingerprint
    }

    #[test]
    fn the_order_of_members_does_not_matter_and_what_left_leaves_no_trace() {
        assert_eq!(fingerprint([1, 2, 3]), fingerprint([3, 1, 2]));
        assert_eq!(fingerprint([1, 2, 2]), fingerprint([1]));
        assert_ne!(fingerprint([1, 2]), fingerprint([1, 3]));
    }

    #[test]
    fn a_row_is_found_by_its_content_until_its_last_owner_goes() {
        let (mut rows, row) = (SharedRows::default(), Uuid::from_u128(9));
        let [first, second] = [GroupId::FIRST, GroupId::FIRST.next()];
        rows.claim(row, first, fingerprint([1, 2]));
        rows.claim(row, second, fingerprint([1, 2]));
        assert_eq!(rows.with_content(fingerprint([1, 2])), Some(row));
        rows.set_content(row, fingerprint([1, 2, 3]));
        assert_eq!(rows.with_content(fingerprint([1, 2])), None);
        assert!(!rows.release(row, first));
        assert_eq!(rows.with_content(fingerprint([1, 2, 3])), Some(row));
        assert!(rows.release(row, second));
        assert_eq!(rows.with_content(fingerprint([1, 2, 3])), None);
        assert!(rows.get(row).is_none());
    }
}
