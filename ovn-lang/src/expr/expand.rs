//! Address sets and port groups in place of their names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use weft_openflow::low_bits;

use super::operand::{any_or_none, compare_number, compare_port, width_check};
use super::resolution::Resolution;
use super::tree::{Compare, Constant, Expr, In, Relation};
use crate::lexer::{Kind, Number, NumberFormat, tokens};
use crate::symbol::SymbolTable;

/// What is wrong with a set that a match names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// There is no such address set.
    #[error("there is no address set ${0}")]
    UnknownAddressSet(String),
    /// There is no such port group.
    #[error("there is no port group @{0}")]
    UnknownPortGroup(String),
    /// The text is no number and no address.
    #[error("{0:?} is no address")]
    NoAddress(String),
    /// An address of a set does not fit the field.
    #[error("in address set ${set}: {problem}")]
    TooWide {
        /// The set.
        set: String,
        /// What does not fit.
        problem: String,
    },
}

/// An address of a set: value, mask (all bits of the field count where there is none), and the width that a
/// field must have for it.
pub(super) type Address = (u128, Option<u128>, u32);

/// The addresses of a set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressSet {
    addresses: BTreeSet<Address>,
    /// How many of them match everything.
    wildcards: usize,
    /// How many of them have a mask.
    masked: usize,
    /// How many of them need a field of how many bits.
    widths: BTreeMap<u32, usize>,
}

impl AddressSet {
    /// The set of addresses with these texts, as a row of Address_Set has them.
    ///
    /// # Errors
    /// One that is no address.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<AddressSet, SetError> {
        let mut set = AddressSet::default();
        for text in texts {
            set.insert(text)?;
        }
        Ok(set)
    }

    /// Adds an address; says whether it is new.
    ///
    /// # Errors
    /// It is none.
    pub fn insert(&mut self, text: &str) -> Result<bool, SetError> {
        let address = parse_address(text)?;
        let new = self.addresses.insert(address);
        if new {
            self.wildcards += usize::from(address.1 == Some(0));
            self.masked += usize::from(address.1.is_some());
            *self.widths.entry(address.2).or_default() += 1;
        }
        Ok(new)
    }

    /// Takes an address out; says whether it was there.
    ///
    /// # Errors
    /// It is none.
    pub fn remove(&mut self, text: &str) -> Result<bool, SetError> {
        let address = parse_address(text)?;
        let found = self.addresses.remove(&address);
        if found {
            self.wildcards -= usize::from(address.1 == Some(0));
            self.masked -= usize::from(address.1.is_some());
            if let Some(count) = self.widths.get_mut(&address.2) {
                *count -= 1;
                if *count == 0 {
                    self.widths.remove(&address.2);
                }
            }
        }
        Ok(found)
    }

    /// How many addresses there are.
    pub fn len(&self) -> usize {
        self.addresses.len()
    }

    /// Whether there is no address.
    pub fn is_empty(&self) -> bool {
        self.addresses.is_empty()
    }

    pub(super) fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.addresses.iter()
    }

    /// Whether a number is one of the addresses, or in one of the networks.
    pub fn covers(&self, number: u128) -> bool {
        self.addresses.iter().any(|(value, mask, _)| number & mask.unwrap_or(u128::MAX) == *value)
    }

    /// Whether it makes a disjunction of one comparison for each address.
    pub(super) fn is_plain(&self) -> bool {
        self.wildcards == 0 && self.len() >= 2
    }

    /// Whether a field of `width` bits has room for every address.
    pub(super) fn fits(&self, width: u32) -> bool {
        self.widths.last_key_value().is_none_or(|(&widest, _)| widest <= width)
    }

    /// Whether an address is there in two spellings, for a field of `width` bits: with a full mask and without.
    pub(super) fn has_twins(&self, width: u32) -> bool {
        self.masked > 0 && self.addresses.iter().any(|a| a.1.is_some() && self.has_twin(a, width))
    }

    /// Whether the same address is there in another spelling, for a field of `width` bits.
    pub(super) fn has_twin(&self, address: &Address, width: u32) -> bool {
        let full = low_bits(width);
        let same = |a: &Address| a.0 == address.0 && a.1.unwrap_or(full) == address.1.unwrap_or(full);
        let from = (address.0, None, 0);
        self.addresses.range(from..).take_while(|a| a.0 == address.0).any(|a| a != address && same(a))
    }
}

