//! Constants and the fields they are compared with.

use std::sync::Arc;
use weft_openflow::low_bits;

use super::field::FieldRef;
use super::tree::{Compare, Constant, Expr, Operand, Relation};
use crate::lexer::Number;
use crate::symbol::SymbolTable;

/// What keeps `constant` from being compared with a field of `field`'s symbol, or assigned to it.
pub(crate) fn type_check(field: &FieldRef, constant: &Constant, table: &SymbolTable) -> Result<(), String> {
    let symbol = table.get(field.symbol);
    match (symbol.is_string(), constant) {
        (true, c) if c.is_text() => Ok(()),
        (true, _) => Err(format!("{} holds the name of a port, not a number", symbol.name)),
        (false, c) if c.is_text() => Err(format!("{} holds a number, not a string", symbol.name)),
        (false, Constant::Number(number)) => width_check(field, number, table),
        (false, _) => Ok(()),
    }
}

/// Whether `number` fits into the symbol.
pub(crate) fn width_check(field: &FieldRef, number: &Number, table: &SymbolTable) -> Result<(), String> {
    let symbol = table.get(field.symbol);
    if number.width() > symbol.width {
        let width = number.width();
        return Err(format!(
            "a constant of {width} bits does not fit {} ({} bits)",
            symbol.name, symbol.width
        ));
    }
    Ok(())
}

/// The mask of the bits of `field` in its symbol.
pub(super) fn field_mask(field: &FieldRef) -> u128 {
    low_bits(field.bits) << field.offset
}

/// A comparison of `field` with a number, perhaps one from an address set.
pub(super) fn compare_number(
    field: &FieldRef,
    relation: Relation,
    number: &Number,
    from_set: bool,
) -> Compare {
    let place = |n: u128| (n << field.offset) & field_mask(field);
    let mask = number.mask.map_or(field_mask(field), place);
    let operand = Operand::Bits { value: place(number.value) & mask, mask };
    Compare { symbol: field.symbol, relation, operand, from_set }
}

/// A comparison of `field` with a port.
pub(super) fn compare_port(field: &FieldRef, relation: Relation, port: &Arc<str>) -> Compare {
    let operand = Operand::Port(port.clone());
    Compare { symbol: field.symbol, relation, operand, from_set: false }
}

/// Equal to one of the constants, or different from all.
pub(super) fn any_or_none(mut all: Vec<Compare>, relation: Relation) -> Expr {
    let exprs = |all: Vec<Compare>| all.into_iter().map(Expr::Compare).collect();
    match (all.len(), relation) {
        (1, _) => Expr::Compare(all.remove(0)),
        (0, _) => Expr::Boolean(relation == Relation::NotEqual),
        (_, Relation::Equal) => Expr::Or(exprs(all)),
        _ => Expr::And(exprs(all)),
    }
}
