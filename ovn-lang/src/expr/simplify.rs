//! Comparisons brought down to tests for equality (`expr_simplify`), and questions about the chassis answered.

use super::expand::flat;
use super::format::bit_range;
use super::tree::{Compare, Expr, Operand, Relation};
use crate::symbol::SymbolTable;

impl Expr {
    /// Replaces questions for the chassis of a port by their answers.
    #[must_use]
    pub fn with_chassis(self, is_resident: &dyn Fn(&str) -> bool) -> Expr {
        let all = |parts: Vec<Expr>| parts.into_iter().map(|e| e.with_chassis(is_resident)).collect();
        match self {
            Expr::And(parts) => fix(all(parts), true),
            Expr::Or(parts) => fix(all(parts), false),
            Expr::Resident { port, negated } => Expr::Boolean(is_resident(&port) != negated),
            other => other,
        }
    }

    /// Replaces comparisons of numbers by tests of bits for equality, and drops what is always true or false.
    #[must_use]
    pub fn simplified(self, table: &SymbolTable) -> Expr {
        let all = |parts: Vec<Expr>| parts.into_iter().map(|e| e.simplified(table)).collect();
        match self {
            Expr::And(parts) => fix(all(parts), true),
            Expr::Or(parts) => fix(all(parts), false),
            Expr::Compare(Compare { symbol, relation, operand: Operand::Bits { value, mask }, from_set }) => {
                let compare = Bits { symbol, width: table.get(symbol).width, value, mask, from_set };
                match relation {
                    Relation::Equal if mask == 0 => Expr::Boolean(true),
                    Relation::Equal => compare.equal(),
                    Relation::NotEqual => compare.not_equal(),
                    order => compare.ordered(order),
                }
            }
            other => other,
        }
    }
}

/// A flat `And` or `Or` without constants and with at least two parts, or what is left of it
/// (`expr_fix_andor`).
pub(super) fn fix(parts: Vec<Expr>, and: bool) -> Expr {
    let (Expr::And(mut parts) | Expr::Or(mut parts)) = flat(parts, and) else {
        return Expr::Boolean(and);
    };
    if parts.contains(&Expr::Boolean(!and)) {
        return Expr::Boolean(!and);
    }
    parts.retain(|e| !matches!(e, Expr::Boolean(_)));
    match parts.len() {
        0 => Expr::Boolean(and),
        1 => parts.remove(0),
        _ if and => Expr::And(parts),
        _ => Expr::Or(parts),
    }
}

/// Bits of a symbol and the value they are compared with.
#[derive(Clone, Copy)]
struct Bits {
    symbol: crate::symbol::SymbolId,
    width: u32,
    value: u128,
    mask: u128,
    from_set: bool,
}

impl Bits {
    fn equal(self) -> Expr {
        let operand = Operand::Bits { value: self.value, mask: self.mask };
        let relation = Relation::Equal;
        Expr::Compare(Compare { symbol: self.symbol, relation, operand, from_set: self.from_set })
    }

    /// One alternative for each bit of the mask: it differs, and those above are equal, so that no two hold.
    fn not_equal(self) -> Expr {
        let alternatives = (0..self.width).filter(|bit| self.mask >> bit & 1 != 0).map(|bit| {
            let mask = self.mask & (u128::MAX << bit);
            let value = (self.value & mask) ^ (1 << bit);
            Bits { value, mask, from_set: false, ..self }.equal()
        });
        fix(alternatives.collect(), false)
    }

    /// One alternative for each bit that can decide: those above are equal and it is smaller or greater.
    fn ordered(self, relation: Relation) -> Expr {
        let Some((start, bits)) = bit_range(self.mask) else { return Expr::Boolean(false) };
        let less = matches!(relation, Relation::Less | Relation::LessOrEqual);
        let or_equal = matches!(relation, Relation::LessOrEqual | Relation::GreaterOrEqual);
        // The bits that may turn for the field to be less, or greater.
        let decides = |bit: u32| (self.value >> bit & 1 != 0) == less;
        let extreme = if less { self.mask } else { 0 };
        if self.value == extreme {
            return if or_equal { Expr::Boolean(true) } else { self.not_equal() };
        }
        let mut alternatives = Vec::new();
        if or_equal {
            alternatives.push(self.equal());
        }
        for bit in (start..start + bits).filter(|&bit| decides(bit)) {
            let mask = self.mask & (u128::MAX << bit);
            let value = (self.value & mask) ^ (1 << bit);
            alternatives.push(Bits { value, mask, ..self }.equal());
        }
        fix(alternatives, false)
    }
}
