//! `e.name`: columns, attributes, fields, and methods without arguments.

use weft_syntax::ast::{self, Name};
use weft_syntax::span::Span;

use super::failed;
use super::method::presence;
use crate::builtin::Builtin;
use crate::checker::Checker;
use crate::expr::{Expr, ExprKind};
use crate::program::{EntityId, TableId};
use crate::report::{Detail, did_you_mean, error};
use crate::scope::Scope;
use crate::types::Type;

impl<'a> Checker<'a> {
    pub(super) fn infer_field(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        receiver: &'a ast::Expr,
        name: &'a Name,
    ) -> Expr {
        if let Some(collection) = self.named_collection(scope, receiver) {
            self.report_collection_as_value(&collection);
            return failed(span);
        }
        if let ast::ExprKind::Name(database) = &receiver.kind
            && let Some(crate::names::Global::Database(id)) = self.global_unless_hidden(scope, database)
        {
            if self.find_table(id, &name.text, name.span).is_some() {
                let table = format!("{database}.{}", name.text);
                let problem =
                    error("E0208", span, format!("`{table}` is a table, not a value"), "not a value");
                let help = format!("write `x in {table}`, or `{table}[column: value]` for one row");
                self.report.push(problem.help(help));
            }
            return failed(span);
        }
        let receiver = self.infer(scope, receiver, &Type::Unknown);
        let mut expr = self.field(scope, receiver, name);
        expr.span = span;
        expr
    }

    pub(super) fn report_collection_as_value(&mut self, collection: &Expr) {
        let message = "a whole table or entity is not a value";
        let problem = error("E0208", collection.span, message, "not a value");
        self.report.push(problem.help("it can stand after `in`".to_owned()));
    }

    /// A field of a value.
    pub(crate) fn field(&mut self, scope: &mut Scope<'a>, receiver: Expr, name: &'a Name) -> Expr {
        let span = Span { end: name.span.end.max(receiver.span.end), ..receiver.span };
        match receiver.ty.clone() {
            Type::Unknown => failed(span),
            _ if presence(&name.text).is_some() => self.method(scope, span, receiver, name, &[]),
            Type::Row(table) => self.column_or_uuid(receiver, table, name, span),
            Type::Entity(entity) => self.entity_field(receiver, entity, name, span),
            Type::Record(record) => {
                let fields = &self.program.records[record.index()].fields;
                if let Some(position) = fields.iter().position(|(field, _)| *field == name.text) {
                    let ty = fields[position].1.clone();
                    return Expr { span, ty, kind: ExprKind::Field(Box::new(receiver), position) };
                }
                let help = did_you_mean(&name.text, fields.iter().map(|(field, _)| field.as_str()));
                self.report_no_field(&receiver.ty, name, help)
            }
            Type::Tuple(parts) => match name.text.parse::<usize>().ok().filter(|at| *at < parts.len()) {
                Some(position) => {
                    let ty = parts[position].clone();
                    Expr { span, ty, kind: ExprKind::Field(Box::new(receiver), position) }
                }
                None => {
                    let help = Some(format!("its parts are `.0` to `.{}`", parts.len().saturating_sub(1)));
                    self.report_no_field(&receiver.ty, name, help)
                }
            },
            Type::Extern(id) if name.text == "text" => {
                let ty = self.program.extern_types[id.index()].representation.clone();
                let kind = match ty {
                    Type::String => ExprKind::Builtin(Builtin::ExternText, vec![receiver]),
                    _ => ExprKind::Reinterpret(Box::new(receiver)),
                };
                Expr { span, ty, kind }
            }
            _ => self.method(scope, span, receiver, name, &[]),
        }
    }

    fn column_or_uuid(&mut self, receiver: Expr, table: TableId, name: &'a Name, span: Span) -> Expr {
        match self.column(&receiver, table, &name.text, span) {
            Some(column) => column,
            None => {
                let columns = self.program.tables[table.index()].columns.iter();
                let help =
                    did_you_mean(&name.text, columns.map(|column| column.name.as_str()).chain(["uuid"]));
                let message =
                    format!("`{}` has no column `{}`", self.program.type_name(&receiver.ty), name.text);
                self.report.push(error("E0203", name.span, message, "unknown column").help(help));
                failed(span)
            }
        }
    }

    /// A column of a row, or of an entity over a row, or its UUID.
    fn column(&self, receiver: &Expr, table: TableId, name: &str, span: Span) -> Option<Expr> {
        if name == "uuid" {
            return Some(Expr { span, ty: Type::Uuid, kind: ExprKind::RowUuid(Box::new(receiver.clone())) });
        }
        let columns = &self.program.tables[table.index()].columns;
        // A row's UUID has one name.
        let position = columns.iter().position(|column| column.name == name && name != "_uuid")?;
        let ty = columns[position].ty.clone();
        Some(Expr { span, ty, kind: ExprKind::Column(Box::new(receiver.clone()), table, position) })
    }

    fn entity_field(&mut self, receiver: Expr, entity: EntityId, name: &'a Name, span: Span) -> Expr {
        if let Some(position) = self.find_attribute(entity, &name.text) {
            return self.attribute(receiver, entity, position, span);
        }
        self.ensure_entity(entity, span);
        let key = &self.entities[entity.index()].key;
        if let Some(position) = key.iter().position(|(part, _)| part.text == name.text) {
            let ty = key[position].1.clone();
            let kind = match key.len() {
                1 => ExprKind::Reinterpret(Box::new(receiver)),
                _ => ExprKind::Field(Box::new(receiver), position),
            };
            return Expr { span, ty, kind };
        }
        let row = self.program.entities[entity.index()].row;
        if let Some(table) = row {
            if name.text == "row" {
                return Expr { span, ty: Type::Row(table), kind: ExprKind::Reinterpret(Box::new(receiver)) };
            }
            if let Some(column) = self.column(&receiver, table, &name.text, span) {
                return column;
            }
        }
        let help = {
            let source = &self.entities[entity.index()];
            let attributes = source.attributes.iter().map(|attribute| attribute.name.text.as_str());
            let key = source.key.iter().map(|(part, _)| part.text.as_str());
            let columns = row.into_iter().flat_map(|table| &self.program.tables[table.index()].columns);
            let columns = columns.map(|column| column.name.as_str());
            did_you_mean(&name.text, attributes.chain(key).chain(columns))
        };
        let has_columns = if row.is_some() { " or column" } else { "" };
        let entity = self.program.type_name(&receiver.ty);
        let message = format!("`{entity}` has no attribute{has_columns} `{}`", name.text);
        self.report.push(error("E0203", name.span, message, "unknown attribute").help(help));
        failed(span)
    }

    /// An attribute of a member.
    pub(super) fn attribute(&mut self, member: Expr, entity: EntityId, position: usize, span: Span) -> Expr {
        self.entities[entity.index()].attributes[position].is_read = true;
        let ty = self.attribute_type(entity, position, span);
        if ty == Type::Unknown {
            return failed(span);
        }
        Expr { span, ty, kind: ExprKind::Attribute(Box::new(member), entity, position) }
    }

    pub(super) fn report_no_field(&mut self, ty: &Type, name: &Name, help: Option<String>) -> Expr {
        let message = format!("{} has no field `{}`", self.program.type_name(ty), name.text);
        self.report.push(error("E0203", name.span, message, "unknown field").help(help));
        failed(name.span)
    }
}
