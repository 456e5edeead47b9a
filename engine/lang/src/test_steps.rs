//! Names and types in the tests beside the rules.

use weft_syntax::ast::{self, Expr, ItemKind, Name, TestStep};

use crate::checker::Checker;
use crate::names::Global;
use crate::program::TableId;
use crate::report::{Detail, did_you_mean, error};
use crate::scope::{Scope, Watch};
use crate::types::Type;

impl<'a> Checker<'a> {
    /// Checks that the tables, columns and stages of all tests exist, and the types of their values. A row
    /// that a step names is a value in the steps after it.
    pub(crate) fn check_tests(&mut self, files: &'a [ast::File]) {
        for item in files.iter().flat_map(|file| &file.items) {
            if let ItemKind::Test(test) = &item.kind {
                let body = self.new_body();
                let mut scope = Scope::new(body);
                test.steps.iter().for_each(|step| self.test_step(&mut scope, step));
                self.program.tests.push(test.clone());
            }
        }
    }

    fn test_step(&mut self, scope: &mut Scope<'a>, step: &'a TestStep) {
        match step {
            TestStep::Insert { database, table, name, fields, .. } => {
                let Some(table) = self.test_table(database, table) else { return };
                self.test_values(scope, table, fields.iter().map(|(name, value)| (name, value)));
                if let Some(name) = name {
                    self.bind(scope, name, Type::Row(table), Watch::No);
                }
            }
            TestStep::Update { database, table, column, value, fields, .. } => {
                let Some(table) = self.test_table(database, table) else { return };
                let fields = fields.iter().map(|(name, value)| (name, value));
                self.test_values(scope, table, fields.chain([(column, value)]));
            }
            TestStep::Delete { database, table, column, value, .. } => {
                let Some(table) = self.test_table(database, table) else { return };
                self.test_values(scope, table, [(column, value)]);
            }
            TestStep::ExpectRows { database, table, filter, rows, .. } => {
                let Some(table) = self.test_table(database, table) else { return };
                let values = rows.iter().flatten().chain(filter).map(|(name, value)| (name, value));
                self.test_values(scope, table, values);
            }
            TestStep::ExpectFlows { stage, priority, .. } => {
                self.test_stage(stage);
                if let Some(priority) = priority {
                    let priority = self.check(scope, priority, &Type::Int);
                    self.require_constant(priority, "a priority in a test");
                }
            }
            TestStep::Nbctl { .. } | TestStep::ExpectWarnings { .. } => {}
        }
    }

    fn test_stage(&mut self, stage: &Name) {
        if !matches!(self.names.get(&stage.text), Some(Global::Stage(_))) {
            let stages = self.names.candidates(|global| matches!(global, Global::Stage(_)));
            let help = did_you_mean(&stage.text, stages);
            let message = format!("there is no stage `{}`", stage.text);
            self.report.push(error("E0201", stage.span, message, "unknown stage").help(help));
        }
    }

    fn test_table(&mut self, database: &Name, table: &Name) -> Option<TableId> {
        let database = self.find_database(&database.text, database.span)?;
        self.find_table(database, &table.text, table.span)
    }

    fn test_values(
        &mut self,
        scope: &mut Scope<'a>,
        table: TableId,
        values: impl IntoIterator<Item = (&'a Name, &'a Expr)>,
    ) {
        for (name, value) in values {
            if let Some(column) = self.find_column(table, name) {
                self.column_value(scope, table, column, value);
            }
        }
    }
}
