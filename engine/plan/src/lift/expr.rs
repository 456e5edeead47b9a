//! Expressions to scalars. Every lookup becomes an atom and the symbol of what it finds.

use weft_lang::builtin::Builtin;
use weft_lang::expr::{Expr, ExprKind};
use weft_lang::program::{EntityId, FunctionId, TableId, VarId};
use weft_lang::types::Type;
use weft_syntax::ast::BinaryOp;
use weft_value::Value;

use crate::atom::Relation;
use crate::outputs::constant;
use crate::planner::position;
use crate::scalar::{Render, Scalar, TextPiece};

use super::lookup::Lookup;
use super::scope::Lifter;

/// Whether rows may be dropped where an expression has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It is always evaluated, and its row is dropped when it has no value.
    Strict,
    /// It may not be evaluated, or a missing value is made something else.
    Lenient,
}

impl Lifter<'_, '_> {
    /// The scalar of an expression without which there is no row.
    pub(crate) fn strict(&mut self, expr: &Expr) -> Scalar {
        self.lift(expr, Mode::Strict)
    }

    /// The scalar of an expression that may go without a value, or without being evaluated.
    pub(crate) fn lenient(&mut self, expr: &Expr) -> Scalar {
        self.lift(expr, Mode::Lenient)
    }

    pub(crate) fn lift(&mut self, expr: &Expr, mode: Mode) -> Scalar {
        match &expr.kind {
            ExprKind::Literal(kind, pieces) => self.literal(*kind, pieces, mode),
            ExprKind::Variable(variable) => {
                self.variables.get(variable).cloned().unwrap_or(Scalar::Undefined)
            }
            ExprKind::RowUuid(inner) | ExprKind::Reinterpret(inner) => self.lift(inner, mode),
            ExprKind::Column(..)
            | ExprKind::Attribute(..)
            | ExprKind::Member(..)
            | ExprKind::Lookup(..)
            | ExprKind::Allocated(..)
            | ExprKind::Component(..) => self.lookup_expr(expr, mode),
            ExprKind::OutputRef(_, key) => Scalar::Tuple(self.all(key, mode)),
            ExprKind::Field(inner, at) => self.field(inner, *at, mode),
            ExprKind::MapIndex(map, key) => {
                Scalar::MapIndex(Box::new(self.lift(map, mode)), Box::new(self.lift(key, mode)))
            }
            ExprKind::ListIndex(list, at) => {
                Scalar::ListIndex(Box::new(self.lift(list, mode)), Box::new(self.lift(at, mode)))
            }
            ExprKind::Call(function, arguments) => self.call(*function, arguments, mode),
            ExprKind::Host(host, arguments) => {
                let arguments = self.all(arguments, mode);
                Scalar::Host(self.planner.host(*host), arguments)
            }
            ExprKind::Builtin(builtin, arguments) => {
                let arguments = self.all(arguments, mode);
                builtin_scalar(*builtin, arguments)
            }
            ExprKind::Not(inner) => self.lift(inner, mode).denied(),
            ExprKind::Negate(_) if constant(expr).is_some() => fold(expr),
            ExprKind::Negate(inner) => Scalar::Negate(Box::new(self.lift(inner, mode))),
            ExprKind::Tuple(parts) => self.whole(expr, parts, mode, Scalar::Tuple),
            ExprKind::Set(parts) => self.whole(expr, parts, mode, Scalar::Set),
            ExprKind::List(parts) => self.whole(expr, parts, mode, Scalar::List),
            ExprKind::Map(entries) if constant(expr).is_none() => {
                let entries =
                    entries.iter().map(|(key, value)| (self.lift(key, mode), self.lift(value, mode)));
                Scalar::Map(entries.collect())
            }
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate, mode),
            ExprKind::Exists(clauses) => self.exists_value(clauses),
            ExprKind::Try(_)
            | ExprKind::Chain { .. }
            | ExprKind::Coalesce(..)
            | ExprKind::Binary(..)
            | ExprKind::If(..)
            | ExprKind::IfSome { .. }
            | ExprKind::Case { .. } => self.branching(expr, mode),
            // A whole table or entity is no value; the checker lets it stand only where it is not one.
            ExprKind::AllMembers(_) | ExprKind::AllRows(_) => Scalar::Undefined,
            ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Register(_)
            | ExprKind::None
            | ExprKind::Stage(_)
            | ExprKind::Map(_) => fold(expr),
        }
    }

    /// The scalars of several expressions that are all needed.
    pub(crate) fn all(&mut self, exprs: &[Expr], mode: Mode) -> Vec<Scalar> {
        exprs.iter().map(|expr| self.lift(expr, mode)).collect()
    }

    fn whole(&mut self, expr: &Expr, parts: &[Expr], mode: Mode, make: fn(Vec<Scalar>) -> Scalar) -> Scalar {
        match constant(expr) {
            Some(value) => Scalar::Constant(value),
            None => make(self.all(parts, mode)),
        }
    }

    fn field(&mut self, inner: &Expr, at: usize, mode: Mode) -> Scalar {
        match self.lift(inner, mode) {
            Scalar::Tuple(parts) if at < parts.len() && !self.any_undefined(&parts) => parts[at].clone(),
            tuple => Scalar::Field(Box::new(tuple), position(at)),
        }
    }

    fn any_undefined(&self, parts: &[Scalar]) -> bool {
        parts.iter().any(|part| self.planner.symbols.may_be_undefined(part))
    }

    /// What is said of a value, undefined where the value is: `is Some` asks what there is, `.is_some`
    /// whether there is something.
    pub(crate) fn unless_undefined(&self, said: Scalar, value: &Scalar) -> Scalar {
        if self.planner.symbols.may_be_undefined(value) { said.needing(vec![value.clone()]) } else { said }
    }

    /// The forms that do not need all of their parts.
    fn branching(&mut self, expr: &Expr, mode: Mode) -> Scalar {
        match &expr.kind {
            ExprKind::Try(inner) => self.lenient(inner).tried(),
            ExprKind::Chain { value, variable, rest } => {
                let value = self.lenient(value);
                let none = || Scalar::Constant(Value::None);
                self.choice(
                    value.clone().tried().presence(),
                    |lifter| lifter.inside(*variable, &value, rest).tried(),
                    |_| none(),
                )
            }
            ExprKind::Coalesce(left, right) => {
                let left = self.lenient(left);
                match left {
                    Scalar::Constant(ref value) if *value != Value::None => left,
                    left => left.or_else(self.lenient(right)),
                }
            }
            ExprKind::Binary(operator, left, right) => self.binary(*operator, left, right, mode),
            ExprKind::If(condition, then, otherwise) => {
                let condition = self.lift(condition, mode);
                self.choice(condition, |lifter| lifter.lenient(then), |lifter| lifter.lenient(otherwise))
            }
            ExprKind::IfSome { value, variable, then, otherwise } => {
                let value = self.lift(value, mode);
                let condition = self.unless_undefined(value.clone().presence(), &value);
                self.choice(
                    condition,
                    |lifter| lifter.inside(*variable, &value, then),
                    |lifter| lifter.lenient(otherwise),
                )
            }
            ExprKind::Case { value, arms, otherwise } => {
                let value = self.lift(value, mode);
                let arms = arms.iter().map(|(constants, result)| {
                    (constants.iter().filter_map(constant).collect(), self.lenient(result))
                });
                let arms = arms.collect();
                let otherwise = match otherwise {
                    Some(otherwise) => self.lenient(otherwise),
                    None => Scalar::Undefined,
                };
                Scalar::Case(Box::new(value), arms, Box::new(otherwise))
            }
            _ => Scalar::Undefined,
        }
    }

    /// One of two branches; just the one where the condition is known.
    fn choice(
        &mut self,
        condition: Scalar,
        then: impl FnOnce(&mut Self) -> Scalar,
        otherwise: impl FnOnce(&mut Self) -> Scalar,
    ) -> Scalar {
        match condition.known_bool() {
            Some(true) => then(self),
            Some(false) => otherwise(self),
            None => Scalar::If(Box::new(condition), Box::new(then(self)), Box::new(otherwise(self))),
        }
    }

    /// An expression that may not be evaluated, with a variable for what is inside an `Option`.
    fn inside(&mut self, variable: VarId, value: &Scalar, expr: &Expr) -> Scalar {
        let inner = self.symbol_or_constant(value.clone().unwrapped());
        self.variables.insert(variable, inner);
        self.lenient(expr)
    }

    /// A scalar that is cheap to read several times.
    fn symbol_or_constant(&mut self, value: Scalar) -> Scalar {
        match value {
            Scalar::Constant(_) | Scalar::Column(_) | Scalar::Undefined => value,
            other => Scalar::Column(self.symbol_of(other)),
        }
    }

    fn binary(&mut self, operator: BinaryOp, left: &Expr, right: &Expr, mode: Mode) -> Scalar {
        match operator {
            BinaryOp::And | BinaryOp::Or => {
                let left = self.lift(left, mode);
                if left.known_bool() == Some(operator == BinaryOp::Or) {
                    return left;
                }
                Scalar::binary(operator, left, self.lenient(right))
            }
            BinaryOp::In | BinaryOp::NotIn => {
                self.member_test(operator == BinaryOp::NotIn, left, right, mode)
            }
            _ => {
                let is_text = operator == BinaryOp::Add && is_text(&left.ty);
                let (left, right) = (self.lift(left, mode), self.lift(right, mode));
                if is_text {
                    let pieces = [left, right].map(|part| TextPiece::Hole(part, Render::Bare));
                    return Scalar::Text(pieces.into());
                }
                Scalar::binary(operator, left, right)
            }
        }
    }

    /// A call: the function's body with the arguments in it. An argument is needed even where the body
    /// does not read it.
    fn call(&mut self, function: FunctionId, arguments: &[Expr], mode: Mode) -> Scalar {
        let arguments = self.all(arguments, mode);
        let needed: Vec<Scalar> =
            arguments.iter().filter(|value| self.planner.symbols.may_be_undefined(value)).cloned().collect();
        let body = self.in_function(function, arguments, |lifter, body| lifter.lift(body, mode));
        if needed.is_empty() { body } else { body.needing(needed) }
    }

    /// Does something with a function's body while its parameters are bound.
    pub(crate) fn in_function<R>(
        &mut self,
        function: FunctionId,
        arguments: Vec<Scalar>,
        work: impl FnOnce(&mut Self, &Expr) -> R,
    ) -> R {
        let program = self.planner.program;
        let function = &program.functions[function.index()];
        let mut variables = std::collections::HashMap::new();
        for (parameter, argument) in function.parameters.iter().zip(arguments) {
            let argument = self.symbol_or_constant(argument);
            variables.insert(*parameter, argument);
        }
        let outside = std::mem::replace(&mut self.variables, variables);
        let result = work(self, &function.body);
        self.variables = outside;
        result
    }

    fn lookup_expr(&mut self, expr: &Expr, mode: Mode) -> Scalar {
        match &expr.kind {
            ExprKind::Column(row, table, column) => self.column(row, *table, *column, mode),
            ExprKind::Attribute(member, entity, at) => self.attribute(member, *entity, *at, mode),
            ExprKind::Member(entity, parts) => {
                let mut parts = self.all(parts, mode);
                let key = if parts.len() == 1 { parts.remove(0) } else { Scalar::Tuple(parts) };
                self.found(Relation::Entity(*entity), [(0, key)], 0, mode)
            }
            ExprKind::Lookup(table, columns) => {
                let mut columns: Vec<(usize, &Expr)> =
                    columns.iter().map(|(at, value)| (*at, value)).collect();
                columns.sort_by_key(|(at, _)| *at);
                let key: Vec<Scalar> = columns.iter().map(|(_, value)| self.lift(value, mode)).collect();
                let positions: Vec<usize> = columns.iter().map(|(at, _)| *at).collect();
                let places: Vec<u32> =
                    positions.iter().map(|at| self.planner.place_in_table(*table, *at)).collect();
                let is_key = self.planner.is_key(&Relation::Table(*table), &places.iter().copied().collect());
                if is_key {
                    return self.found(Relation::Table(*table), places.into_iter().zip(key), 0, mode);
                }
                let uuid = position(positions.len());
                self.found(Relation::Lookup(*table, positions), (0..).zip(key), uuid, mode)
            }
            ExprKind::Allocated(alloc, holder) => {
                let holder = self.lift(holder, mode);
                self.found(Relation::Alloc(*alloc), [(0, holder)], 1, mode)
            }
            ExprKind::Component(components, node) => {
                let node = self.lift(node, mode);
                self.found(Relation::Components(*components), [(0, node)], 1, mode)
            }
            _ => Scalar::Undefined,
        }
    }

    /// A column of the relation's row with these columns.
    fn found(
        &mut self,
        relation: Relation,
        key: impl IntoIterator<Item = (u32, Scalar)>,
        column: u32,
        mode: Mode,
    ) -> Scalar {
        let key: Vec<(u32, Scalar)> = key.into_iter().collect();
        if key.iter().any(|(_, value)| *value == Scalar::Undefined) {
            return Scalar::Undefined;
        }
        let key = key.into_iter().map(|(at, value)| (at, self.symbol_of(value))).collect();
        let is_strict = mode == Mode::Strict;
        Scalar::Column(self.look_up(Lookup { relation, key, column, is_strict, is_total: false }))
    }

    fn column(&mut self, row: &Expr, table: TableId, column: usize, mode: Mode) -> Scalar {
        let value = self.lift(row, mode);
        if value == Scalar::Undefined {
            return value;
        }
        let key = self.symbol_of(value);
        let is_total = self.planner.is_row_of_entity(row)
            || self.planner.symbols.facts(key).row == Some(table)
            || self.trusted_row == Some(key);
        let lookup = Lookup {
            relation: Relation::Table(table),
            key: vec![(0, key)],
            column: position(column + 1),
            is_strict: mode == Mode::Strict,
            is_total,
        };
        Scalar::Column(self.look_up(lookup))
    }

    fn attribute(&mut self, member: &Expr, entity: EntityId, at: usize, mode: Mode) -> Scalar {
        let member = self.lift(member, mode);
        if member == Scalar::Undefined {
            return member;
        }
        if self.planner.is_member_set(entity, at) {
            return self.collected(member, entity, at);
        }
        if let Some(value) = self.inlined(&member, entity, at, mode) {
            return value;
        }
        let key = self.symbol_of(member);
        let lookup = Lookup {
            relation: Relation::Attribute(entity, at),
            key: vec![(0, key)],
            column: 1,
            is_strict: mode == Mode::Strict,
            is_total: self.planner.is_total_attribute(entity, at),
        };
        Scalar::Column(self.look_up(lookup))
    }
}

