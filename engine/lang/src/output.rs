//! Output blocks.

use weft_syntax::ast::{self, BinaryOp, ItemKind, Name};

use crate::checker::Checker;
use crate::constant::plain_text;
use crate::expr::Expr;
use crate::program::{Output, TableId};
use crate::report::{Detail, error};
use crate::scope::Scope;
use crate::types::Type;

impl<'a> Checker<'a> {
    /// Checks all output blocks.
    pub(crate) fn check_outputs(&mut self, files: &'a [ast::File]) {
        for item in files.iter().flat_map(|file| &file.items) {
            let ItemKind::Output(output) = &item.kind else { continue };
            let Some(database) = self.find_database(&output.database.text, output.database.span) else {
                continue;
            };
            let Some(table) = self.find_table(database, &output.table.text, output.table.span) else {
                continue;
            };
            let checked = self.output(output, table);
            if self.outputs.contains_key(&table) {
                let name = self.program.type_name(&Type::Row(table));
                let message = format!("`{name}` has two output blocks");
                self.report.push(error("E0202", output.table.span, message, "defined again here"));
                continue;
            }
            self.outputs.insert(table, self.program.outputs.len());
            self.program.outputs.push(checked);
        }
    }

    fn output(&mut self, output: &'a ast::Output, table: TableId) -> Output {
        let mut seen: Vec<(usize, &Name)> = Vec::new();
        let mut column = |checker: &mut Self, name: &'a Name| {
            let position = checker.find_column(table, name)?;
            if let Some((_, first)) = seen.iter().find(|(other, _)| *other == position) {
                let message = format!("the column `{}` is listed twice", name.text);
                let problem = error("E0202", name.span, message, "listed again here");
                checker.report.push(problem.related(first.span, "first listed here"));
                return None;
            }
            seen.push((position, name));
            Some(position)
        };
        let key: Vec<usize> = output.key.iter().filter_map(|name| column(self, name)).collect();
        let write = output.write.iter().filter_map(|name| column(self, name)).collect();
        let mut init = Vec::with_capacity(output.init.len());
        for (name, value) in &output.init {
            if let Some(position) = column(self, name) {
                init.push((position, self.constant_for_column(table, position, value)));
            }
        }
        if output.key.is_empty() {
            let message = "an output needs a key";
            let problem = error("E0404", output.table.span, message, "no key");
            self.report.push(problem.help("name the columns that identify a row: `key column`".to_owned()));
        }
        let mut keep: Vec<(usize, Vec<String>)> = Vec::new();
        for (name, keys) in &output.keep {
            let Some((column, keys)) = self.kept_keys(table, name, keys) else { continue };
            match keep.iter_mut().find(|(other, _)| *other == column) {
                Some((_, kept)) => kept.extend(keys),
                None => keep.push((column, keys)),
            }
        }
        let owns = output.owns.as_ref().and_then(|condition| self.owned_rows(table, condition));
        Output { table, key, write, init, keep, owns }
    }

    fn constant_for_column(&mut self, table: TableId, column: usize, value: &'a ast::Expr) -> Expr {
        let ty = self.program.tables[table.index()].columns[column].ty.clone();
        let body = self.new_body();
        let value = self.check(&mut Scope::new(body), value, &ty);
        self.check_enumeration(table, column, &value);
        self.require_constant(value, "this value")
    }

    /// `keep column["key"]`; a whole column is named for the reader only.
    fn kept_keys(
        &mut self,
        table: TableId,
        name: &'a Name,
        keys: &'a [ast::Expr],
    ) -> Option<(usize, Vec<String>)> {
        let column = self.find_column(table, name)?;
        let mut texts = Vec::with_capacity(keys.len());
        for key in keys {
            let body = self.new_body();
            let key = self.check(&mut Scope::new(body), key, &Type::String);
            let key = self.require_constant(key, "a kept key");
            texts.extend(plain_text(&key).map(str::to_owned));
        }
        let ty = &self.program.tables[table.index()].columns[column].ty;
        if !keys.is_empty() && !matches!(ty, Type::Map(..)) {
            let message = format!("`{}` is not a map", name.text);
            let label = format!("this column is {}", self.program.type_name(ty));
            self.report.push(error("E0303", name.span, message, label));
            return None;
        }
        (!texts.is_empty()).then_some((column, texts))
    }

    /// `owns where column == value` or `owns where column in {values}`
    fn owned_rows(&mut self, table: TableId, condition: &'a ast::Expr) -> Option<(usize, Vec<Expr>)> {
        if let ast::ExprKind::Binary(operator, left, right) = &condition.kind
            && let ast::ExprKind::Name(text) = &left.kind
            && let Some(values) = owned_values(*operator, right)
        {
            let name = Name { text: text.clone(), span: left.span };
            let column = self.find_column(table, &name)?;
            let values = values.iter().map(|value| self.constant_for_column(table, column, value));
            return Some((column, values.collect()));
        }
        let problem = error("E0311", condition.span, "rows are owned by a column's value", "too much");
        self.report.push(
            problem.help("write `owns where column == value` or `owns where column in {values}`".to_owned()),
        );
        None
    }
}

/// The values that a condition of `owns` compares a column with.
fn owned_values(operator: BinaryOp, right: &ast::Expr) -> Option<&[ast::Expr]> {
    match (operator, &right.kind) {
        (BinaryOp::Eq, _) => Some(std::slice::from_ref(right)),
        (BinaryOp::In, ast::ExprKind::Set(values)) => Some(values),
        _ => None,
    }
}
