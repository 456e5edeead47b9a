//! What becomes of single members of large set columns.

use std::collections::BTreeSet;

use weft_ovsdb::Transaction;
use weft_ovsdb_schema::{Atom, AtomSet, AtomicType, BaseType, ColumnSchema};
use weft_value::Value;

use super::columns::{ColumnError, column_atom};
use super::row_operations::{Changes, MUTATE_FROM_SIZE};
use super::row_table::{Desired, RowKey, RowTable};
use super::rows::{Resolver, Rows};
use super::touched::Member;

impl Rows {
    /// Appends the operations for members that changed of a row; the other members are not looked at. Says
    /// whether there are any, or nothing when the row has to be compared as a whole.
    pub(super) fn flush_members(
        &self,
        table: &RowTable,
        key: &RowKey,
        members: &BTreeSet<Member>,
        transaction: &mut Transaction,
    ) -> Option<bool> {
        let desired = table.desired.get(key)?;
        let uuid = desired.uuid?;
        let held = table.actual.get(&uuid)?;
        let mut changes = Changes::default();
        let mut members = members.iter().peekable();
        while let Some((position, _)) = members.peek() {
            let position = *position;
            let column = table.write.get(usize::from(position))?;
            let set = held.get(table.key.len() + usize::from(position))?.as_set()?;
            if !is_large_set(column, set) || has_other_members(desired, position) {
                return None;
            }
            let (mut gone, mut fresh) = (Vec::new(), Vec::new());
            while let Some(member) = members.next_if(|member| member.0 == position) {
                let is_wanted = desired.members.contains_key(member);
                let (atom, before) = self.atoms_of(&member.1, &column.column_type.key)?;
                gone.extend(before.filter(|atom| set.contains(atom)));
                match atom {
                    Some(atom) if is_wanted && !set.contains(&atom) => fresh.push(atom),
                    Some(atom) if !is_wanted && set.contains(&atom) => gone.push(atom),
                    _ => {}
                }
            }
            changes.change_members(column, gone, fresh);
        }
        changes.write(&table.name, uuid, transaction);
        Some(!changes.is_empty())
    }

    /// The atom that a member is, none if it refers to a row that is not there, and another one that it was
    /// before that row went; nothing when it cannot be told what the member was.
    fn atoms_of(&self, member: &Value, base: &BaseType) -> Option<(Option<Atom>, Option<Atom>)> {
        let before = match (member, &base.reference) {
            (Value::Tuple(key), Some(reference)) => self.uuid_before(&reference.table, key),
            _ => None,
        };
        let before = before.map(Atom::Uuid);
        match column_atom(member, base, &Resolver(self)) {
            Ok(atom) => {
                let before = before.filter(|before| *before != atom);
                Some((Some(atom), before))
            }
            Err(ColumnError::Unresolved(_)) => before.map(|before| (None, Some(before))),
            Err(ColumnError::Mismatch(_)) => None,
        }
    }
}

/// Whether members are worth to be changed one by one, and are different atoms when they are different
/// values: numbers with a fraction are texts in rules.
fn is_large_set(column: &ColumnSchema, set: &AtomSet) -> bool {
    let column = &column.column_type;
    column.max != Some(1)
        && column.min == 0
        && column.key.atomic != AtomicType::Real
        && set.len() >= MUTATE_FROM_SIZE
}

/// Whether a head emits the column as a whole too.
fn has_other_members(desired: &Desired, position: u16) -> bool {
    desired.rows.keys().next().is_some_and(|columns| columns.iter().any(|(at, _)| *at == position))
}
