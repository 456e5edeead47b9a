//! Visiting the expressions inside expressions, clauses and heads.

use crate::expr::{Aggregate, Clause, Expr, ExprKind, Piece};
use crate::program::{AttributeValue, Block, Condition, Datapaths, Flow, Head, Program};

impl Program {
    /// Calls `visit` for every expression, those inside expressions included.
    pub fn for_each_expr<'p>(&'p self, visit: &mut dyn FnMut(&'p Expr)) {
        let mut walk = |expr: &'p Expr| expr.walk(visit);
        for function in &self.functions {
            walk(&function.body);
        }
        for entity in &self.entities {
            entity.clauses.iter().for_each(|clause| clause.for_each_expr(&mut walk));
            entity.key.iter().for_each(&mut walk);
            entity.attributes.iter().for_each(|attribute| attribute.value.for_each_expr(&mut walk));
        }
        for alloc in &self.allocs {
            alloc.clauses.iter().for_each(|clause| clause.for_each_expr(&mut walk));
            let optional = [&alloc.scope, &alloc.request, &alloc.keep, &alloc.clash].into_iter().flatten();
            optional.for_each(&mut walk);
            walk(&alloc.range.0);
            walk(&alloc.range.1);
        }
        for components in &self.components {
            components.clauses.iter().for_each(|clause| clause.for_each_expr(&mut walk));
            walk(&components.edge.0);
            walk(&components.edge.1);
        }
        for rule in &self.rules {
            rule.block.for_each_expr(&mut walk);
        }
    }
}

impl Expr {
    /// Calls `visit` for this expression and every one inside it, clauses of aggregates included, from
    /// the outside in.
    pub fn walk<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        visit(self);
        self.for_each_child(&mut |child| child.walk(visit));
    }

    /// Calls `visit` for the expressions directly inside this one, in the order of evaluation.
    pub fn for_each_child<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        use ExprKind as K;
        match &self.kind {
            K::Bool(_) | K::Int(_) | K::Register(_) | K::None | K::Stage(_) | K::Variable(_) => {}
            K::AllMembers(_) | K::AllRows(_) => {}
            K::Literal(_, pieces) => {
                for piece in pieces {
                    if let Piece::Hole(hole) = piece {
                        visit(hole);
                    }
                }
            }
            K::Column(value, ..) | K::RowUuid(value) | K::Reinterpret(value) | K::Attribute(value, ..) => {
                visit(value);
            }
            K::Allocated(_, value) | K::Component(_, value) | K::Field(value, _) | K::Try(value) => {
                visit(value);
            }
            K::Not(value) | K::Negate(value) => visit(value),
            K::Member(_, parts) | K::OutputRef(_, parts) | K::Call(_, parts) | K::Host(_, parts) => {
                parts.iter().for_each(visit);
            }
            K::Builtin(_, parts) | K::Tuple(parts) | K::Set(parts) | K::List(parts) => {
                parts.iter().for_each(visit);
            }
            K::Lookup(_, columns) => columns.iter().for_each(|(_, value)| visit(value)),
            K::MapIndex(a, b) | K::ListIndex(a, b) | K::Coalesce(a, b) | K::Binary(_, a, b) => {
                visit(a);
                visit(b);
            }
            K::Chain { value, rest, .. } => {
                visit(value);
                visit(rest);
            }
            K::If(condition, then, otherwise) => {
                visit(condition);
                visit(then);
                visit(otherwise);
            }
            K::IfSome { value, then, otherwise, .. } => {
                visit(value);
                visit(then);
                visit(otherwise);
            }
            K::Case { value, arms, otherwise } => {
                visit(value);
                for (patterns, result) in arms {
                    patterns.iter().for_each(&mut *visit);
                    visit(result);
                }
                otherwise.iter().for_each(|value| visit(value));
            }
            K::Map(entries) => {
                for (key, value) in entries {
                    visit(key);
                    visit(value);
                }
            }
            K::Aggregate(aggregate) => aggregate.for_each_expr(visit),
            K::Exists(clauses) => clauses.iter().for_each(|clause| clause.for_each_expr(visit)),
        }
    }
}

impl Aggregate {
    fn for_each_expr<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        self.clauses.iter().for_each(|clause| clause.for_each_expr(visit));
        self.key.iter().for_each(&mut *visit);
        visit(&self.value);
        self.order_by.iter().for_each(|(key, _)| visit(key));
    }
}

impl Clause {
    /// Calls `visit` for the expressions of the clause.
    pub fn for_each_expr<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        match self {
            Clause::From { source, .. } => visit(source),
            Clause::Where(condition) => visit(condition),
            Clause::Let { value, warn, .. } => {
                visit(value);
                warn.iter().for_each(visit);
            }
        }
    }
}

impl AttributeValue {
    /// Calls `visit` for the expressions that compute the attribute.
    pub fn for_each_expr<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        match self {
            AttributeValue::Value { expr, warn, .. } => {
                visit(expr);
                warn.iter().for_each(visit);
            }
            AttributeValue::Members(parts) => {
                for part in parts {
                    part.clauses.iter().for_each(|clause| clause.for_each_expr(visit));
                    visit(&part.value);
                }
            }
        }
    }
}

impl Block {
    /// Calls `visit` for the expressions of clauses and heads, blocks inside it included.
    pub fn for_each_expr<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        self.clauses.iter().for_each(|clause| clause.for_each_expr(visit));
        self.heads.iter().for_each(|head| head.for_each_expr(visit));
    }
}

impl Head {
    /// Calls `visit` for the expressions of the head, blocks inside it included.
    pub fn for_each_expr<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        match self {
            Head::Flow(flow) => flow.for_each_expr(visit),
            Head::Emit { key, columns, .. } => {
                key.iter().for_each(&mut *visit);
                columns.iter().for_each(|(_, value)| visit(value));
            }
            Head::EmitMember { key, value, .. } => {
                key.iter().for_each(&mut *visit);
                visit(value);
            }
            Head::Warn { text, .. } => visit(text),
            Head::If { arms, otherwise } => {
                for (condition, block) in arms {
                    match condition {
                        Condition::Bool(value) | Condition::IsSome { value, .. } => visit(value),
                    }
                    block.for_each_expr(visit);
                }
                otherwise.iter().for_each(|block| block.for_each_expr(visit));
            }
            Head::For(block) => block.for_each_expr(visit),
        }
    }
}

impl Flow {
    fn for_each_expr<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        visit(&self.stage);
        visit(&self.priority);
        match &self.datapaths {
            Datapaths::One(datapath) => visit(datapath),
            Datapaths::All { clauses, .. } => clauses.iter().for_each(|clause| clause.for_each_expr(visit)),
        }
        visit(&self.matches);
        visit(&self.actions);
        for optional in [&self.hint, &self.meter, &self.description, &self.port] {
            optional.iter().for_each(&mut *visit);
        }
        for (key, value) in &self.tags {
            visit(key);
            visit(value);
        }
    }
}