impl Scalar {
    /// This value, but undefined when one of `others` is.
    pub(crate) fn needing(self, others: Vec<Scalar>) -> Scalar {
        let parts = std::iter::once(self).chain(others).collect();
        Scalar::Field(Box::new(Scalar::Tuple(parts)), 0)
    }
}

fn fold(expr: &Expr) -> Scalar {
    constant(expr).map_or(Scalar::Undefined, Scalar::Constant)
}

fn builtin_scalar(builtin: Builtin, mut arguments: Vec<Scalar>) -> Scalar {
    match (builtin, arguments.len()) {
        // An extern value is its representation, and raw text is text.
        (Builtin::ExternText | Builtin::Raw, 1) => arguments.remove(0),
        (Builtin::IsSome, 1) => arguments.remove(0).presence(),
        (Builtin::IsNone, 1) => arguments.remove(0).absence(),
        _ => Scalar::Builtin(builtin, arguments),
    }
}

/// Whether values of this type are joined by `+` as texts are.
fn is_text(ty: &Type) -> bool {
    matches!(ty, Type::String | Type::Match | Type::Actions)
}

/// What a value of this type has as members.
pub(crate) fn element_type(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Set(inner) | Type::List(inner) => Some(inner),
        Type::Option(inner) => element_type(inner),
        _ => None,
    }
}
