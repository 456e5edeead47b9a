//! Compiling and evaluating rule text in tests.

use std::collections::BTreeSet;

use weft_lang::program::Program;
use weft_reference::{AllocState, Evaluation, Snapshot, TableName, evaluate};
use weft_testing::{compile, test_hosts, values};
use weft_value::Value;

/// Rule text, compiled after the header of test programs.
pub(crate) fn program(rules: &str) -> Program {
    compile(rules).unwrap_or_else(|errors| panic!("{errors}\n--- in\n{rules}"))
}

/// All that `rules` make of a snapshot.
pub(crate) fn run(rules: &str, snapshot: &Snapshot) -> Evaluation {
    run_after(rules, snapshot, &AllocState::default())
}

/// The same with ids given before.
pub(crate) fn run_after(rules: &str, snapshot: &Snapshot, previous: &AllocState) -> Evaluation {
    match evaluate(&program(rules), snapshot, &test_hosts(), previous) {
        Ok(evaluation) => evaluation,
        Err(faults) => panic!("{faults:?}\n--- in\n{rules}"),
    }
}

/// The texts of the warnings, in order.
pub(crate) fn warnings(rules: &str, snapshot: &Snapshot) -> Vec<String> {
    run(rules, snapshot).warning_texts().into_iter().collect()
}

/// The flows as `stage[priority] match => actions`.
pub(crate) fn flows(evaluation: &Evaluation) -> BTreeSet<String> {
    let line = |flow: &weft_reference::FlowRow| {
        format!("{}[{}] {} => {}", flow.stage, flow.priority, flow.matches, flow.actions)
    };
    evaluation.flows.iter().map(line).collect()
}

/// A snapshot built row by row.
#[derive(Default)]
pub(crate) struct Rows(Snapshot);

impl Rows {
    /// Adds a row to a table of `nb`.
    pub(crate) fn with<const N: usize>(
        mut self,
        table: &str,
        uuid: u128,
        columns: [(&str, Value); N],
    ) -> Self {
        self.0.insert(TableName::new("nb", table), uuid, columns);
        self
    }

    /// Adds a row to a table of `sb`.
    pub(crate) fn with_sb<const N: usize>(
        mut self,
        table: &str,
        uuid: u128,
        columns: [(&str, Value); N],
    ) -> Self {
        self.0.insert(TableName::new("sb", table), uuid, columns);
        self
    }

    /// Adds a port.
    pub(crate) fn port(self, uuid: u128, name: &str) -> Self {
        self.with("Port", uuid, [("name", values::string(name))])
    }

    /// Adds a switch with ports.
    pub(crate) fn switch<const N: usize>(self, uuid: u128, name: &str, ports: [u128; N]) -> Self {
        let ports = values::set(values::uuids(ports));
        self.with("Switch", uuid, [("name", values::string(name)), ("ports", ports)])
    }

    /// The snapshot.
    pub(crate) fn done(self) -> Snapshot {
        self.0
    }
}

/// What an expression is as text, over one row `s` of `nb.Settings` (its `options` are `number`: "7",
/// `on`: "true", `word`: "weft"); None where it has no value.
pub(crate) fn text_of(expression: &str) -> Option<String> {
    let rules = format!("rule r {{ from s in nb.Settings let x = {expression} warn \"${{x}}\" }}");
    let options = values::options([("number", "7"), ("on", "true"), ("word", "weft")]);
    let snapshot = Rows::default().with("Settings", 1, [("options", options)]).done();
    let mut texts = warnings(&rules, &snapshot);
    assert!(texts.len() <= 1, "{expression} gives {texts:?}");
    texts.pop()
}

/// Checks expressions against what they are as text.
pub(crate) fn check_all(cases: &[(&str, &str)]) {
    for (expression, wanted) in cases {
        assert_eq!(text_of(expression).as_deref(), Some(*wanted), "{expression}");
    }
}

/// Checks that expressions have no value.
pub(crate) fn check_no_value(expressions: &[&str]) {
    for expression in expressions {
        assert_eq!(text_of(expression), None, "{expression}");
    }
}
