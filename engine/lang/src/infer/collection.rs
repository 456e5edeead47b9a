//! Tuples, sets, lists, maps and records.

use weft_syntax::ast::{self, Name};
use weft_syntax::span::Span;

use super::failed;
use crate::checker::Checker;
use crate::expr::{Expr, ExprKind};
use crate::names::Global;
use crate::report::{Detail, did_you_mean, error};
use crate::scope::Scope;
use crate::types::Type;
use crate::unify::join;

impl<'a> Checker<'a> {
    pub(super) fn infer_tuple(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        parts: &'a [ast::Expr],
        hint: &Type,
    ) -> Expr {
        let hints = match hint.without_option() {
            Type::Tuple(hints) if hints.len() == parts.len() => hints.clone(),
            _ => vec![Type::Unknown; parts.len()],
        };
        let parts: Vec<Expr> =
            parts.iter().zip(&hints).map(|(part, hint)| self.infer(scope, part, hint)).collect();
        let ty = Type::Tuple(parts.iter().map(|part| part.ty.clone()).collect());
        Expr { span, ty, kind: ExprKind::Tuple(parts) }
    }

    pub(super) fn infer_set(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        elements: &'a [ast::Expr],
        hint: &Type,
    ) -> Expr {
        let hint = match hint.without_option() {
            Type::Set(element) => (**element).clone(),
            _ => Type::Unknown,
        };
        let (elements, ty) = self.elements(scope, elements, &hint, "set");
        elements.iter().for_each(|element| self.require_comparable(element, "a member of a set"));
        Expr { span, ty: Type::Set(Box::new(ty)), kind: ExprKind::Set(elements) }
    }

    pub(super) fn infer_list(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        elements: &'a [ast::Expr],
        hint: &Type,
    ) -> Expr {
        let hint = match hint.without_option() {
            Type::List(element) => (**element).clone(),
            _ => Type::Unknown,
        };
        let (elements, ty) = self.elements(scope, elements, &hint, "list");
        Expr { span, ty: Type::List(Box::new(ty)), kind: ExprKind::List(elements) }
    }

    /// Elements and the type that they have in common.
    fn elements(
        &mut self,
        scope: &mut Scope<'a>,
        elements: &'a [ast::Expr],
        hint: &Type,
        what: &str,
    ) -> (Vec<Expr>, Type) {
        let mut ty = Type::Unknown;
        let mut checked = Vec::with_capacity(elements.len());
        for element in elements {
            let hint = if *hint == Type::Unknown { ty.clone() } else { hint.clone() };
            let element = self.infer(scope, element, &hint);
            match join(&ty, &element.ty) {
                Some(joined) => ty = joined,
                None => {
                    let (first, found) = (self.program.type_name(&ty), self.program.type_name(&element.ty));
                    let message = format!("the members of a {what} are of one type");
                    let label = format!("expected {first}, found {found}");
                    self.report.push(error("E0306", element.span, message, label));
                }
            }
            checked.push(element);
        }
        (checked, ty)
    }

    /// `map { k: v }`; entries whose value is an Option are left out where it is None.
    pub(super) fn infer_map(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        entries: &'a [(ast::Expr, ast::Expr)],
        hint: &Type,
    ) -> Expr {
        let (key_hint, value_hint) = match hint.without_option() {
            Type::Map(key, value) => ((**key).clone(), (**value).clone()),
            _ => (Type::Unknown, Type::Unknown),
        };
        let (mut key_type, mut value_type) = (Type::Unknown, Type::Unknown);
        let mut checked = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let key = self.infer(scope, key, if key_hint == Type::Unknown { &key_type } else { &key_hint });
            let hint = if value_hint == Type::Unknown { &value_type } else { &value_hint };
            let value = self.infer(scope, value, hint);
            self.require_comparable(&key, "a key");
            key_type = self.joined_part(key_type, &key, &key.ty, "keys");
            value_type = self.joined_part(value_type, &value, value.ty.without_option(), "values");
            checked.push((key, value));
        }
        let ty = Type::Map(Box::new(key_type), Box::new(value_type));
        Expr { span, ty, kind: ExprKind::Map(checked) }
    }

    fn joined_part(&mut self, so_far: Type, part: &Expr, ty: &Type, what: &str) -> Type {
        match join(&so_far, ty) {
            Some(joined) => joined,
            None => {
                let (first, found) = (self.program.type_name(&so_far), self.program.type_name(ty));
                let message = format!("the {what} of a map are of one type");
                let label = format!("expected {first}, found {found}");
                self.report.push(error("E0306", part.span, message, label));
                so_far
            }
        }
    }

    pub(super) fn infer_record(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        name: &'a Name,
        fields: &'a [(Name, ast::Expr)],
    ) -> Expr {
        let Some(Global::Record(record)) = self.names.get(&name.text) else {
            let help =
                did_you_mean(&name.text, self.names.candidates(|global| matches!(global, Global::Record(_))));
            let message = format!("there is no record type `{}`", name.text);
            self.report.push(error("E0204", name.span, message, "unknown record type").help(help));
            for (_, value) in fields {
                self.infer(scope, value, &Type::Unknown);
            }
            return failed(span);
        };
        let declared = self.program.records[record.index()].fields.clone();
        let mut values: Vec<Option<Expr>> = vec![None; declared.len()];
        for (field, value) in fields {
            match declared.iter().position(|(other, _)| *other == field.text) {
                Some(position) => {
                    let value = self.check(scope, value, &declared[position].1);
                    if values[position].replace(value).is_some() {
                        let message = format!("the field `{}` is given twice", field.text);
                        self.report.push(error("E0202", field.span, message, "given again here"));
                    }
                }
                None => {
                    self.infer(scope, value, &Type::Unknown);
                    let help = did_you_mean(&field.text, declared.iter().map(|(other, _)| other.as_str()));
                    self.report_no_field(&Type::Record(record), field, help);
                }
            }
        }
        let missing: Vec<&str> = declared
            .iter()
            .zip(&values)
            .filter(|(_, value)| value.is_none())
            .map(|((field, _), _)| field.as_str())
            .collect();
        if !missing.is_empty() {
            let message = format!("the record `{}` lacks {}", name.text, missing.join(", "));
            self.report.push(error("E0302", name.span, message, "fields are missing"));
        }
        let values = values.into_iter().map(|value| value.unwrap_or_else(|| failed(span))).collect();
        Expr { span, ty: Type::Record(record), kind: ExprKind::Tuple(values) }
    }
}
