//! Binary operators.

use weft_syntax::ast::{self, BinaryOp};
use weft_syntax::span::Span;

use super::{failed, is_open_form};
use crate::checker::Checker;
use crate::expr::{Expr, ExprKind};
use crate::report::{Detail, error};
use crate::scope::Scope;
use crate::types::Type;
use crate::unify::{fits, join};

impl<'a> Checker<'a> {
    pub(super) fn infer_binary(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        operator: BinaryOp,
        left: &'a ast::Expr,
        right: &'a ast::Expr,
        hint: &Type,
    ) -> Expr {
        use BinaryOp as B;
        let (left, right, ty) = match operator {
            B::Or | B::And => {
                let left = self.check(scope, left, &Type::Bool);
                (left, self.check(scope, right, &Type::Bool), Type::Bool)
            }
            B::Eq | B::Ne | B::Lt | B::Le | B::Gt | B::Ge => {
                return self.comparison(scope, span, operator, left, right);
            }
            B::In | B::NotIn => return self.membership(scope, span, operator, left, right),
            B::Mul | B::Div | B::Rem => {
                let left = self.check(scope, left, &Type::Int);
                (left, self.check(scope, right, &Type::Int), Type::Int)
            }
            B::Add => return self.addition(scope, span, left, right, hint),
            B::Sub => return self.subtraction(scope, span, left, right, hint),
            B::Union | B::Intersect => return self.set_operation(scope, span, operator, left, right, hint),
            B::Coalesce => return self.coalesce(scope, span, left, right, hint),
        };
        binary(span, operator, left, right, ty)
    }

    /// Two operands of one type; a literal takes the type of the other side.
    pub(super) fn operands(
        &mut self,
        scope: &mut Scope<'a>,
        left: &'a ast::Expr,
        right: &'a ast::Expr,
        hint: &Type,
    ) -> (Expr, Expr) {
        if is_open_form(left) && !is_open_form(right) {
            let right = self.infer(scope, right, hint);
            let hint = if right.ty == Type::Unknown { hint } else { &right.ty };
            let left = self.infer(scope, left, hint);
            (left, right)
        } else {
            let left = self.infer(scope, left, hint);
            let hint = if left.ty == Type::Unknown { hint } else { &left.ty };
            let right = self.infer(scope, right, hint);
            (left, right)
        }
    }

    fn comparison(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        operator: BinaryOp,
        left: &'a ast::Expr,
        right: &'a ast::Expr,
    ) -> Expr {
        let (left, right) = self.operands(scope, left, right, &Type::Unknown);
        for side in [&left, &right] {
            self.require_comparable(side, "compared");
        }
        if join(&left.ty, &right.ty).is_none() {
            let (l, r) = (self.program.type_name(&left.ty), self.program.type_name(&right.ty));
            let message = format!("{l} and {r} cannot be compared");
            let problem = error("E0301", span, message, "different types");
            self.report.push(problem.help(self.help_for_comparison(&left.ty, &right.ty)));
        }
        if matches!(operator, BinaryOp::Eq | BinaryOp::Ne) {
            self.check_compared_enumeration(&left, &right);
            self.check_compared_enumeration(&right, &left);
        }
        binary(span, operator, left, right, Type::Bool)
    }

    fn help_for_comparison(&self, left: &Type, right: &Type) -> Option<String> {
        let (left, right) = (left.without_option(), right.without_option());
        let is_row_of = |row: &Type, entity: &Type| match (row, entity) {
            (Type::Row(table), Type::Entity(id)) => self.program.entities[id.index()].row == Some(*table),
            _ => false,
        };
        if is_row_of(left, right) || is_row_of(right, left) {
            return Some("compare rows: `.row` is the member's row".to_owned());
        }
        if matches!((left, right), (Type::Extern(_), Type::String) | (Type::String, Type::Extern(_))) {
            return Some("`.text` is it as a string".to_owned());
        }
        None
    }

