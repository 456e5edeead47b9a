//! Steps on rows, compiled.

use smallvec::SmallVec;
use weft_plan::plan::Step;
use weft_value::{Datum, DatumKind};

use crate::expression::{Code, Compiler, Context};

/// Compiled steps.
#[derive(Debug, Clone)]
pub(crate) struct Steps {
    operations: Box<[Operation]>,
}

#[derive(Debug, Clone)]
enum Operation {
    Push(Code),
    Filter(Code),
    Require(Code),
    Unnest { value: Code, width: u8 },
    Project(Box<[usize]>),
}

/// Where the rows of a step go.
pub(crate) type Emit<'e> = dyn FnMut(&[Datum]) + 'e;

impl Steps {
    /// Compiles steps on rows of `width` columns, and gives the columns of the rows that come out; or says
    /// what is wrong with the steps.
    pub(crate) fn new(
        steps: &[Step],
        width: usize,
        compiler: &Compiler<'_>,
    ) -> Result<(Steps, usize), String> {
        let mut operations = Vec::with_capacity(steps.len());
        let mut width = width;
        for step in steps {
            operations.push(match step {
                Step::Push(scalar) => {
                    width += 1;
                    Operation::Push(compiler.code(scalar)?)
                }
                Step::Filter(scalar) => Operation::Filter(compiler.code(scalar)?),
                Step::Require(scalar) => Operation::Require(compiler.code(scalar)?),
                Step::Unnest { value, width: columns } => {
                    if !(1..=2).contains(columns) {
                        return Err(format!("a collection's member cannot have {columns} columns"));
                    }
                    width += *columns as usize;
                    Operation::Unnest { value: compiler.code(value)?, width: *columns as u8 }
                }
                Step::Project(columns) => {
                    if let Some(column) = columns.iter().find(|column| **column as usize >= width) {
                        return Err(format!("there is no column {column} among {width}"));
                    }
                    width = columns.len();
                    Operation::Project(columns.iter().map(|column| *column as usize).collect())
                }
            });
        }
        Ok((Steps { operations: operations.into() }, width))
    }

    /// Whether rows come out as they went in.
    pub(crate) fn is_identity(&self) -> bool {
        self.operations.is_empty()
    }

    /// Runs the steps on the row in `context.scratch.slots` and gives the results to `emit`.
    pub(crate) fn run(&self, context: &mut Context<'_>, emit: &mut Emit<'_>) {
        run(&self.operations, context.scratch.slots.len(), context, emit);
    }

    /// Gives every constant to `mark`.
    pub(crate) fn constants(&self, mark: &mut dyn FnMut(Datum)) {
        for operation in &*self.operations {
            match operation {
                Operation::Push(code)
                | Operation::Filter(code)
                | Operation::Require(code)
                | Operation::Unnest { value: code, .. } => code.constants(mark),
                Operation::Project(_) => {}
            }
        }
    }
}

fn run(operations: &[Operation], width: usize, context: &mut Context<'_>, emit: &mut Emit<'_>) {
    let mut width = width;
    for (position, operation) in operations.iter().enumerate() {
        match operation {
            Operation::Push(code) => {
                let value = code.evaluate(context);
                context.scratch.slots.truncate(width);
                context.scratch.slots.push(value);
                width += 1;
            }
            Operation::Filter(code) => {
                if code.evaluate(context) != Datum::TRUE {
                    return;
                }
                context.scratch.slots.truncate(width);
            }
            Operation::Require(code) => {
                if !code.evaluate(context).is_defined() {
                    return;
                }
                context.scratch.slots.truncate(width);
            }
            Operation::Unnest { value, width: columns } => {
                let collection = value.evaluate(context);
                context.scratch.slots.truncate(width);
                unnest(collection, usize::from(*columns), &operations[position + 1..], context, emit);
                return;
            }
            Operation::Project(columns) => {
                let slots = &mut context.scratch.slots;
                let kept: SmallVec<[Datum; 16]> = columns.iter().map(|column| slots[*column]).collect();
                slots.clear();
                slots.extend_from_slice(&kept);
                width = columns.len();
            }
        }
    }
    emit(&context.scratch.slots);
}

/// Runs the rest of the steps for each distinct member.
fn unnest(
    collection: Datum,
    columns: usize,
    rest: &[Operation],
    context: &mut Context<'_>,
    emit: &mut Emit<'_>,
) {
    let parts = context.interner.parts(collection).unwrap_or_default();
    let fits = match collection.kind() {
        DatumKind::Set | DatumKind::List => columns == 1,
        DatumKind::Map => columns == 2,
        _ => false,
    };
    if !fits || parts.is_empty() {
        return;
    }
    let row: SmallVec<[Datum; 16]> = SmallVec::from_slice(&context.scratch.slots);
    let mut each = |member: &[Datum]| {
        context.scratch.load(&row);
        context.scratch.slots.extend_from_slice(member);
        run(rest, row.len() + columns, context, emit);
    };
    if collection.kind() == DatumKind::List {
        let mut distinct: SmallVec<[Datum; 16]> = SmallVec::from_slice(parts);
        distinct.sort_unstable();
        distinct.dedup();
        distinct.iter().for_each(|member| each(&[*member]));
    } else {
        parts.chunks_exact(columns).for_each(each);
    }
}
