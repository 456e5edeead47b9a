//! Differences between two sets, as a reader of a failed test wants them.

use std::collections::BTreeSet;
use std::fmt::Debug;

use weft_reference::{Evaluation, FlowRow};

use crate::print::text_of;

/// Lines of which one side has more are cut to this number, so that a failure stays readable.
const SHOWN: usize = 10;

/// `- …` for each member expected and missing, `+ …` for each found and not expected; None when equal.
pub(super) fn difference<T: Ord>(
    expected: &BTreeSet<T>,
    found: &BTreeSet<T>,
    show: impl Fn(&T) -> String,
) -> Option<String> {
    let mut lines = Vec::new();
    for (sign, one, other) in [('-', expected, found), ('+', found, expected)] {
        let only: Vec<&T> = one.difference(other).collect();
        lines.extend(only.iter().take(SHOWN).map(|member| format!("  {sign} {}", show(member))));
        if only.len() > SHOWN {
            lines.push(format!("  {sign} … and {} more", only.len() - SHOWN));
        }
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// What is different in an evaluation of the engine, `-` being what the oracle has.
pub(super) fn disagreement(oracle: &Evaluation, engine: &Evaluation) -> Option<String> {
    let rows = |evaluation: &Evaluation| -> BTreeSet<String> {
        let tables = evaluation.rows.iter();
        let rows = tables.flat_map(|(table, rows)| rows.values().map(move |row| format!("{table} {row:?}")));
        rows.collect()
    };
    let flows = difference(&oracle.flows, &engine.flows, show_flow);
    // Where flows differ, so do their expansions.
    let expanded = || {
        difference(&oracle.expanded_flows(), &engine.expanded_flows(), |flow| {
            let (stage, priority) = (&flow.stage, flow.priority);
            format!(
                "{stage}[{priority}] for {}: {:?} => {:?}",
                text_of(&flow.datapath),
                flow.matches,
                flow.actions
            )
        })
    };
    let parts = [
        flows.or_else(expanded),
        difference(&rows(oracle), &rows(engine), String::clone),
        difference(&oracle.warnings, &engine.warnings, debug),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}

fn show_flow(flow: &FlowRow) -> String {
    let FlowRow { stage, priority, matches, actions, datapaths, source, .. } = flow;
    let rest = (&flow.meter, &flow.hint, &flow.description, &flow.port, &flow.tags);
    let datapaths = text_of(datapaths);
    format!("{stage}[{priority}] for {datapaths}: {matches:?} => {actions:?} {rest:?} ({source})")
}

fn debug<T: Debug>(member: &T) -> String {
    format!("{member:?}")
}
