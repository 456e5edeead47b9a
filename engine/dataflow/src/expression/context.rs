//! What an evaluation reads and writes beside its code.

use weft_plan::plan::PlanStage;
use weft_value::{Datum, Interner};

/// Stages by position, which is the value of a `Stage`.
#[derive(Debug, Clone, Default)]
pub(crate) struct StageNames {
    stages: Vec<PlanStage>,
}

impl StageNames {
    pub(crate) fn new(stages: &[PlanStage]) -> StageNames {
        StageNames { stages: stages.to_vec() }
    }

    pub(crate) fn get(&self, position: i64) -> Option<&PlanStage> {
        self.stages.get(usize::try_from(position).ok()?)
    }
}

/// Buffers that evaluations use again and again.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// The columns of the row, then the slots of bindings.
    pub(crate) slots: Vec<Datum>,
    /// Empty strings with room.
    texts: Vec<String>,
    /// What went wrong inside: misbehaving host functions.
    pub(crate) warnings: Vec<String>,
}

/// Internal warnings kept until somebody takes them; more are dropped.
const WARNINGS_MAX: usize = 100;

impl Scratch {
    /// Makes the row's columns readable.
    pub(crate) fn load(&mut self, row: &[Datum]) {
        self.slots.clear();
        self.slots.extend_from_slice(row);
    }

    /// Keeps a warning unless too many wait already.
    pub(crate) fn warn(&mut self, warning: String) {
        if self.warnings.len() < WARNINGS_MAX {
            self.warnings.push(warning);
        }
    }

    /// An empty string, to be given back by [`Scratch::release_text`].
    pub(crate) fn take_text(&mut self) -> String {
        self.texts.pop().unwrap_or_default()
    }

    pub(crate) fn release_text(&mut self, mut text: String) {
        text.clear();
        self.texts.push(text);
    }
}

/// The surroundings of an evaluation.
pub(crate) struct Context<'a> {
    pub(crate) interner: &'a Interner,
    pub(crate) stages: &'a StageNames,
    pub(crate) scratch: &'a mut Scratch,
}
