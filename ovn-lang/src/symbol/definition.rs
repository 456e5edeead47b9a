//! What a name stands for.

use weft_openflow::Field;

/// A symbol's place in its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SymbolId(pub(crate) u16);

/// How values of a symbol may be compared (Stevens' levels of measurement).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For equality only, and only where that makes one flow: `eth.type == 0x800`.
    Nominal,
    /// True or false.
    Boolean,
    /// In any way, and bit by bit.
    Ordinal,
}

impl Level {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Level::Nominal => "nominal",
            Level::Boolean => "Boolean",
            Level::Ordinal => "ordinal",
        }
    }
}

/// Where actions may write a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Outside of `ct_commit { … }`.
    Default,
    /// Inside of it.
    Commit,
}

/// Fields that OVN itself writes, through notes to its controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OvnField {
    /// The MTU in an ICMP "fragmentation needed" message (RFC 1191), 16 bits.
    Icmp4FragMtu,
    /// The MTU in an ICMPv6 "packet too big" message (RFC 4443), 32 bits.
    Icmp6FragMtu,
}

/// What a symbol's value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A field of the switch.
    Field(Field),
    /// Bits of another symbol, from `offset` on.
    Subfield {
        /// The other symbol.
        parent: SymbolId,
        /// Its bit that is bit 0 here.
        offset: u32,
    },
    /// The truth of a match.
    Predicate(String),
    /// A field of OVN's own.
    Ovn(OvnField),
}

/// A name and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// The name.
    pub name: String,
    /// Bits; 0 for a string, that is a port.
    pub width: u32,
    /// How it may be compared.
    pub level: Level,
    /// The match without which the symbol has no meaning.
    pub prerequisite: Option<String>,
    /// What its value is.
    pub source: Source,
    /// Whether sets of its values are multiplied out rather than made a clause of a conjunctive match.
    pub crossproduct: bool,
    /// Where actions may write it.
    pub writable: Vec<Scope>,
}

impl Symbol {
    /// Whether it holds the name of a port.
    pub fn is_string(&self) -> bool {
        self.width == 0
    }

    /// Whether it is a predicate.
    pub fn is_predicate(&self) -> bool {
        matches!(self.source, Source::Predicate(_))
    }
}
