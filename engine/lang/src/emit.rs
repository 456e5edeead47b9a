//! Emit heads, and references to rows that this program writes.

use weft_syntax::ast::{self, Name};
use weft_syntax::span::Span;

use crate::checker::Checker;
use crate::expr::{Expr, ExprKind};
use crate::infer::failed;
use crate::program::{Head, OutputId, TableId};
use crate::report::{Detail, error};
use crate::scope::Scope;
use crate::types::Type;
use crate::unify::fits;

impl<'a> Checker<'a> {
    pub(crate) fn emit(
        &mut self,
        scope: &mut Scope<'a>,
        database: &'a Name,
        table: &'a Name,
        key: &'a [(Name, ast::Expr)],
        fields: &'a [ast::EmitField],
        span: Span,
    ) -> Vec<Head> {
        let Some((output, table)) = self.find_output(database, table) else {
            for value in key.iter().map(|(_, value)| value).chain(fields.iter().map(|field| &field.value)) {
                self.infer(scope, value, &Type::Unknown);
            }
            return Vec::new();
        };
        let mut keys = key.iter().map(|(name, value)| (name, value)).collect::<Vec<_>>();
        let key_columns = self.program.outputs[output.index()].key.clone();
        let mut columns: Vec<(usize, Expr)> = Vec::new();
        let mut members = Vec::new();
        for field in fields {
            let Some(column) = self.find_column(table, &field.column) else {
                self.infer(scope, &field.value, &Type::Unknown);
                continue;
            };
            if key_columns.contains(&column) && !field.member {
                keys.push((&field.column, &field.value));
            } else if !self.check_written(output, table, column, field) {
                self.infer(scope, &field.value, &Type::Unknown);
            } else if field.member {
                members.push((column, self.member_value(scope, table, column, &field.value)));
            } else {
                let value = self.column_value(scope, table, column, &field.value);
                if columns.iter().any(|(other, _)| *other == column) {
                    let message = format!("the column `{}` is given twice", field.column.text);
                    self.report.push(error("E0202", field.column.span, message, "given again here"));
                }
                columns.push((column, value));
            }
        }
        let Some(key) = self.output_key(scope, output, table, &keys, span) else { return Vec::new() };
        let mut heads = Vec::with_capacity(members.len() + 1);
        if members.is_empty() || !columns.is_empty() {
            heads.push(Head::Emit { output, key: key.clone(), columns, span });
        }
        heads.extend(members.into_iter().map(|(column, value)| Head::EmitMember {
            output,
            key: key.clone(),
            column,
            value,
            span,
        }));
        heads
    }

    /// The output block of a table, or an error.
    fn find_output(&mut self, database: &Name, table: &Name) -> Option<(OutputId, TableId)> {
        let database = self.find_database(&database.text, database.span)?;
        let id = self.find_table(database, &table.text, table.span)?;
        if let Some(output) = self.outputs.get(&id) {
            return Some((OutputId(*output as u32), id));
        }
        let name = self.program.type_name(&Type::Row(id));
        let problem = error("E0402", table.span, format!("`{name}` is not an output"), "not an output");
        self.report.push(problem.help(format!("say what is written: `output {name} {{ key … write … }}`")));
        None
    }

    /// Whether the output says that the rules own the column; an error if not.
    fn check_written(
        &mut self,
        output: OutputId,
        table: TableId,
        column: usize,
        field: &ast::EmitField,
    ) -> bool {
        let declared = &self.program.outputs[output.index()];
        if declared.write.contains(&column) {
            return true;
        }
        let name = self.program.type_name(&Type::Row(table));
        let column_name = &field.column.text;
        let (message, help) = if declared.init.iter().any(|(other, _)| *other == column) {
            let message = format!("`{name}.{column_name}` is written on insert only");
            (message, "the output block gives its value".to_owned())
        } else if declared.key.contains(&column) {
            let message = format!("`{name}.{column_name}` is part of the key");
            (message, "a key has one value: write `column: value`".to_owned())
        } else {
            let message = format!("`{name}.{column_name}` is not listed in the output block");
            (message, format!("add `{column_name}` to `write` of `output {name}`"))
        };
        self.report.push(error("E0403", field.column.span, message, "must not be written").help(help));
        false
    }

