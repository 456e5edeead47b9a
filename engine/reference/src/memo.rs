//! Computing a thing once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;

/// Values by key, each computed when it is first asked for.
pub(crate) struct Memo<K, V> {
    /// None while the value is being computed.
    values: RefCell<HashMap<K, Option<V>>>,
}

impl<K: Eq + Hash + Clone, V: Clone> Memo<K, V> {
    pub(crate) fn new() -> Self {
        Self { values: RefCell::new(HashMap::new()) }
    }

    /// The value of `key`; None when computing it asks for itself.
    pub(crate) fn get(&self, key: K, compute: impl FnOnce() -> V) -> Option<V> {
        let known = self.values.borrow().get(&key).cloned();
        if let Some(known) = known {
            return known;
        }
        self.values.borrow_mut().insert(key.clone(), None);
        let value = compute();
        self.values.borrow_mut().insert(key, Some(value.clone()));
        Some(value)
    }
}
