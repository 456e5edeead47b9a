//! Packets as far as matches and actions can see them.

use std::collections::HashMap;
use std::sync::Arc;

use weft_openflow::{Field, Subfield};

use crate::expr::FieldRef;
use crate::symbol::{Source, SymbolTable};

/// The fields of a packet: numbers, and names of ports; what was not set is zero or no port.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Packet {
    numbers: HashMap<Field, u128>,
    ports: HashMap<Field, Arc<str>>,
}

impl Packet {
    /// The number in a field of the switch. OVN's registers are kept in the widest ones.
    pub fn number(&self, field: Field) -> u128 {
        self.numbers.get(&field).copied().unwrap_or(0)
    }

    /// Sets a field of the switch.
    pub fn set_number(&mut self, field: Field, value: u128) {
        self.numbers.insert(field, value & field.info().full_mask());
    }

    /// The name of the port in a field.
    pub fn port(&self, field: Field) -> Option<&Arc<str>> {
        self.ports.get(&field)
    }

    /// Sets a field to a port; none forgets it.
    pub fn set_port(&mut self, field: Field, port: Option<Arc<str>>) {
        match port.filter(|port| !port.is_empty()) {
            Some(port) => self.ports.insert(field, port),
            None => self.ports.remove(&field),
        };
    }

    /// Some bits of a field.
    pub fn bits(&self, bits: Subfield) -> u128 {
        (self.number(bits.field) & bits.mask()) >> bits.offset
    }

    /// Sets some bits of a field.
    pub fn set_bits(&mut self, bits: Subfield, value: u128) {
        let rest = self.number(bits.field) & !bits.mask();
        self.set_number(bits.field, rest | (value << bits.offset & bits.mask()));
    }

    /// Copies what a field holds, a number or a port, to another one.
    pub(super) fn copy(&mut self, table: &SymbolTable, from: &FieldRef, to: &FieldRef) {
        let content = self.content(table, from);
        self.set_content(table, to, content);
    }

    pub(super) fn content(&self, table: &SymbolTable, field: &FieldRef) -> Content {
        match table.resolve(field) {
            Some(bits) if table.get(field.symbol).is_string() => {
                Content::Port(self.port(bits.field).cloned())
            }
            Some(bits) => Content::Number(self.bits(bits)),
            None => Content::Number(0),
        }
    }

    pub(super) fn set_content(&mut self, table: &SymbolTable, field: &FieldRef, content: Content) {
        let Some(bits) = table.resolve(field) else { return };
        match content {
            Content::Port(port) => self.set_port(bits.field, port),
            Content::Number(number) => self.set_bits(bits, number),
        }
    }

    /// The value of a symbol that a match compares, which is a field of its own after annotation.
    pub(super) fn symbol_field(table: &SymbolTable, symbol: crate::symbol::SymbolId) -> Option<Field> {
        match table.get(symbol).source {
            Source::Field(field) => Some(field),
            _ => None,
        }
    }
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    Number(u128),
    Port(Option<Arc<str>>),
}
