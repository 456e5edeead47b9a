//! The columns of heads, for the sinks.

use std::sync::Arc;

use weft_plan::plan::{HeadId, InputRows, Plan};
use weft_value::{Datum, HostRegistry, Value};

use crate::change::{Diff, InputChange};
use crate::error::LoadError;
use crate::expression::{Code, Context, Scratch};
use crate::program::Program;
use crate::shared::SharedInterner;

/// Computes the columns of heads' rows, in any thread: a clone for each.
///
/// A row with an undefined column is left out by sinks.
pub struct Heads {
    program: Arc<Program>,
    interner: SharedInterner,
    scratch: Scratch,
}

impl Clone for Heads {
    fn clone(&self) -> Heads {
        Heads {
            program: Arc::clone(&self.program),
            interner: self.interner.clone(),
            scratch: Scratch::default(),
        }
    }
}

impl Heads {
    /// The heads of a plan, over the interner of its driver.
    ///
    /// # Errors
    /// As a driver of the plan.
    pub fn new(plan: &Plan, hosts: &HostRegistry, interner: SharedInterner) -> Result<Heads, LoadError> {
        let program = Arc::new(Program::new(plan, hosts, &interner)?);
        Ok(Heads { program, interner, scratch: Scratch::default() })
    }

    /// Number of columns of a head; 0 for a head that the plan does not have.
    #[must_use]
    pub fn width(&self, head: HeadId) -> usize {
        self.program.heads.get(head.0 as usize).map_or(0, |head| head.columns.len())
    }

    /// A column as a datum; undefined where it has no value.
    pub fn column_datum(&mut self, head: HeadId, column: usize, row: &[Datum]) -> Datum {
        self.with_code(head, column, row, |code, context| Some(code.evaluate(context)))
            .unwrap_or(Datum::UNDEFINED)
    }

    /// A column as a value; none where it has no value.
    pub fn column_value(&mut self, head: HeadId, column: usize, row: &[Datum]) -> Option<Value> {
        self.with_code(head, column, row, |code, context| {
            let datum = code.evaluate(context);
            context.interner.value_of(datum)
        })
    }

    /// Appends a column that is text, without interning it; false, and the text as it was, where the
    /// column has no value or is no text.
    #[must_use]
    pub fn render_text(&mut self, head: HeadId, column: usize, row: &[Datum], text: &mut String) -> bool {
        self.with_code(head, column, row, |code, context| code.write(context, text)).is_some()
    }

    /// Gives every datum that the heads' code holds to `mark`: roots of a reclaim, when the driver is of
    /// another plan.
    pub fn datums(&self, mark: &mut dyn FnMut(Datum)) {
        self.program.constants(mark);
    }

    /// What went wrong inside since the last call.
    pub fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.scratch.warnings)
    }

    fn with_code<R>(
        &mut self,
        head: HeadId,
        column: usize,
        row: &[Datum],
        evaluate: impl FnOnce(&Code, &mut Context<'_>) -> Option<R>,
    ) -> Option<R> {
        let code = self.program.heads.get(head.0 as usize)?.columns.get(column)?;
        let interner = self.interner.read();
        self.scratch.load(row);
        let mut context =
            Context { interner: &interner, stages: &self.program.stages, scratch: &mut self.scratch };
        evaluate(code, &mut context)
    }
}

/// Makes changes of inputs from rows of tables.
#[derive(Clone)]
pub struct Encoder {
    interner: SharedInterner,
    /// For each input, how many columns it reads and what its rows are.
    inputs: Vec<(usize, InputRows)>,
}

impl Encoder {
    /// An encoder for the inputs of a plan, over the interner of its driver.
    #[must_use]
    pub fn new(plan: &Plan, interner: SharedInterner) -> Encoder {
        let inputs = plan.tables.iter().map(|table| (table.columns.len(), table.rows)).collect();
        Encoder { interner, inputs }
    }

    /// What a row of a table more (or fewer) changes of an input that reads it: its UUID, and the columns
    /// that the input reads, in its order. None when the plan does not have the input or it reads another
    /// number of columns.
    #[must_use]
    pub fn changes(&self, table: u32, uuid: u128, columns: &[Value], diff: Diff) -> Option<Vec<InputChange>> {
        let (_, rows) = self.inputs.get(table as usize).filter(|(count, _)| *count == columns.len())?;
        let interner = self.interner.read();
        let uuid = interner.uuid(uuid);
        let change = |values: &mut dyn Iterator<Item = &Value>| {
            let row = std::iter::once(uuid).chain(values.map(|value| interner.datum_of(value))).collect();
            InputChange { table, row, diff }
        };
        Some(match (rows, columns) {
            (InputRows::Members, [Value::Set(members)]) => {
                members.iter().map(|member| change(&mut std::iter::once(member))).collect()
            }
            (InputRows::Entries, [Value::Map(entries)]) => {
                entries.iter().map(|(key, value)| change(&mut [key, value].into_iter())).collect()
            }
            (InputRows::Members | InputRows::Entries, _) => Vec::new(),
            (InputRows::Whole, columns) => vec![change(&mut columns.iter())],
        })
    }
}