pub(super) fn parse_address(text: &str) -> Result<Address, SetError> {
    match tokens(text).first().map(|t| &t.kind) {
        Some(Kind::Number(number)) => Ok((number.value, number.mask, number.width())),
        _ => Err(SetError::NoAddress(text.to_string())),
    }
}

fn number(address: &Address) -> Number {
    Number { value: address.0, mask: address.1, format: NumberFormat::Hexadecimal }
}

impl Expr {
    /// Replaces names of sets for which `keep` is false by what they stand for.
    ///
    /// # Errors
    /// A set is unknown, or an address does not fit the field it is compared with.
    pub(super) fn expanded(
        self,
        table: &SymbolTable,
        resolution: &dyn Resolution,
        keep: &dyn Fn(&In) -> bool,
    ) -> Result<Expr, SetError> {
        let all = |parts: Vec<Expr>| -> Result<Vec<Expr>, SetError> {
            parts.into_iter().map(|e| e.expanded(table, resolution, keep)).collect()
        };
        match self {
            Expr::In(within) if !keep(&within) => within.expanded(table, resolution),
            Expr::And(parts) => Ok(flat(all(parts)?, true)),
            Expr::Or(parts) => Ok(flat(all(parts)?, false)),
            other => Ok(other),
        }
    }
}

/// An `And` or an `Or` of parts, with the same inside of it taken apart.
pub(super) fn flat(parts: Vec<Expr>, and: bool) -> Expr {
    let mut done = Vec::with_capacity(parts.len());
    for part in parts {
        match (part, and) {
            (Expr::And(inner), true) | (Expr::Or(inner), false) => done.extend(inner),
            (other, _) => done.push(other),
        }
    }
    if and { Expr::And(done) } else { Expr::Or(done) }
}

impl In {
    /// Comparisons in place of names, as if all members had been written out.
    pub(super) fn expanded(
        &self,
        table: &SymbolTable,
        resolution: &dyn Resolution,
    ) -> Result<Expr, SetError> {
        let relation = if self.equal { Relation::Equal } else { Relation::NotEqual };
        let mut all = Vec::new();
        for constant in &self.constants.values {
            match constant {
                Constant::AddressSet(name) => {
                    let set = address_set(resolution, name)?;
                    for address in set.addresses() {
                        self.check_width(table, name, address)?;
                        all.push(compare_number(&self.field, relation, &number(address), true));
                    }
                }
                Constant::PortGroup(name) => {
                    let ports = port_group(resolution, name)?;
                    all.extend(ports.iter().map(|port| compare_port(&self.field, relation, port)));
                }
                Constant::Number(number) => all.push(compare_number(&self.field, relation, number, false)),
                Constant::Text(port) => all.push(compare_port(&self.field, relation, port)),
            }
        }
        Ok(any_or_none(all, relation))
    }

    /// The comparison with one address of the set that is the only constant.
    pub(super) fn member(&self, address: &Address) -> Compare {
        compare_number(&self.field, Relation::Equal, &number(address), true)
    }

    /// Whether an address of set `name` fits the field.
    pub(super) fn check_width(
        &self,
        table: &SymbolTable,
        name: &str,
        address: &Address,
    ) -> Result<(), SetError> {
        let checked = match address.1 {
            None if address.2 > table.get(self.field.symbol).width => {
                let symbol = table.get(self.field.symbol);
                Err(format!(
                    "an address of {} bits does not fit {} ({} bits)",
                    address.2, symbol.name, symbol.width
                ))
            }
            _ => width_check(&self.field, &number(address), table),
        };
        checked.map_err(|problem| SetError::TooWide { set: name.to_string(), problem })
    }

    /// The name of the set if it is the only constant, and is to be equal to one of its members.
    pub(super) fn only_set(&self) -> Option<&Constant> {
        match self.constants.values.as_slice() {
            [only @ (Constant::AddressSet(_) | Constant::PortGroup(_))] if self.equal => Some(only),
            _ => None,
        }
    }
}

pub(super) fn address_set<'r>(
    resolution: &'r dyn Resolution,
    name: &str,
) -> Result<&'r AddressSet, SetError> {
    resolution.address_set(name).ok_or_else(|| SetError::UnknownAddressSet(name.to_string()))
}

pub(super) fn port_group<'r>(resolution: &'r dyn Resolution, name: &str) -> Result<&'r [Arc<str>], SetError> {
    resolution.port_group(name).ok_or_else(|| SetError::UnknownPortGroup(name.to_string()))
}
