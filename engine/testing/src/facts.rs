//! What a program makes of data, in a form that two engines can be compared by.

use std::collections::{BTreeMap, BTreeSet};

use weft_reference::{EmitFact, Evaluation, FlowRow, MemberFact, Warning};
use weft_value::Value;

/// All facts of a program over some data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Flows, as the heads make them.
    pub flows: BTreeSet<FlowRow>,
    /// Members of the classes of datapaths that flows are for; classes without members left out.
    pub class_members: BTreeMap<Value, BTreeSet<Value>>,
    /// Rows of output tables.
    pub emits: BTreeSet<EmitFact>,
    /// Members of columns of output tables.
    pub members: BTreeSet<MemberFact>,
    /// Warnings.
    pub warnings: BTreeSet<Warning>,
}

impl Facts {
    /// The facts of the reference evaluator.
    #[must_use]
    pub fn of(evaluation: &Evaluation) -> Self {
        let mut class_members = evaluation.class_members.clone();
        class_members.retain(|_, members| !members.is_empty());
        Self {
            flows: evaluation.flows.clone(),
            class_members,
            emits: evaluation.emits.clone(),
            members: evaluation.members.clone(),
            warnings: evaluation.warnings.clone(),
        }
    }

    /// Number of facts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.flows.len() + self.emits.len() + self.members.len() + self.warnings.len()
    }

    /// Whether there are no facts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What only one of two has, in lines that begin with `-` (here) or `+` (there).
    #[must_use]
    pub fn difference(&self, there: &Self) -> String {
        let mut lines = Vec::new();
        compare(&self.flows, &there.flows, &mut lines);
        compare(&entries(&self.class_members), &entries(&there.class_members), &mut lines);
        compare(&self.emits, &there.emits, &mut lines);
        compare(&self.members, &there.members, &mut lines);
        compare(&self.warnings, &there.warnings, &mut lines);
        lines.join("\n")
    }
}

fn entries(classes: &BTreeMap<Value, BTreeSet<Value>>) -> BTreeSet<(&Value, &Value)> {
    classes.iter().flat_map(|(set, members)| members.iter().map(move |member| (set, member))).collect()
}

fn compare<T: Ord + std::fmt::Debug>(here: &BTreeSet<T>, there: &BTreeSet<T>, lines: &mut Vec<String>) {
    lines.extend(here.difference(there).map(|fact| format!("- {fact:?}")));
    lines.extend(there.difference(here).map(|fact| format!("+ {fact:?}")));
}
