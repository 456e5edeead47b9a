//! Host functions: Rust functions that rules call by name.

use std::collections::BTreeMap;

use crate::value::Value;

/// A host function: pure, total, never panicking. Failure is [`Value::None`].
pub type HostFunction = fn(&[Value]) -> Value;

/// A host function with its declaration, to be compared with the one in the rules.
#[derive(Debug, Clone, Copy)]
pub struct HostEntry {
    /// As written in rules after the name: `(text: string) -> Option<Ip>`.
    pub signature: &'static str,
    /// The function.
    pub function: HostFunction,
}

/// The host functions that a program may declare, by name.
#[derive(Debug, Clone, Default)]
pub struct HostRegistry {
    entries: BTreeMap<&'static str, HostEntry>,
}

impl HostRegistry {
    /// Adds a function; a later one of the same name replaces it.
    pub fn register(&mut self, name: &'static str, signature: &'static str, function: HostFunction) {
        self.entries.insert(name, HostEntry { signature, function });
    }

    /// The function of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<HostEntry> {
        self.entries.get(name).copied()
    }

    /// All functions by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, HostEntry)> + '_ {
        self.entries.iter().map(|(name, entry)| (*name, *entry))
    }
}
