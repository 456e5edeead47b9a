//! Conditions of `where` to atoms: what can become a join does.

use weft_lang::builtin::Builtin;
use weft_lang::expr::{Expr, ExprKind};
use weft_syntax::ast::BinaryOp;

use crate::atom::{Atom, Bindings, Question, Relation};
use crate::scalar::Scalar;
use crate::symbol::Symbol;

use super::clause::{is_map, is_reference_set};
use super::expr::Mode;
use super::scope::{Lifter, ScopeKind};

impl Lifter<'_, '_> {
    /// Adds a condition that must hold.
    pub(crate) fn condition(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Bool(true) => {}
            ExprKind::Binary(BinaryOp::And, left, right) => {
                self.condition(left);
                self.condition(right);
            }
            ExprKind::Binary(BinaryOp::Eq, left, right) => {
                let (left, right) = (self.strict(left), self.strict(right));
                self.equal(left, right);
            }
            ExprKind::Binary(BinaryOp::In, member, collection) => self.contained(member, collection),
            ExprKind::Binary(BinaryOp::NotIn, member, collection) => {
                self.not_contained(expr, member, collection);
            }
            ExprKind::Exists(clauses) => {
                self.open(ScopeKind::Sub);
                self.clauses(clauses);
                self.ask(Question::Semijoin);
            }
            ExprKind::Not(inner) => self.denied(expr, inner),
            ExprKind::Call(function, arguments) => {
                let arguments = self.all(arguments, Mode::Strict);
                for argument in &arguments {
                    if self.planner.symbols.may_be_undefined(argument) {
                        self.add(Atom::Require(argument.clone()));
                    }
                }
                self.in_function(*function, arguments, |lifter, body| lifter.condition(body));
            }
            _ => {
                let value = self.strict(expr);
                self.add(Atom::Filter(value));
            }
        }
    }

    fn denied(&mut self, whole: &Expr, inner: &Expr) {
        match &inner.kind {
            ExprKind::Exists(clauses) => {
                self.open(ScopeKind::Sub);
                self.clauses(clauses);
                self.ask(Question::Antijoin);
            }
            ExprKind::Not(inner) => self.condition(inner),
            ExprKind::Binary(BinaryOp::In, member, collection) => {
                self.not_contained(whole, member, collection);
            }
            ExprKind::Binary(BinaryOp::NotIn, member, collection) => self.contained(member, collection),
            _ => {
                let value = self.strict(whole);
                self.add(Atom::Filter(value));
            }
        }
    }

    /// Two values are equal: one symbol where they can be, so that joins find it.
    pub(crate) fn equal(&mut self, left: Scalar, right: Scalar) {
        if let (Scalar::Tuple(left), Scalar::Tuple(right)) = (&left, &right)
            && left.len() == right.len()
        {
            left.iter().zip(right).for_each(|(left, right)| self.equal(left.clone(), right.clone()));
            return;
        }
        let symbols = &self.planner.symbols;
        let (left, right) = (symbols.resolve(&left), symbols.resolve(&right));
        let whole = |scalar: &Scalar| match scalar {
            Scalar::Column(symbol) if !symbols.facts(*symbol).is_partial => Some(*symbol),
            _ => None,
        };
        match (whole(&left), whole(&right)) {
            (Some(a), Some(b)) if a == b => {}
            (Some(a), Some(b)) => {
                let level = self.level();
                if symbols.facts(a).level == level || symbols.facts(b).level == level {
                    self.planner.symbols.unify(a, b);
                } else {
                    self.add(Atom::Filter(equality(left, right)));
                }
            }
            (Some(symbol), None) if !is_constant(&right) => {
                self.add(Atom::Define { symbol, value: right, is_strict: true });
            }
            (None, Some(symbol)) if !is_constant(&left) => {
                self.add(Atom::Define { symbol, value: left, is_strict: true });
            }
            (None, None) if !is_constant(&left) && !is_constant(&right) => {
                let symbol = self.fresh();
                self.add(Atom::Define { symbol, value: left, is_strict: true });
                self.add(Atom::Define { symbol, value: right, is_strict: true });
            }
            _ => self.add(Atom::Filter(equality(left, right))),
        }
    }

    fn contained(&mut self, member: &Expr, collection: &Expr) {
        let value = self.strict(member);
        if let Some((relation, mut columns)) = self.collection(collection, Mode::Strict) {
            let member = self.defined_symbol_of(value);
            columns.push((u32::from(!columns.is_empty()), member));
            self.relate(relation, columns, Vec::new());
            return;
        }
        let whole = self.strict(collection);
        let members = match (&whole, is_map(&collection.ty)) {
            // Whatever has a member among constants is not found by them.
            (Scalar::Constant(_), _) => None,
            (_, true) => Some(Scalar::Builtin(Builtin::MapKeys, vec![whole.clone()])),
            _ => Some(whole.clone()),
        };
        match members {
            Some(members) if !is_constant(&value) => {
                let member = self.defined_symbol_of(value);
                self.add(Atom::Unnest(members, vec![member]));
            }
            _ => self.add(Atom::Filter(Scalar::Binary(BinaryOp::In, Box::new(value), Box::new(whole)))),
        }
    }

    fn not_contained(&mut self, whole: &Expr, member: &Expr, collection: &Expr) {
        let value = self.strict(member);
        let Some((relation, mut columns)) = self.collection(collection, Mode::Strict) else {
            let value = self.strict(whole);
            self.add(Atom::Filter(value));
            return;
        };
        let member = self.defined_symbol_of(value);
        columns.push((u32::from(!columns.is_empty()), member));
        self.open(ScopeKind::Sub);
        self.relate(relation, columns, Vec::new());
        self.ask(Question::Antijoin);
    }

    /// `x in collection` as a value.
    pub(crate) fn member_test(
        &mut self,
        is_denied: bool,
        member: &Expr,
        collection: &Expr,
        mode: Mode,
    ) -> Scalar {
        let operator = if is_denied { BinaryOp::NotIn } else { BinaryOp::In };
        let value = self.lift(member, mode);

        let is_column = matches!(collection.kind, ExprKind::Column(..));
        let relation = if is_column { None } else { self.collection(collection, mode) };
        let Some((relation, mut columns)) = relation else {
            let whole = self.lift(collection, mode);
            return Scalar::Binary(operator, Box::new(value), Box::new(whole));
        };
        let member = self.symbol_of(value);
        columns.push((u32::from(!columns.is_empty()), member));
        let partial: Vec<Symbol> = columns
            .iter()
            .map(|(_, symbol)| *symbol)
            .filter(|symbol| self.planner.symbols.facts(*symbol).is_partial)
            .collect();
        let found = self.fresh();
        self.open(ScopeKind::Sub);
        self.relate(relation, columns, Vec::new());
        self.ask(Question::Exists(found));
        let found = Scalar::Column(found);
        let found = if is_denied { found.denied() } else { found };
        if partial.is_empty() {
            found
        } else {
            found.needing(partial.into_iter().map(Scalar::Column).collect())
        }
    }

    /// The relation that a collection is, with the columns before the member's.
    fn collection(&mut self, expr: &Expr, mode: Mode) -> Option<(Relation, Bindings)> {
        match &expr.kind {
            ExprKind::AllMembers(entity) => Some((Relation::Entity(*entity), Vec::new())),
            ExprKind::Attribute(owner, entity, at) if self.planner.is_member_set(*entity, *at) => {
                let owner = self.lift(owner, mode);
                let owner = self.symbol_of(owner);
                Some((Relation::Attribute(*entity, *at), vec![(0, owner)]))
            }
            ExprKind::Column(row, table, column) if is_reference_set(&expr.ty) => {
                let row = self.lift(row, mode);
                let row = self.symbol_of(row);
                Some((Relation::Collection(*table, *column), vec![(0, row)]))
            }
            _ => None,
        }
    }
}

pub(crate) fn equality(left: Scalar, right: Scalar) -> Scalar {
    Scalar::Binary(BinaryOp::Eq, Box::new(left), Box::new(right))
}

fn is_constant(scalar: &Scalar) -> bool {
    matches!(scalar, Scalar::Constant(_))
}
