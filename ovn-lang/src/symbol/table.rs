//! A table of symbols.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use weft_openflow::{Field, Subfield};

use super::definition::{Level, OvnField, Scope, Source, Symbol, SymbolId};
use super::logical;
use super::protocol::Ports;
use crate::error::Error;
use crate::expr::{self, Expr, FieldRef};

/// Why a symbol cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("symbol {name}: {problem}")]
pub struct SymbolError {
    name: String,
    problem: String,
}

/// Symbols by name.
#[derive(Debug, Default)]
pub struct SymbolTable {
    symbols: Vec<Symbol>,
    names: HashMap<String, SymbolId>,
    /// Prerequisites and predicates, annotated, once they were needed.
    expansions: Vec<[OnceLock<Expr>; 2]>,
}

/// Which text of a symbol is expanded.
#[derive(Clone, Copy)]
pub(crate) enum Expansion {
    Prerequisite,
    Predicate,
}

impl SymbolTable {
    /// The symbols of OVN's logical flows (`ovn_init_symtab`).
    pub fn ovn() -> &'static SymbolTable {
        static TABLE: LazyLock<SymbolTable> = LazyLock::new(|| define(Ports::Packet));
        &TABLE
    }

    /// The same, with the ports of TCP, UDP and SCTP taken from the connection, for ACLs that must see every
    /// fragment (`ovn_init_acl_ct_symtab`).
    pub fn ovn_with_connection_ports() -> &'static SymbolTable {
        static TABLE: LazyLock<SymbolTable> = LazyLock::new(|| define(Ports::Connection));
        &TABLE
    }

    /// A table of its own with the symbols of OVN's logical flows, to which more can be added.
    pub fn with_ovn_symbols() -> SymbolTable {
        define(Ports::Packet)
    }

    /// The symbol called `name`.
    pub fn find(&self, name: &str) -> Option<SymbolId> {
        self.names.get(name).copied()
    }

    /// The symbol with an id of this table.
    pub fn get(&self, id: SymbolId) -> &Symbol {
        &self.symbols[usize::from(id.0)]
    }

    /// All symbols.
    pub fn iter(&self) -> impl Iterator<Item = &Symbol> {
        self.symbols.iter()
    }

    /// The field and bits that `field` stands for; none for a predicate and a field of OVN's own.
    pub fn resolve(&self, field: &FieldRef) -> Option<Subfield> {
        let (mut id, mut offset) = (field.symbol, field.offset);
        loop {
            match &self.get(id).source {
                Source::Subfield { parent, offset: inside } => {
                    offset += inside;
                    id = *parent;
                }
                Source::Field(found) => {
                    let bits = if field.bits == 0 { found.bits() } else { field.bits };
                    return Some(Subfield::new(*found, offset, bits));
                }
                Source::Predicate(_) | Source::Ovn(_) => return None,
            }
        }
    }

    /// Adds a field of the switch.
    pub fn add_field(
        &mut self,
        name: &str,
        field: Field,
        prerequisite: &str,
        crossproduct: bool,
        scope: Scope,
    ) -> Result<SymbolId, SymbolError> {
        let info = field.info();
        self.add(Symbol {
            name: name.to_string(),
            width: info.bits,
            level: if info.maskable { Level::Ordinal } else { Level::Nominal },
            prerequisite: Some(prerequisite.to_string()).filter(|p| !p.is_empty()),
            source: Source::Field(field),
            crossproduct,
            writable: if info.writable { vec![scope] } else { Vec::new() },
        })
    }

    /// Adds a field whose values are ports.
    pub fn add_string(&mut self, name: &str, field: Field) -> Result<SymbolId, SymbolError> {
        self.add(Symbol {
            name: name.to_string(),
            width: 0,
            level: Level::Nominal,
            prerequisite: None,
            source: Source::Field(field),
            crossproduct: false,
            writable: if field.info().writable { vec![Scope::Default] } else { Vec::new() },
        })
    }

    /// Adds bits of another symbol, written as `parent[first..last]`.
    pub fn add_subfield(
        &mut self,
        name: &str,
        prerequisite: &str,
        bits: &str,
        scope: Scope,
    ) -> Result<SymbolId, SymbolError> {
        let field = expr::parse_field(bits, self).map_err(|e| problem(name, &e))?;
        let parent = self.get(field.symbol);
        let writable = if parent.writable.is_empty() { Vec::new() } else { vec![scope] };
        let level = parent.level;
        self.add(Symbol {
            name: name.to_string(),
            width: field.bits,
            level,
            prerequisite: Some(prerequisite.to_string()).filter(|p| !p.is_empty()),
            source: Source::Subfield { parent: field.symbol, offset: field.offset },
            crossproduct: false,
            writable,
        })
    }

    /// Adds the truth of a match.
    pub fn add_predicate(&mut self, name: &str, text: &str) -> Result<SymbolId, SymbolError> {
        let meaning = expr::parse(text, self).map_err(|e| problem(name, &e))?;
        let level = meaning.level(self);
        self.add(Symbol {
            name: name.to_string(),
            width: 1,
            level,
            prerequisite: None,
            source: Source::Predicate(text.to_string()),
            crossproduct: false,
            writable: Vec::new(),
        })
    }

    /// Adds a field of OVN's own, of `width` bits.
    pub fn add_ovn_field(
        &mut self,
        name: &str,
        width: u32,
        field: OvnField,
    ) -> Result<SymbolId, SymbolError> {
        self.add(Symbol {
            name: name.to_string(),
            width,
            level: Level::Nominal,
            prerequisite: None,
            source: Source::Ovn(field),
            crossproduct: false,
            writable: vec![Scope::Default, Scope::Commit],
        })
    }

    fn add(&mut self, symbol: Symbol) -> Result<SymbolId, SymbolError> {
        let wrong = |text: &str| SymbolError { name: symbol.name.clone(), problem: text.to_string() };
        let id = SymbolId(u16::try_from(self.symbols.len()).map_err(|_| wrong("the table is full"))?);
        if self.names.insert(symbol.name.clone(), id).is_some() {
            return Err(wrong("is there already"));
        }
        self.symbols.push(symbol);
        self.expansions.push(Default::default());
        Ok(id)
    }

    pub(crate) fn expansion(&self, id: SymbolId, which: Expansion) -> &OnceLock<Expr> {
        &self.expansions[usize::from(id.0)][which as usize]
    }
}

fn problem(name: &str, error: &Error) -> SymbolError {
    SymbolError { name: name.to_string(), problem: error.to_string() }
}

/// OVN's symbols are constants, all of which a test adds: there is no error here.
fn define(ports: Ports) -> SymbolTable {
    logical::define(ports).unwrap_or_default()
}
