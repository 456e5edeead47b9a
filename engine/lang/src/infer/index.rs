//! `e[k]`: members, rows, ids, components, and parts of maps and lists.

use weft_syntax::ast::{self, ExprKind as Ast, Name};
use weft_syntax::span::Span;

use super::failed;
use crate::checker::Checker;
use crate::expr::{Expr, ExprKind};
use crate::names::Global;
use crate::program::{EntityId, TableId};
use crate::report::{Detail, error};
use crate::scope::Scope;
use crate::types::Type;
use crate::unify::fits;

/// The arguments in brackets.
type Keys = [(Option<Name>, ast::Expr)];

impl<'a> Checker<'a> {
    pub(super) fn infer_index(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        receiver: &'a ast::Expr,
        keys: &'a Keys,
    ) -> Expr {
        if let Some(collection) = self.named_collection(scope, receiver) {
            return match collection.kind {
                ExprKind::AllRows(table) => self.lookup(scope, span, table, keys),
                ExprKind::AllMembers(entity) => self.member(scope, span, entity, keys),
                _ => failed(span),
            };
        }
        if let Ast::Name(name) = &receiver.kind {
            match self.global_unless_hidden(scope, name) {
                Some(Global::Alloc(alloc)) => {
                    let holder = self.alloc_type(alloc, span);
                    let key = self.only_key(scope, span, keys, &holder);
                    let kind = ExprKind::Allocated(alloc, Box::new(key));
                    return Expr { span, ty: Type::Int, kind };
                }
                Some(Global::Components(components)) => {
                    let node = self.components_type(components, span);
                    let key = self.only_key(scope, span, keys, &node);
                    let kind = ExprKind::Component(components, Box::new(key));
                    return Expr { span, ty: node, kind };
                }
                _ => {}
            }
        }
        let receiver = self.infer(scope, receiver, &Type::Unknown);
        self.index_value(scope, span, receiver, keys)
    }

    fn index_value(&mut self, scope: &mut Scope<'a>, span: Span, receiver: Expr, keys: &'a Keys) -> Expr {
        match receiver.ty.clone() {
            Type::Map(key, value) => {
                let key = self.only_key(scope, span, keys, &key);
                Expr { span, ty: *value, kind: ExprKind::MapIndex(Box::new(receiver), Box::new(key)) }
            }
            Type::List(element) => {
                let position = self.only_key(scope, span, keys, &Type::Int);
                Expr { span, ty: *element, kind: ExprKind::ListIndex(Box::new(receiver), Box::new(position)) }
            }
            ty => {
                self.infer_keys(scope, keys);
                if ty != Type::Unknown {
                    let found = self.program.type_name(&ty);
                    let message = format!("{found} has no parts in brackets");
                    let help = ty.is_option().then(|| "write `e?[…]`".to_owned());
                    self.report
                        .push(error("E0310", receiver.span, message, format!("this is {found}")).help(help));
                }
                failed(span)
            }
        }
    }

    /// A key, which may be an Option: there is nothing under None.
    fn key(&mut self, scope: &mut Scope<'a>, key: &'a ast::Expr, ty: &Type) -> Expr {
        let key = self.infer(scope, key, ty);
        let optional = ty.clone().optional();
        if fits(&key.ty, &optional) { self.require(key, &optional) } else { self.require(key, ty) }
    }

    fn infer_keys(&mut self, scope: &mut Scope<'a>, keys: &'a Keys) {
        for (_, key) in keys {
            self.infer(scope, key, &Type::Unknown);
        }
    }

    /// The one argument in brackets.
    fn only_key(&mut self, scope: &mut Scope<'a>, span: Span, keys: &'a Keys, ty: &Type) -> Expr {
        match keys {
            [(None, key)] => self.key(scope, key, ty),
            _ => {
                self.infer_keys(scope, keys);
                let message = "one value stands in these brackets";
                self.report.push(error("E0302", span, message, format!("{} given", keys.len())));
                failed(span)
            }
        }
    }

    /// `db.Table[column: e, …]`
    fn lookup(&mut self, scope: &mut Scope<'a>, span: Span, table: TableId, keys: &'a Keys) -> Expr {
        let mut columns: Vec<(usize, Expr)> = Vec::with_capacity(keys.len());
        for (name, key) in keys {
            let Some(name) = name else {
                self.infer(scope, key, &Type::Unknown);
                let problem = error("E0302", key.span, "a row is found by columns", "which column?");
                self.report.push(problem.help("write `[column: value]`".to_owned()));
                continue;
            };
            let Some(position) = self.find_column(table, name) else {
                self.infer(scope, key, &Type::Unknown);
                continue;
            };
            let ty = self.program.tables[table.index()].columns[position].ty.clone();
            let value = self.check(scope, key, &ty);
            self.check_enumeration(table, position, &value);
            columns.push((position, value));
        }
        if keys.is_empty() {
            self.report.push(error("E0302", span, "a row is found by columns", "no column given"));
        }
        Expr { span, ty: Type::Row(table), kind: ExprKind::Lookup(table, columns) }
    }

    /// `Entity[key]`
    fn member(&mut self, scope: &mut Scope<'a>, span: Span, entity: EntityId, keys: &'a Keys) -> Expr {
        let parts = self.entities[entity.index()].key.clone();
        let given: Vec<(Option<&Name>, &'a ast::Expr)> = match keys {
            [(None, ast::Expr { kind: Ast::Tuple(values), .. })] if parts.len() > 1 => {
                values.iter().map(|value| (None, value)).collect()
            }
            _ => keys.iter().map(|(name, value)| (name.as_ref(), value)).collect(),
        };
        if given.len() != parts.len() {
            self.infer_keys(scope, keys);
            let names: Vec<&str> = parts.iter().map(|(name, _)| name.text.as_str()).collect();
            let entity = &self.program.entities[entity.index()].name;
            let message = format!("a member of `{entity}` is found by {}", names.join(", "));
            self.report.push(error("E0302", span, message, format!("{} given", given.len())));
            return failed(span);
        }
        let mut values: Vec<Option<Expr>> = vec![None; parts.len()];
        for (at, (name, value)) in given.into_iter().enumerate() {
            let position = match name {
                None => Some(at),
                Some(name) => parts.iter().position(|(part, _)| part.text == name.text),
            };
            match (position, name) {
                (Some(position), _) => values[position] = Some(self.key(scope, value, &parts[position].1)),
                (None, name) => {
                    let name = name.map_or("", |name| &name.text);
                    let message = format!("the key has no part `{name}`");
                    self.report.push(error("E0203", value.span, message, "unknown part of the key"));
                }
            }
        }
        match values.into_iter().collect::<Option<Vec<Expr>>>() {
            Some(values) => Expr { span, ty: Type::Entity(entity), kind: ExprKind::Member(entity, values) },
            None => failed(span),
        }
    }
}