    /// A value for a column, whose type and enumeration it must fit.
    pub(crate) fn column_value(
        &mut self,
        scope: &mut Scope<'a>,
        table: TableId,
        column: usize,
        value: &'a ast::Expr,
    ) -> Expr {
        let ty = self.program.tables[table.index()].columns[column].ty.clone();
        let value = self.written(scope, value, &ty);
        self.check_enumeration(table, column, &value);
        value
    }

    /// A value for a column: where the column holds rows, rows that this program writes are as good.
    fn written(&mut self, scope: &mut Scope<'a>, value: &'a ast::Expr, ty: &Type) -> Expr {
        let value = self.infer(scope, value, ty);
        if fits(&value.ty.with_rows_for_output_rows(), ty) && !value.ty.is_open() {
            return value;
        }
        self.require(value, ty)
    }

    /// The value of `column += …`: a member of a set, or key and value of a map's entry.
    fn member_value(
        &mut self,
        scope: &mut Scope<'a>,
        table: TableId,
        column: usize,
        value: &'a ast::Expr,
    ) -> Expr {
        let ty = match &self.program.tables[table.index()].columns[column].ty {
            Type::Set(element) => (**element).clone(),
            Type::Map(key, value) => Type::Tuple(vec![(**key).clone(), (**value).clone()]),
            other => {
                let message =
                    format!("`+=` adds to a set or map; this column is {}", self.program.type_name(other));
                self.report.push(error("E0303", value.span, message, "one value only"));
                Type::Unknown
            }
        };
        let value = self.written(scope, value, &ty);
        self.check_enumeration(table, column, &value);
        value
    }

    /// The values of the key columns in the output's order; None when one is missing.
    fn output_key(
        &mut self,
        scope: &mut Scope<'a>,
        output: OutputId,
        table: TableId,
        given: &[(&'a Name, &'a ast::Expr)],
        span: Span,
    ) -> Option<Vec<Expr>> {
        let columns = self.program.outputs[output.index()].key.clone();
        let mut values: Vec<Option<Expr>> = vec![None; columns.len()];
        for (name, value) in given {
            let column = self.find_column(table, name);
            match column.and_then(|column| columns.iter().position(|other| *other == column)) {
                Some(position) => {
                    let value = self.column_value(scope, table, columns[position], value);
                    if values[position].replace(value).is_some() {
                        let message = format!("the column `{}` is given twice", name.text);
                        self.report.push(error("E0202", name.span, message, "given again here"));
                    }
                }
                None => {
                    self.infer(scope, value, &Type::Unknown);
                    if column.is_some() {
                        let message = format!("`{}` is not part of the key", name.text);
                        self.report.push(error("E0404", name.span, message, "not a key column"));
                    }
                }
            }
        }
        let missing: Vec<&str> = columns
            .iter()
            .zip(&values)
            .filter(|(_, value)| value.is_none())
            .map(|(column, _)| self.program.tables[table.index()].columns[*column].name.as_str())
            .collect();
        if !missing.is_empty() {
            let name = self.program.type_name(&Type::Row(table));
            let message = format!("a row of `{name}` needs its key: {}", missing.join(", "));
            self.report.push(error("E0404", span, message, "key column missing"));
        }
        values.into_iter().collect()
    }

    /// `ref db.Table[key: e]`
    pub(crate) fn infer_output_ref(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        database: &'a Name,
        table: &'a Name,
        key: &'a [(Name, ast::Expr)],
    ) -> Expr {
        let Some((output, table)) = self.find_output(database, table) else {
            for (_, value) in key {
                self.infer(scope, value, &Type::Unknown);
            }
            return failed(span);
        };
        let given: Vec<_> = key.iter().map(|(name, value)| (name, value)).collect();
        match self.output_key(scope, output, table, &given, span) {
            Some(key) => Expr { span, ty: Type::OutputRow(table), kind: ExprKind::OutputRef(output, key) },
            None => failed(span),
        }
    }
}
