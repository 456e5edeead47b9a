//! The tree of a match.

use std::sync::Arc;

use super::field::FieldRef;
use crate::lexer::Number;
use crate::symbol::{Level, SymbolId, SymbolTable};

/// How two values relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Relation {
    /// Its text.
    pub fn text(self) -> &'static str {
        match self {
            Relation::Equal => "==",
            Relation::NotEqual => "!=",
            Relation::Less => "<",
            Relation::LessOrEqual => "<=",
            Relation::Greater => ">",
            Relation::GreaterOrEqual => ">=",
        }
    }

    /// The relation of the operands the other way round.
    pub(super) fn turned(self) -> Relation {
        match self {
            Relation::Less => Relation::Greater,
            Relation::LessOrEqual => Relation::GreaterOrEqual,
            Relation::Greater => Relation::Less,
            Relation::GreaterOrEqual => Relation::LessOrEqual,
            same => same,
        }
    }

    /// The relation that holds exactly where this one does not.
    pub(super) fn inverted(self) -> Relation {
        match self {
            Relation::Equal => Relation::NotEqual,
            Relation::NotEqual => Relation::Equal,
            Relation::Less => Relation::GreaterOrEqual,
            Relation::LessOrEqual => Relation::Greater,
            Relation::Greater => Relation::LessOrEqual,
            Relation::GreaterOrEqual => Relation::Less,
        }
    }

    /// Whether it holds for operands of this order.
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Relation::Equal => order.is_eq(),
            Relation::NotEqual => order.is_ne(),
            Relation::Less => order.is_lt(),
            Relation::LessOrEqual => order.is_le(),
            Relation::Greater => order.is_gt(),
            Relation::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// What a symbol is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Operand {
    /// Bits of the symbol; those outside of the mask do not count and are zero in the value.
    Bits {
        /// The value.
        value: u128,
        /// The mask.
        mask: u128,
    },
    /// A port's name.
    Port(Arc<str>),
}

/// A comparison of a symbol with a constant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Compare {
    /// The symbol.
    pub symbol: SymbolId,
    /// The relation.
    pub relation: Relation,
    /// The constant.
    pub operand: Operand,
    /// Whether the constant is a member of an address set: it stays even where another one covers it, so
    /// that a set can change member by member.
    pub from_set: bool,
}

/// A constant as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Constant {
    /// A number or an address.
    Number(Number),
    /// A string.
    Text(Arc<str>),
    /// `$name`: the addresses of a set.
    AddressSet(Arc<str>),
    /// `@name`: the ports of a group.
    PortGroup(Arc<str>),
}

impl Constant {
    /// Whether it stands for strings.
    pub fn is_text(&self) -> bool {
        matches!(self, Constant::Text(_) | Constant::PortGroup(_))
    }
}

/// Constants of one kind, as they were written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ConstantSet {
    /// The constants.
    pub values: Vec<Constant>,
    /// Whether they were written in braces.
    pub braces: bool,
}

/// A comparison with a set of constants, some of which stand for sets that are not known yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct In {
    /// The field.
    pub field: FieldRef,
    /// Whether it is to be equal to one of them; else it differs from all.
    pub equal: bool,
    /// The constants.
    pub constants: ConstantSet,
}

/// A match.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Expr {
    /// A comparison.
    Compare(Compare),
    /// A comparison with sets.
    In(In),
    /// All of them: two or more, none of them an `And`.
    And(Vec<Expr>),
    /// Any of them: two or more, none of them an `Or`.
    Or(Vec<Expr>),
    /// `1` or `0`.
    Boolean(bool),
    /// Whether the chassis is where a port lives.
    Resident {
        /// The port.
        port: Arc<str>,
        /// Whether it is asked the other way round.
        negated: bool,
    },
}

impl Expr {
    /// Both; flat if one of them is an `And` already.
    pub fn and(self, other: Expr) -> Expr {
        Expr::And(join(self, other, |e| match e {
            Expr::And(parts) => Ok(parts),
            other => Err(other),
        }))
    }

    /// Either; flat if one of them is an `Or` already.
    pub fn or(self, other: Expr) -> Expr {
        Expr::Or(join(self, other, |e| match e {
            Expr::Or(parts) => Ok(parts),
            other => Err(other),
        }))
    }

    /// The opposite.
    #[must_use]
    pub fn negated(self) -> Expr {
        let all = |parts: Vec<Expr>| parts.into_iter().map(Expr::negated).collect();
        match self {
            Expr::Compare(c) => Expr::Compare(Compare { relation: c.relation.inverted(), ..c }),
            Expr::In(i) => Expr::In(In { equal: !i.equal, ..i }),
            Expr::And(parts) => Expr::Or(all(parts)),
            Expr::Or(parts) => Expr::And(all(parts)),
            Expr::Boolean(value) => Expr::Boolean(!value),
            Expr::Resident { port, negated } => Expr::Resident { port, negated: !negated },
        }
    }

    /// The lowest level of what it compares.
    pub(crate) fn level(&self, table: &SymbolTable) -> Level {
        match self {
            Expr::Compare(Compare { symbol, .. }) | Expr::In(In { field: FieldRef { symbol, .. }, .. }) => {
                table.get(*symbol).level.min(Level::Boolean)
            }
            Expr::And(parts) | Expr::Or(parts) => {
                parts.iter().map(|e| e.level(table)).min().unwrap_or(Level::Ordinal)
            }
            Expr::Boolean(_) | Expr::Resident { .. } => Level::Boolean,
        }
    }

    /// The symbol that all its comparisons are about, if there is one (`expr_get_unique_symbol`).
    pub(crate) fn unique_symbol(&self) -> Option<SymbolId> {
        match self {
            Expr::Compare(c) => Some(c.symbol),
            Expr::In(i) => Some(i.field.symbol),
            Expr::And(parts) | Expr::Or(parts) => {
                let mut symbols = parts.iter().map(Expr::unique_symbol);
                let first = symbols.next()??;
                symbols.all(|s| s == Some(first)).then_some(first)
            }
            Expr::Boolean(_) | Expr::Resident { .. } => None,
        }
    }

    /// All nodes without children, in order.
    pub fn leaves(&self) -> Vec<&Expr> {
        let mut leaves = Vec::new();
        let mut rest = vec![self];
        while let Some(e) = rest.pop() {
            match e {
                Expr::And(parts) | Expr::Or(parts) => rest.extend(parts.iter().rev()),
                leaf => leaves.push(leaf),
            }
        }
        leaves
    }
}

/// The parts of `a` and then those of `b`, where `parts` takes a node of the right kind apart.
fn join(a: Expr, b: Expr, parts: fn(Expr) -> Result<Vec<Expr>, Expr>) -> Vec<Expr> {
    match (parts(a), parts(b)) {
        (Ok(mut all), Ok(more)) => {
            all.extend(more);
            all
        }
        (Ok(mut all), Err(one)) => {
            all.push(one);
            all
        }
        (Err(one), Ok(mut all)) => {
            all.insert(0, one);
            all
        }
        (Err(one), Err(other)) => vec![one, other],
    }
}