    fn membership(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        operator: BinaryOp,
        left: &'a ast::Expr,
        right: &'a ast::Expr,
    ) -> Expr {
        if let Some(collection) = self.named_collection(scope, right) {
            let left = self.infer(scope, left, &Type::Unknown);
            return self.membership_by_name(span, operator, left, collection);
        }
        let (left, right) = if is_open_form(right) {
            let left = self.infer(scope, left, &Type::Unknown);
            let element = left.ty.without_option().clone();
            let hint = match &right.kind {
                ast::ExprKind::List(_) => Type::List(Box::new(element)),
                _ => Type::Set(Box::new(element)),
            };
            (left, self.infer(scope, right, &hint))
        } else {
            let right = self.infer(scope, right, &Type::Unknown);
            let hint = element_of(&right.ty).unwrap_or(Type::Unknown);
            (self.infer(scope, left, &hint), right)
        };
        match element_of(&right.ty) {
            Some(element) if join(&element, &left.ty).is_none() => {
                let (found, wanted) = (self.program.type_name(&left.ty), self.program.type_name(&element));
                let message = format!("{found} cannot be among members of type {wanted}");
                let problem = error("E0301", left.span, message, format!("expected {wanted}, found {found}"));
                self.report.push(problem.help(self.help_for_comparison(&left.ty, &element)));
            }
            Some(_) => self.require_comparable(&left, "compared"),
            None if right.ty == Type::Unknown => {}
            None => {
                let found = self.program.type_name(&right.ty);
                let message = "`in` needs an entity, or a set, list or map";
                let help = match &right.ty {
                    Type::String => Some("`.contains(…)` looks inside a string".to_owned()),
                    ty if ty.is_option() => Some("give a default with `??`".to_owned()),
                    _ => None,
                };
                self.report.push(error("E0310", right.span, message, format!("this is {found}")).help(help));
            }
        }
        self.check_compared_enumeration(&left, &right);
        if matches!(right.ty, Type::Set(_)) {
            self.check_compared_enumeration(&right, &left);
        }
        binary(span, operator, left, right, Type::Bool)
    }

    fn membership_by_name(&mut self, span: Span, operator: BinaryOp, left: Expr, right: Expr) -> Expr {
        match right.kind {
            ExprKind::AllMembers(entity) => {
                let key = self.key_type(entity);
                if !fits(&left.ty, &key) && !fits(&left.ty, &Type::Entity(entity)) {
                    self.report_mismatch(left.span, &left.ty, &key);
                }
                binary(span, operator, left, right, Type::Bool)
            }
            ExprKind::AllRows(_) => {
                let message = "a table is only a source of rows";
                let problem = error("E0208", right.span, message, "not a value");
                self.report.push(problem.help("write `exists(row in … where …)`".to_owned()));
                failed(span)
            }
            _ => failed(span),
        }
    }

    fn addition(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        left: &'a ast::Expr,
        right: &'a ast::Expr,
        hint: &Type,
    ) -> Expr {
        let hint = match hint.without_option() {
            hint @ (Type::List(_) | Type::Map(..)) => hint.clone(),
            _ => Type::Unknown,
        };
        let (left, right) = self.operands(scope, left, right, &hint);
        let ty = match join(&left.ty, &right.ty) {
            Some(ty @ (Type::Int | Type::String | Type::List(_) | Type::Map(..) | Type::Unknown)) => ty,
            _ => {
                let help = match (&left.ty, &right.ty) {
                    (Type::Set(_), _) => Some("`|` joins sets".to_owned()),
                    (Type::Match | Type::Actions, _) | (_, Type::Match | Type::Actions) => {
                        Some("put the parts into one text with holes".to_owned())
                    }
                    (Type::String, _) | (_, Type::String) => {
                        Some("put the parts into one text: \"…${x}…\"".to_owned())
                    }
                    _ => None,
                };
                self.report_operands(span, "`+` takes numbers, strings, lists or maps", &left, &right, help);
                return failed(span);
            }
        };
        binary(span, BinaryOp::Add, left, right, ty)
    }

