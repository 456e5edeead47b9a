//! Types as written.

use weft_syntax::ast::{self, TypeKind};
use weft_syntax::span::Span;

use crate::checker::Checker;
use crate::names::Global;
use crate::program::{DatabaseId, TableId};
use crate::report::{Detail, did_you_mean, error};
use crate::types::Type;

/// Names of types that take no arguments.
const PLAIN: [(&str, Type); 7] = [
    ("bool", Type::Bool),
    ("int", Type::Int),
    ("string", Type::String),
    ("uuid", Type::Uuid),
    ("Stage", Type::Stage),
    ("Match", Type::Match),
    ("Actions", Type::Actions),
];

impl<'a> Checker<'a> {
    /// The type that is written there; [`Type::Unknown`] after an error.
    pub(crate) fn resolve_type(&mut self, ty: &ast::Type) -> Type {
        match &ty.kind {
            TypeKind::Named(name) => self.named_type(name, ty.span),
            TypeKind::Row { database, table } => self.row_type(database, table, ty.span),
            TypeKind::Tuple(parts) => Type::Tuple(parts.iter().map(|part| self.resolve_type(part)).collect()),
            TypeKind::Generic { name, arguments } => self.generic_type(name, arguments, ty.span),
        }
    }

    fn named_type(&mut self, name: &str, span: Span) -> Type {
        if let Some((_, ty)) = PLAIN.iter().find(|(plain, _)| *plain == name) {
            return ty.clone();
        }
        match self.names.get(name) {
            Some(Global::Entity(id)) => return Type::Entity(id),
            Some(Global::Record(id)) => return Type::Record(id),
            Some(Global::ExternType(id)) => return Type::Extern(id),
            _ => {}
        }
        let is_type =
            |global| matches!(global, Global::Entity(_) | Global::Record(_) | Global::ExternType(_));
        let names = PLAIN.iter().map(|(plain, _)| *plain).chain(self.names.candidates(is_type));
        let help = did_you_mean(name, names);
        self.report
            .push(error("E0204", span, format!("there is no type `{name}`"), "unknown type").help(help));
        Type::Unknown
    }

    fn generic_type(&mut self, name: &str, arguments: &[ast::Type], span: Span) -> Type {
        let resolved: Vec<Type> = arguments.iter().map(|argument| self.resolve_type(argument)).collect();
        match (name, resolved.as_slice()) {
            ("Option", [Type::Option(inner)]) => {
                let message = "an Option inside an Option";
                let help = format!("`Option<{}>` is enough", self.program.type_name(inner));
                self.report.push(error("E0305", span, message, "nested Option").help(help));
                Type::Option(inner.clone())
            }
            ("Option", [inner]) => inner.clone().optional(),
            ("Set", [inner]) => Type::Set(Box::new(inner.clone())),
            ("List", [inner]) => Type::List(Box::new(inner.clone())),
            ("Map", [key, value]) => Type::Map(Box::new(key.clone()), Box::new(value.clone())),
            ("Option" | "Set" | "List" | "Map", _) => {
                let wanted = if name == "Map" { "two types" } else { "one type" };
                let message = format!("`{name}` takes {wanted}");
                self.report.push(error("E0302", span, message, format!("{} given", resolved.len())));
                Type::Unknown
            }
            _ => {
                let help = did_you_mean(name, ["Option", "Set", "List", "Map"]);
                let message = format!("there is no type `{name}<…>`");
                self.report.push(error("E0204", span, message, "unknown type").help(help));
                Type::Unknown
            }
        }
    }

    fn row_type(&mut self, database: &str, table: &str, span: Span) -> Type {
        match self.find_database(database, span).and_then(|id| self.find_table(id, table, span)) {
            Some(table) => Type::Row(table),
            None => Type::Unknown,
        }
    }

    /// The database of that name, or an error.
    pub(crate) fn find_database(&mut self, name: &str, span: Span) -> Option<DatabaseId> {
        if let Some(Global::Database(id)) = self.names.get(name) {
            return Some(id);
        }
        let names = self.names.candidates(|global| matches!(global, Global::Database(_)));
        let help = did_you_mean(name, names);
        let message = format!("there is no database `{name}`");
        self.report.push(error("E0207", span, message, "unknown database").help(help));
        None
    }

    /// The table of that name, or an error.
    pub(crate) fn find_table(&mut self, database: DatabaseId, name: &str, span: Span) -> Option<TableId> {
        let tables = &self.databases[database.index()].tables;
        if let Some(table) = tables.get(name) {
            return Some(*table);
        }
        let help = did_you_mean(name, tables.keys().map(String::as_str));
        let message = format!("`{}` has no table `{name}`", self.program.databases[database.index()].name);
        self.report.push(error("E0207", span, message, "unknown table").help(help));
        None
    }

    /// The position of a table's column, or an error.
    pub(crate) fn find_column(&mut self, table: TableId, name: &ast::Name) -> Option<usize> {
        let columns = &self.program.tables[table.index()].columns;
        if let Some(position) = columns.iter().position(|column| column.name == name.text) {
            return Some(position);
        }
        let help = did_you_mean(&name.text, columns.iter().map(|column| column.name.as_str()));
        let message =
            format!("`{}` has no column `{}`", self.program.type_name(&Type::Row(table)), name.text);
        self.report.push(error("E0203", name.span, message, "unknown column").help(help));
        None
    }
}
