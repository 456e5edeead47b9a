//! Names in the tests beside the rules.

use weft_syntax::ast::{self, ItemKind, Name, TestStep};

use crate::checker::Checker;
use crate::names::Global;
use crate::report::{Detail, did_you_mean, error};

impl<'a> Checker<'a> {
    /// Checks that the tables, columns and stages of all tests exist.
    pub(crate) fn check_tests(&mut self, files: &'a [ast::File]) {
        for item in files.iter().flat_map(|file| &file.items) {
            if let ItemKind::Test(test) = &item.kind {
                test.steps.iter().for_each(|step| self.test_step(step));
                self.program.tests.push(test.clone());
            }
        }
    }

    fn test_step(&mut self, step: &TestStep) {
        match step {
            TestStep::Insert { database, table, fields, .. } => {
                self.test_columns(database, table, fields.iter().map(|(name, _)| name));
            }
            TestStep::Update { database, table, column, fields, .. } => {
                self.test_columns(database, table, fields.iter().map(|(name, _)| name).chain([column]));
            }
            TestStep::Delete { database, table, column, .. } => self.test_columns(database, table, [column]),
            TestStep::ExpectRows { database, table, filter, rows, .. } => {
                let columns = rows.iter().flatten().map(|(name, _)| name);
                self.test_columns(database, table, columns.chain(filter.iter().map(|(name, _)| name)));
            }
            TestStep::ExpectFlows { stage, .. } => {
                if !matches!(self.names.get(&stage.text), Some(Global::Stage(_))) {
                    let stages = self.names.candidates(|global| matches!(global, Global::Stage(_)));
                    let help = did_you_mean(&stage.text, stages);
                    let message = format!("there is no stage `{}`", stage.text);
                    self.report.push(error("E0201", stage.span, message, "unknown stage").help(help));
                }
            }
            TestStep::Nbctl { .. } | TestStep::ExpectWarnings { .. } => {}
        }
    }

    fn test_columns<'n>(
        &mut self,
        database: &Name,
        table: &Name,
        columns: impl IntoIterator<Item = &'n Name>,
    ) {
        let Some(database) = self.find_database(&database.text, database.span) else { return };
        let Some(table) = self.find_table(database, &table.text, table.span) else { return };
        for column in columns {
            self.find_column(table, column);
        }
    }
}
