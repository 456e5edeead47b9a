//! How a row of an output table gets from what the database holds to what it should hold.

use uuid::Uuid;
use weft_ovsdb::{Mutation, Transaction, Where};
use weft_ovsdb_schema::{Atom, AtomMap, AtomSet, ColumnSchema, Value as Datum};

/// Sets at least this large are changed member by member.
pub(super) const MUTATE_FROM_SIZE: usize = 8;

/// How one column gets from what the database holds to what it should hold.
#[derive(Debug, Default)]
pub struct Changes<'a> {
    update: Vec<(&'a ColumnSchema, Datum)>,
    mutate: Vec<Mutation>,
}

impl<'a> Changes<'a> {
    /// Notes what a column needs. Map keys in `keep` are left as they are.
    pub fn compare(&mut self, column: &'a ColumnSchema, old: &Datum, new: &Datum, keep: &AtomSet) {
        match (old, new) {
            (Datum::Map(old), Datum::Map(new)) => self.compare_maps(column, old, new, keep),
            _ if old == new => {}
            (Datum::Set(old), Datum::Set(new))
                if column.column_type.max != Some(1) && old.len().max(new.len()) >= MUTATE_FROM_SIZE =>
            {
                self.compare_sets(column, old, new);
            }
            _ => self.update.push((column, new.clone())),
        }
    }

    fn compare_sets(&mut self, column: &'a ColumnSchema, old: &AtomSet, new: &AtomSet) {
        let (gone, fresh) = old.differences(new);
        self.change_members(column, gone, fresh);
    }

    /// Notes members that a set loses and gets.
    pub(super) fn change_members(&mut self, column: &ColumnSchema, gone: Vec<Atom>, fresh: Vec<Atom>) {
        if !gone.is_empty() {
            self.mutate.push(Mutation::delete(&*column.name, Datum::set(gone)));
        }
        if !fresh.is_empty() {
            self.mutate.push(Mutation::insert(&*column.name, Datum::set(fresh)));
        }
    }

    /// Maps are always changed key by key: others may write keys of their own at the same time.
    fn compare_maps(&mut self, column: &'a ColumnSchema, old: &AtomMap, new: &AtomMap, keep: &AtomSet) {
        let stale: Vec<Atom> = old
            .iter()
            .filter(|(key, value)| !keep.contains(key) && new.get(key) != Some(value))
            .map(|(key, _)| key.clone())
            .collect();
        let fresh: Vec<(Atom, Atom)> = new
            .iter()
            .filter(|(key, value)| !keep.contains(key) && old.get(key) != Some(value))
            .cloned()
            .collect();
        if !stale.is_empty() {
            self.mutate.push(Mutation::delete(&*column.name, Datum::set(stale)));
        }
        if !fresh.is_empty() {
            self.mutate.push(Mutation::insert(&*column.name, Datum::map(fresh)));
        }
    }

    /// Whether nothing is needed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.update.is_empty() && self.mutate.is_empty()
    }

    /// Appends the operations on the row.
    pub fn write(&self, table: &str, row: Uuid, transaction: &mut Transaction) {
        let row = Where::Uuid(row);
        if !self.update.is_empty() {
            let columns = self.update.iter().map(|(column, value)| (&*column.name, value));
            transaction.update(table, &row, columns);
        }
        if !self.mutate.is_empty() {
            transaction.mutate(table, &row, &self.mutate);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operations(table: &str, column: &str, old: &Datum, new: &Datum, keep: &[&str]) -> String {
        let schema = weft_ovsdb_schema::southbound().unwrap();
        let column = schema.column(table, column).unwrap();
        let keep = keep.iter().map(|key| Atom::string(*key)).collect();
        let mut changes = Changes::default();
        changes.compare(column, old, new, &keep);
        let mut transaction = Transaction::new();
        changes.write(table, Uuid::nil(), &mut transaction);
        transaction.encoded().to_owned()
    }

    #[test]
    fn one_member_of_a_large_set_is_one_member_on_the_wire() {
        let names: Vec<String> = (0..20).map(|number| format!("p{number:02}")).collect();
        let old = Datum::set(names.iter().take(19).map(String::as_str));
        let new = Datum::set(names.iter().skip(1).map(String::as_str));
        let text = operations("Port_Group", "ports", &old, &new, &[]);
        assert!(text.contains("[\"ports\",\"delete\",\"p00\"]"), "{text}");
        assert!(text.contains("[\"ports\",\"insert\",\"p19\"]"), "{text}");
        assert!(!text.contains("p07"), "{text}");
    }

    #[test]
    fn keys_that_are_kept_are_neither_deleted_nor_written() {
        let old = Datum::map([("vport-backoff", "5"), ("a", "1"), ("b", "2")]);
        let new = Datum::map([("a", "1"), ("b", "3"), ("c", "4")]);
        let text = operations("Port_Binding", "options", &old, &new, &["vport-backoff"]);
        assert!(!text.contains("vport-backoff"), "{text}");
        assert!(text.contains("[\"options\",\"delete\",\"b\"]"), "{text}");
        assert!(text.contains("[\"options\",\"insert\",[\"map\",[[\"b\",\"3\"],[\"c\",\"4\"]]]]"), "{text}");
    }

    #[test]
    fn equal_columns_need_nothing() {
        let value = Datum::set(["a", "b"]);
        assert_eq!(operations("Port_Group", "ports", &value, &value, &[]), "");
    }
}
