//! The state of writing a random program.

use super::super::generator::Generator;
use super::shape::{Entity, Function, Kind, Scope, columns};

/// Writes pieces of a program.
pub(super) struct Writer {
    pub(super) generator: Generator,
    pub(super) entities: Vec<Entity>,
    pub(super) functions: Vec<Function>,
    names: usize,
}

impl Writer {
    pub(super) fn new(seed: u64) -> Self {
        Self { generator: Generator::new(seed), entities: Vec::new(), functions: Vec::new(), names: 0 }
    }

    /// A name that is not taken.
    pub(super) fn fresh(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    /// One of the choices.
    pub(super) fn choose(&mut self, choices: &[&'static str]) -> &'static str {
        self.generator.pick(choices).copied().unwrap_or_default()
    }

    /// All ways to read a value of this type in one or two steps from a variable.
    pub(super) fn paths(&self, scope: &Scope, wanted: &Kind) -> Vec<String> {
        let mut paths = Vec::new();
        for (name, kind) in scope {
            if kind == wanted {
                paths.push(name.clone());
            }
            for (field, kind) in self.fields(kind) {
                if kind == *wanted {
                    paths.push(format!("{name}.{field}"));
                }
            }
        }
        paths
    }

    /// Columns and attributes of a value.
    fn fields(&self, kind: &Kind) -> Vec<(String, Kind)> {
        let of_table = |table: usize, prefix: &str| {
            let named = columns(table).into_iter();
            named.map(|(name, kind)| (format!("{prefix}{name}"), kind)).collect::<Vec<_>>()
        };
        match kind {
            Kind::Row(table) => of_table(*table, ""),
            Kind::Member(entity) => {
                let entity = &self.entities[*entity];
                let mut fields = entity.attributes.clone();
                if let Some(table) = entity.table {
                    fields.extend(of_table(table, "row."));
                }
                fields
            }
            _ => Vec::new(),
        }
    }

    /// One of the paths of this type.
    pub(super) fn path(&mut self, scope: &Scope, wanted: &Kind) -> Option<String> {
        let paths = self.paths(scope, wanted);
        self.generator.pick(&paths).cloned()
    }
}
