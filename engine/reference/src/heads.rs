//! Rules: what their heads make of the rows of their bodies.

use std::collections::{BTreeMap, BTreeSet};

use weft_lang::expr::{Clause, Expr};
use weft_lang::program::{Block, Condition, Datapaths, Flow, Head, Output, OutputId, Rule, VarId};
use weft_syntax::span::Span;
use weft_value::Value;

use crate::environment::Environment;
use crate::evaluation::{EmitFact, Evaluation, FlowRow, MemberFact, Warning};
use crate::evaluator::Evaluator;

impl<'a> Evaluator<'a> {
    /// The rows of a rule's body, before any head.
    #[must_use]
    pub fn rule_rows(&self, rule: &'a Rule) -> Vec<Environment> {
        self.rows(&rule.block.clauses, &Environment::new(rule.variables.len()))
    }

    /// Adds what a rule makes to `found`: flows with their classes, emitted facts and warnings.
    pub fn rule(&self, rule: &'a Rule, found: &mut Evaluation) {
        self.block(&rule.block, &Environment::new(rule.variables.len()), found);
    }

    fn block(&self, block: &'a Block, environment: &Environment, found: &mut Evaluation) {
        for row in self.rows(&block.clauses, environment) {
            for head in &block.heads {
                self.head(head, &row, found);
            }
        }
    }

    fn head(&self, head: &'a Head, row: &Environment, found: &mut Evaluation) {
        match head {
            Head::Flow(flow) => {
                if let Some(flow) = self.flow(flow, row, found) {
                    found.flows.insert(flow);
                }
            }
            Head::Emit { output, key, columns, .. } => {
                found.emits.extend(self.emit(*output, key, columns, row));
            }
            Head::EmitMember { output, key, column, value, .. } => {
                found.members.extend(self.emit_member(*output, key, *column, value, row));
            }
            Head::Warn { text, span } => {
                let text = self.string(text, row);
                found.warnings.extend(text.map(|text| self.warning(text, *span)));
            }
            Head::If { arms, otherwise } => self.arms(arms, otherwise.as_ref(), row, found),
            Head::For(block) => self.block(block, row, found),
        }
    }

    fn arms(
        &self,
        arms: &'a [(Condition, Block)],
        otherwise: Option<&'a Block>,
        row: &Environment,
        found: &mut Evaluation,
    ) {
        for (condition, block) in arms {
            let taken = match condition {
                Condition::Bool(condition) => match self.truth(condition, row) {
                    Some(true) => Some(row.clone()),
                    Some(false) => None,
                    None => return,
                },
                Condition::IsSome { value, variable } => match self.value(value, row) {
                    Some(Value::None) => None,
                    Some(inner) => Some(row.with(*variable, inner)),
                    None => return,
                },
            };
            if let Some(row) = taken {
                return self.block(block, &row, found);
            }
        }
        if let Some(block) = otherwise {
            self.block(block, row, found);
        }
    }

    fn flow(&self, flow: &'a Flow, row: &Environment, found: &mut Evaluation) -> Option<FlowRow> {
        let optional = |expr: &'a Option<Expr>| match expr {
            Some(expr) => self.optional_string(expr, row),
            None => Some(None),
        };
        let stage = self.int(&flow.stage, row)?;
        let mut tags = BTreeMap::new();
        for (key, value) in &flow.tags {
            let key = self.string(key, row)?;
            tags.extend(self.optional_string(value, row)?.map(|value| (key, value)));
        }
        let made = FlowRow {
            stage: self.stage(stage)?.name.clone(),
            priority: self.int(&flow.priority, row)?,
            matches: self.string(&flow.matches, row)?,
            actions: self.string(&flow.actions, row)?,
            meter: optional(&flow.meter)?,
            hint: optional(&flow.hint)?,
            description: optional(&flow.description)?,
            port: optional(&flow.port)?,
            tags,
            source: self.source(flow.span),
            datapaths: match &flow.datapaths {
                Datapaths::One(member) => self.value(member, row)?,
                Datapaths::All { name, parameters, clauses, member } => {
                    let (set, members) = self.class(name, parameters, clauses, *member, row)?;
                    found.class_members.insert(set.clone(), members);
                    set
                }
            },
        };
        Some(made)
    }

    /// The value that stands for a class of datapaths, and the class's members.
    fn class(
        &self,
        name: &str,
        parameters: &[VarId],
        clauses: &'a [Clause],
        member: VarId,
        row: &Environment,
    ) -> Option<(Value, BTreeSet<Value>)> {
        let mut set = vec![Value::String(name.into())];
        let mut environment = row.cleared();
        for parameter in parameters {
            let value = row.get(*parameter)?;
            set.push(value.clone());
            environment.bind(*parameter, value.clone());
        }
        let rows = self.rows(clauses, &environment);
        let members = rows.iter().filter_map(|row| row.get(member).cloned()).collect();
        Some((Value::Tuple(set.into()), members))
    }

    /// The value of an `Option<string>`; the outer None where it has no value.
    #[expect(clippy::option_option, reason = "no value and None are two things")]
    fn optional_string(&self, expr: &'a Expr, row: &Environment) -> Option<Option<String>> {
        match self.value(expr, row)? {
            Value::None => Some(None),
            Value::String(text) => Some(Some(text.to_string())),
            _ => self.fault(expr.span, "not an optional string"),
        }
    }

    fn emit(
        &self,
        output: OutputId,
        key: &'a [Expr],
        columns: &'a [(usize, Expr)],
        row: &Environment,
    ) -> Option<EmitFact> {
        let output = &self.program.outputs[output.index()];
        let mut given = BTreeMap::new();
        for (position, value) in columns {
            given.insert(self.column_name(output, *position), self.value(value, row)?);
        }
        Some(EmitFact {
            table: self.table_name(output.table),
            key: self.all_values(key, row)?,
            columns: given,
        })
    }

    fn emit_member(
        &self,
        output: OutputId,
        key: &'a [Expr],
        column: usize,
        value: &'a Expr,
        row: &Environment,
    ) -> Option<MemberFact> {
        let output = &self.program.outputs[output.index()];
        Some(MemberFact {
            table: self.table_name(output.table),
            key: self.all_values(key, row)?,
            column: self.column_name(output, column),
            value: self.value(value, row)?,
        })
    }

    pub(crate) fn column_name(&self, output: &Output, position: usize) -> String {
        self.program.tables[output.table.index()].columns[position].name.clone()
    }

    fn warning(&self, text: String, span: Span) -> Warning {
        Warning { text, source: self.source(span) }
    }
}
