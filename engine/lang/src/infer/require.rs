//! Where a type is required: mismatches and what to do about them.

use weft_syntax::span::Span;

use crate::checker::Checker;
use crate::expr::Expr;
use crate::report::{Detail, error};
use crate::types::Type;
use crate::unify::fits;

impl<'a> Checker<'a> {
    /// The expression as one of the expected type, with an error when it is of another.
    pub(crate) fn require(&mut self, mut expr: Expr, expected: &Type) -> Expr {
        if !fits(&expr.ty, expected) {
            self.report_mismatch(expr.span, &expr.ty, expected);
            expr.ty = expected.clone();
        } else if expr.ty.is_open() {
            expr.ty = closed(&expr.ty, expected);
        }
        expr
    }

    /// An error about a value of the wrong type.
    pub(crate) fn report_mismatch(&mut self, span: Span, found: &Type, expected: &Type) {
        let (found_name, expected_name) = (self.program.type_name(found), self.program.type_name(expected));
        let message = format!("this is {found_name} where {expected_name} is expected");
        let label = format!("expected {expected_name}, found {found_name}");
        let help = self.help_for_mismatch(found, expected);
        self.report.push(error("E0301", span, message, label).help(help));
    }

    fn help_for_mismatch(&self, found: &Type, expected: &Type) -> Option<String> {
        let help = match (found, expected.without_option()) {
            (Type::Option(inner), wanted) if fits(inner, wanted) => {
                "give a default with `??`, or unwrap it with `let x = … else skip`"
            }
            (Type::String, Type::Match) => {
                "write the text as `match\"…\"`, or take the string as it is with `raw(…)`"
            }
            (Type::String, Type::Actions) => {
                "write the text as `actions\"…\"`, or take the string as it is with `raw(…)`"
            }
            (Type::Int | Type::Uuid | Type::Extern(_), Type::String) => "`.text` is it as a string",
            (Type::String, Type::Int) => "`.to_int()` reads a number",
            (Type::List(_), Type::Set(_)) => "`.to_set` makes a set of it",
            (Type::Set(_), Type::List(_)) => "`.to_list` makes a list of it",
            (Type::Row(table), Type::Entity(entity))
                if self.program.entities[entity.index()].row == Some(*table) =>
            {
                return Some(format!("`{}[…]` is the member of that row", self.program.type_name(expected)));
            }
            (Type::Entity(entity), Type::Row(table))
                if self.program.entities[entity.index()].row == Some(*table) =>
            {
                "`.row` is its row"
            }
            _ => return None,
        };
        Some(help.to_owned())
    }

    /// An error unless values of the type can be compared.
    pub(crate) fn require_comparable(&mut self, expr: &Expr, what: &str) {
        if self.program.is_output_only(&expr.ty) {
            let found = self.program.type_name(&expr.ty);
            let message = format!("{found} cannot be {what}");
            let problem = error("E0304", expr.span, message, "output-only text, never compared");
            self.report.push(problem.help("compare what the text is made of".to_owned()));
        }
    }
}

/// The type with its open parts taken from what is expected, which it fits.
fn closed(found: &Type, expected: &Type) -> Type {
    match (found, expected) {
        (Type::Unknown, _) => expected.clone(),
        (Type::Option(found), Type::Option(expected)) => Type::Option(Box::new(closed(found, expected))),
        (found, Type::Option(expected)) => closed(found, expected),
        (Type::Set(found), Type::Set(expected)) => Type::Set(Box::new(closed(found, expected))),
        (Type::List(found), Type::List(expected)) => Type::List(Box::new(closed(found, expected))),
        (Type::Map(key, value), Type::Map(expected_key, expected_value)) => {
            Type::Map(Box::new(closed(key, expected_key)), Box::new(closed(value, expected_value)))
        }
        (Type::Tuple(found), Type::Tuple(expected)) => {
            Type::Tuple(found.iter().zip(expected).map(|(f, e)| closed(f, e)).collect())
        }
        _ => found.clone(),
    }
}
