//! Where actions stand.

use super::options::Options;
use crate::symbol::SymbolTable;

/// A logical pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pipeline {
    /// What comes in.
    Ingress,
    /// What goes out.
    Egress,
}

impl Pipeline {
    /// How many tables it may have.
    pub fn tables(self) -> u8 {
        match self {
            Pipeline::Ingress => 34,
            Pipeline::Egress => 16,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Pipeline::Ingress => "ingress",
            Pipeline::Egress => "egress",
        }
    }
}

/// What the meaning of actions depends on besides their text.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The symbols.
    pub symbols: &'a SymbolTable,
    /// The options of DHCP, router advertisements and events.
    pub options: &'a Options,
    /// The pipeline of the logical flow.
    pub pipeline: Pipeline,
    /// Its table.
    pub table: u8,
}
