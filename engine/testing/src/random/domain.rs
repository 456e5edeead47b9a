//! Random values of a column.

use std::collections::BTreeMap;
use std::sync::Arc;

use weft_lang::program::TableId;
use weft_lang::types::Type;
use weft_value::Value;

use super::generator::Generator;
use super::shape::{ColumnShape, Reads};

/// Strings that no program needs to name.
const NAMES: [&str; 4] = ["a", "b", "c", "d"];

/// Strings that look like values of options and addresses.
const TEXTS: [&str; 9] = [
    "",
    "true",
    "false",
    "3",
    "a,b",
    "quote\"and\\back",
    "00:00:00:00:00:01 10.0.0.1",
    "00:00:00:00:00:02 10.0.0.2 fd00::2",
    "10.0.0.0/24",
];

/// The values that columns are filled with.
#[derive(Debug)]
pub(super) struct Domain {
    /// Strings of the program.
    strings: Vec<String>,
    ints: Vec<i64>,
}

/// UUIDs of the rows that can be referred to, by table.
pub(super) type Targets = BTreeMap<TableId, Vec<u128>>;

impl Domain {
    pub(super) fn of(reads: &Reads) -> Self {
        let small = |number: &&i64| (-100..=100).contains(*number);
        let ints = reads.ints.iter().filter(small).copied().chain(0..5).collect();
        let short = |text: &&String| text.len() <= 24;
        Self { strings: reads.strings.iter().filter(short).cloned().collect(), ints }
    }

    /// A value of the column; None where it must refer to a row and there is none.
    pub(super) fn column(
        &self,
        column: &ColumnShape,
        targets: &Targets,
        generator: &mut Generator,
    ) -> Option<Value> {
        self.value(&column.ty, &column.enumeration, targets, generator)
    }

    fn value(
        &self,
        ty: &Type,
        enumeration: &[String],
        targets: &Targets,
        generator: &mut Generator,
    ) -> Option<Value> {
        match ty {
            Type::Bool => Some(Value::Bool(generator.chance(50))),
            Type::Int => generator.pick(&self.ints).map(|number| Value::Int(*number)),
            Type::Uuid => {
                let all: Vec<u128> = targets.values().flatten().copied().collect();
                Some(Value::Uuid(generator.pick(&all).copied().unwrap_or_else(|| generator.uuid())))
            }
            Type::Row(table) => {
                let rows = targets.get(table).map_or(&[][..], Vec::as_slice);
                generator.pick(rows).map(|uuid| Value::Uuid(*uuid))
            }
            Type::Option(inner) => {
                let value = generator.chance(65).then(|| self.value(inner, enumeration, targets, generator));
                Some(value.flatten().unwrap_or(Value::None))
            }
            Type::Set(inner) | Type::List(inner) => {
                let count = generator.below(5);
                let members = (0..count).filter_map(|_| self.value(inner, enumeration, targets, generator));
                Some(Value::Set(Arc::new(members.collect())))
            }
            Type::Map(key, value) => {
                let mut entries = BTreeMap::new();
                for _ in 0..generator.below(4) {
                    if let Some(key) = self.value(key, enumeration, targets, generator)
                        && let Some(value) = self.value(value, &[], targets, generator)
                    {
                        entries.insert(key, value);
                    }
                }
                Some(Value::Map(Arc::new(entries)))
            }
            // Columns are of no other type than string.
            _ => Some(Value::String(self.string(enumeration, generator).into())),
        }
    }

    fn string(&self, enumeration: &[String], generator: &mut Generator) -> String {
        if let Some(word) = generator.pick(enumeration) {
            return word.clone();
        }
        match generator.below(10) {
            0..4 => NAMES[generator.below(NAMES.len())].to_owned(),
            4..5 => TEXTS[generator.below(TEXTS.len())].to_owned(),
            _ => match generator.pick(&self.strings) {
                Some(text) => text.clone(),
                None => NAMES[generator.below(NAMES.len())].to_owned(),
            },
        }
    }
}