    fn subtraction(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        left: &'a ast::Expr,
        right: &'a ast::Expr,
        hint: &Type,
    ) -> Expr {
        let hint = match hint.without_option() {
            hint @ (Type::Set(_) | Type::Map(..)) => hint.clone(),
            _ => Type::Unknown,
        };
        let left = self.infer(scope, left, &hint);
        let wanted = match &left.ty {
            Type::Int => Type::Int,
            Type::Set(_) => left.ty.clone(),
            Type::Map(key, _) => Type::Set(key.clone()),
            _ => Type::Unknown,
        };
        let right = self.infer(scope, right, &wanted);
        if left.ty == Type::Unknown || right.ty == Type::Unknown {
            return failed(span);
        }
        if wanted == Type::Unknown || join(&right.ty, &wanted).is_none() {
            let message = "`-` takes numbers, a set from a set, or a set of keys from a map";
            self.report_operands(span, message, &left, &right, None);
            return failed(span);
        }
        let ty = left.ty.clone();
        binary(span, BinaryOp::Sub, left, right, ty)
    }

    fn set_operation(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        operator: BinaryOp,
        left: &'a ast::Expr,
        right: &'a ast::Expr,
        hint: &Type,
    ) -> Expr {
        let hint = match hint.without_option() {
            hint @ Type::Set(_) => hint.clone(),
            _ => Type::Unknown,
        };
        let (left, right) = self.operands(scope, left, right, &hint);
        match join(&left.ty, &right.ty) {
            Some(ty @ (Type::Set(_) | Type::Unknown)) => binary(span, operator, left, right, ty),
            _ => {
                let message = "`|` and `&` take two sets of one type";
                let help = matches!((&left.ty, &right.ty), (Type::Bool, Type::Bool))
                    .then(|| "write `or` or `and`".to_owned());
                self.report_operands(span, message, &left, &right, help);
                failed(span)
            }
        }
    }

    fn coalesce(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        left: &'a ast::Expr,
        right: &'a ast::Expr,
        hint: &Type,
    ) -> Expr {
        let left = self.infer(scope, left, hint);
        let inner = left.ty.without_option().clone();
        let right_hint = if inner == Type::Unknown { hint.clone() } else { inner.clone() };
        let right = self.infer(scope, right, &right_hint);
        match join(&inner, &right.ty) {
            Some(ty) => Expr { span, ty, kind: ExprKind::Coalesce(Box::new(left), Box::new(right)) },
            None => {
                self.report_mismatch(right.span, &right.ty, &inner);
                Expr { span, ty: inner, kind: ExprKind::Coalesce(Box::new(left), Box::new(right)) }
            }
        }
    }

    fn report_operands(
        &mut self,
        span: Span,
        message: &str,
        left: &Expr,
        right: &Expr,
        help: Option<String>,
    ) {
        if left.ty == Type::Unknown || right.ty == Type::Unknown {
            return;
        }
        let (l, r) = (self.program.type_name(&left.ty), self.program.type_name(&right.ty));
        self.report.push(error("E0303", span, message, format!("found {l} and {r}")).help(help));
    }

    /// The type of an entity's key.
    pub(crate) fn key_type(&self, entity: crate::program::EntityId) -> Type {
        match self.entities[entity.index()].key.as_slice() {
            [(_, only)] => only.clone(),
            parts => Type::Tuple(parts.iter().map(|(_, ty)| ty.clone()).collect()),
        }
    }
}

fn binary(span: Span, operator: BinaryOp, left: Expr, right: Expr, ty: Type) -> Expr {
    Expr { span, ty, kind: ExprKind::Binary(operator, Box::new(left), Box::new(right)) }
}

/// What `in` compares with.
fn element_of(ty: &Type) -> Option<Type> {
    match ty {
        Type::Set(element) | Type::List(element) => Some((**element).clone()),
        Type::Map(key, _) => Some((**key).clone()),
        _ => None,
    }
}
