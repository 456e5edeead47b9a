//! What the variables of a rule, entity, function or alloc are bound to.

use std::collections::BTreeSet;

use weft_lang::program::VarId;
use weft_value::Value;

/// The variables' values, by position; None where not bound yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Environment {
    values: Vec<Option<Value>>,
}

impl Environment {
    /// Nothing bound, of as many variables.
    #[must_use]
    pub fn new(variables: usize) -> Self {
        Self { values: vec![None; variables] }
    }

    /// An environment of as many variables, with nothing bound.
    #[must_use]
    pub fn cleared(&self) -> Self {
        Self::new(self.values.len())
    }

    /// What a variable is bound to.
    #[must_use]
    pub fn get(&self, variable: VarId) -> Option<&Value> {
        self.values.get(variable.index())?.as_ref()
    }

    /// This environment with one more variable bound.
    #[must_use]
    pub fn with(&self, variable: VarId, value: Value) -> Self {
        let mut next = self.clone();
        next.bind(variable, value);
        next
    }

    /// Binds a variable.
    pub fn bind(&mut self, variable: VarId, value: Value) {
        if self.values.len() <= variable.index() {
            self.values.resize(variable.index() + 1, None);
        }
        self.values[variable.index()] = Some(value);
    }

    /// The variables that are bound.
    #[must_use]
    pub fn bound(&self) -> BTreeSet<VarId> {
        (0u32..).zip(&self.values).filter(|(_, v)| v.is_some()).map(|(i, _)| VarId(i)).collect()
    }
}
