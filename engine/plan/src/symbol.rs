//! Symbols: what stands for columns while rules are planned.

use std::collections::{BTreeSet, HashMap};

use weft_lang::program::TableId;
use weft_syntax::ast::BinaryOp;
use weft_value::Value;

use crate::scalar::{Scalar, TextPiece};

/// A value of a row under planning. Scalars under planning read symbols as their columns.
pub(crate) type Symbol = u32;

/// What is known of a symbol.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Facts {
    /// Depth of the scope that it belongs to.
    pub(crate) level: usize,
    /// Depth of the innermost scope of the symbols that were made one with it. Only from there on is it
    /// known to be what they are, as a member of an entity.
    pub(crate) innermost: usize,
    /// Whether it may be undefined.
    pub(crate) is_partial: bool,
    /// The table that has a row of this UUID.
    pub(crate) row: Option<TableId>,
}

/// All symbols of a plan, with those known to be equal.
#[derive(Debug, Default)]
pub(crate) struct Symbols {
    facts: Vec<Facts>,
    same_as: Vec<Symbol>,
    /// Tuples of which all parts are symbols: the parts determine the tuple.
    parts: HashMap<Symbol, Vec<Symbol>>,
}

impl Symbols {
    /// A new symbol.
    pub(crate) fn fresh(&mut self, facts: Facts) -> Symbol {
        let symbol = u32::try_from(self.facts.len()).unwrap_or(u32::MAX);
        self.facts.push(facts);
        self.same_as.push(symbol);
        symbol
    }

    /// What is known of it.
    pub(crate) fn facts(&self, symbol: Symbol) -> Facts {
        self.facts[self.find(symbol) as usize]
    }

    /// Changes what is known of it.
    pub(crate) fn facts_mut(&mut self, symbol: Symbol) -> &mut Facts {
        let symbol = self.find(symbol) as usize;
        &mut self.facts[symbol]
    }

    /// The one symbol that stands for all equal to this one.
    pub(crate) fn find(&self, mut symbol: Symbol) -> Symbol {
        while self.same_as[symbol as usize] != symbol {
            symbol = self.same_as[symbol as usize];
        }
        symbol
    }

    /// Makes two symbols one; the one of the outer scope, then the older, stands for both.
    pub(crate) fn unify(&mut self, a: Symbol, b: Symbol) {
        let (a, b) = (self.find(a), self.find(b));
        let rank = |symbol: Symbol| (self.facts[symbol as usize].level, symbol);
        let (kept, gone) = if rank(a) <= rank(b) { (a, b) } else { (b, a) };
        self.same_as[gone as usize] = kept;
        let gone = self.facts[gone as usize];
        let kept = &mut self.facts[kept as usize];
        kept.innermost = kept.innermost.max(gone.level).max(gone.innermost);
        if kept.level == gone.level {
            kept.row = kept.row.or(gone.row);
        }
    }

    /// Notes the parts of a tuple.
    pub(crate) fn set_parts(&mut self, tuple: Symbol, parts: Vec<Symbol>) {
        self.parts.insert(tuple, parts);
    }

    /// Whether the parts of the tuple are all in the set.
    pub(crate) fn has_all_parts(&self, tuple: Symbol, known: &BTreeSet<Symbol>) -> bool {
        self.parts.iter().any(|(t, parts)| {
            self.find(*t) == tuple && parts.iter().all(|part| known.contains(&self.find(*part)))
        })
    }

    /// The scalar with each symbol replaced by the one that stands for it.
    pub(crate) fn resolve(&self, scalar: &Scalar) -> Scalar {
        match scalar {
            Scalar::Column(symbol) => Scalar::Column(self.find(*symbol)),
            _ => scalar.map_children(&mut |child| self.resolve(child)),
        }
    }

    /// The symbols that a scalar reads.
    pub(crate) fn read_by(&self, scalar: &Scalar) -> BTreeSet<Symbol> {
        scalar.columns().into_iter().map(|symbol| self.find(symbol)).collect()
    }

    /// Whether a scalar may have no value although its row is there.
    pub(crate) fn may_be_undefined(&self, scalar: &Scalar) -> bool {
        let of = |inner: &Scalar| self.may_be_undefined(inner);
        match scalar {
            Scalar::Undefined | Scalar::Unwrap(_) | Scalar::MapIndex(..) | Scalar::ListIndex(..) => true,
            Scalar::Column(symbol) => self.facts(*symbol).is_partial,
            Scalar::Try(_) | Scalar::Constant(_) => false,
            Scalar::Coalesce(_, right) => of(right),
            Scalar::Binary(operator, left, right) => match operator {
                BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => true,
                _ => of(left) || of(right),
            },
            Scalar::Negate(_) => true,
            Scalar::Text(pieces) => pieces.iter().any(|piece| match piece {
                TextPiece::Text(_) => false,
                TextPiece::Hole(hole, _) => of(hole),
            }),
            _ => {
                let mut any = false;
                scalar.for_each_child(&mut |child| any |= of(child));
                any
            }
        }
    }
}

/// A constant string.
pub(crate) fn string(text: &str) -> Scalar {
    Scalar::Constant(Value::String(text.into()))
}
