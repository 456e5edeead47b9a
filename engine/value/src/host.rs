//! Host functions: Rust functions that rules call by name.

use std::collections::BTreeMap;

use crate::value::Value;

/// A host function: pure, total, never panicking. Failure is [`Value::None`].
pub type HostFunction = fn(&[Value]) -> Value;

/// A host function with its declaration, to be compared with the one in the rules.
#[derive(Debug, Clone, Copy)]
pub struct HostEntry {
    /// Its types as rules write them: `(string) -> Option<Ip>`.
    pub signature: &'static str,
    /// The function.
    pub function: HostFunction,
}

impl HostEntry {
    /// Whether a declaration in rules has these types; names of parameters and white space do not matter.
    #[must_use]
    pub fn fits(&self, declared: &str) -> bool {
        types_of(self.signature) == types_of(declared)
    }
}

/// A signature without names of parameters: what stands before a colon.
fn types_of(signature: &str) -> String {
    let mut types = String::new();
    for part in signature.split_inclusive(':') {
        let is_name = |c: char| c.is_alphanumeric() || c == '_' || c.is_whitespace();
        let kept = part.strip_suffix(':').map_or(part, |before| before.trim_end_matches(is_name));
        types.extend(kept.chars().filter(|c| !c.is_whitespace()));
    }
    types
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_fits_by_its_types_alone() {
        let entry = HostEntry {
            signature: "(text: string, pair: (int, Ip)) -> Option<Map<string, Ip>>",
            function: |_| Value::None,
        };
        assert!(entry.fits("(text: string, pair: (int, Ip)) -> Option<Map<string, Ip>>"));
        assert!(entry.fits("(string,(int,Ip))->Option<Map<string,Ip>>"));
        assert!(entry.fits("(other_name: string, b: (int, Ip)) -> Option<Map<string, Ip>>"));
        assert!(!entry.fits("(string, (int, Ip)) -> Map<string, Ip>"));
        assert!(!entry.fits("(string, int, Ip) -> Option<Map<string, Ip>>"));
        assert!(!entry.fits("(text: int, pair: (int, Ip)) -> Option<Map<string, Ip>>"));
    }
}
