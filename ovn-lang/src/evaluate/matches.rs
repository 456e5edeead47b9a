//! Whether a packet matches.

use super::packet::Packet;
use crate::expr::{Compare, CompileError, Constant, Expr, In, Operand, Relation, Resolution, SetError};
use crate::symbol::SymbolTable;

/// Whether `packet` matches `expr`, prerequisites included.
///
/// # Errors
/// The table of symbols contradicts itself, or the match names a set that `resolution` does not know.
pub fn holds(
    expr: &Expr,
    packet: &Packet,
    table: &SymbolTable,
    resolution: &dyn Resolution,
) -> Result<bool, CompileError> {
    let annotated = expr.clone().annotated(table).map_err(CompileError::Symbol)?;
    Ok(truth(&annotated, packet, table, resolution)?)
}

fn truth(
    expr: &Expr,
    packet: &Packet,
    table: &SymbolTable,
    resolution: &dyn Resolution,
) -> Result<bool, SetError> {
    match expr {
        Expr::And(parts) => {
            for part in parts {
                if !truth(part, packet, table, resolution)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Expr::Or(parts) => {
            for part in parts {
                if truth(part, packet, table, resolution)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Expr::Boolean(value) => Ok(*value),
        Expr::Resident { port, negated } => Ok(resolution.is_chassis_resident(port) != *negated),
        Expr::Compare(compare) => Ok(compares(compare, packet, table)),
        Expr::In(within) => is_in(within, packet, table, resolution),
    }
}

fn compares(compare: &Compare, packet: &Packet, table: &SymbolTable) -> bool {
    let Some(field) = Packet::symbol_field(table, compare.symbol) else { return false };
    match &compare.operand {
        Operand::Bits { value, mask } => compare.relation.holds((packet.number(field) & mask).cmp(value)),
        Operand::Port(port) => (packet.port(field) == Some(port)) == (compare.relation == Relation::Equal),
    }
}

/// Whether a field is in a set of constants, or in none of them.
fn is_in(
    within: &In,
    packet: &Packet,
    table: &SymbolTable,
    resolution: &dyn Resolution,
) -> Result<bool, SetError> {
    let Some(bits) = table.resolve(&within.field) else { return Ok(false) };
    let number = packet.bits(bits);
    let port = packet.port(bits.field);
    let mut found = false;
    for constant in &within.constants.values {
        found |= match constant {
            Constant::Number(n) => number & n.mask.unwrap_or(u128::MAX) == n.value,
            Constant::Text(text) => port == Some(text),
            Constant::AddressSet(name) => match resolution.address_set(name) {
                Some(set) => set.covers(number),
                None => return Err(SetError::UnknownAddressSet(name.to_string())),
            },
            Constant::PortGroup(name) => match resolution.port_group(name) {
                Some(ports) => port.is_some_and(|port| ports.contains(port)),
                None => return Err(SetError::UnknownPortGroup(name.to_string())),
            },
        };
    }
    Ok(found == within.equal)
}
