//! Types, tables and definitions that random programs are made of.

use std::fmt;

/// Tables of the test schema, by position.
pub(super) const TABLES: [&str; 4] = ["Switch", "Port", "Group", "Acl"];

const SWITCH: usize = 0;
const PORT: usize = 1;
const GROUP: usize = 2;
const ACL: usize = 3;

/// A type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Int,
    Bool,
    Text,
    /// A row of [`TABLES`].
    Row(usize),
    /// A member of the entity at this position.
    Member(usize),
    Optional(Box<Kind>),
    Set(Box<Kind>),
    /// From strings.
    Map(Box<Kind>),
}

impl Kind {
    pub(super) fn optional(self) -> Self {
        Self::Optional(Box::new(self))
    }

    pub(super) fn set(self) -> Self {
        Self::Set(Box::new(self))
    }
}

impl fmt::Display for Kind {
    /// As rules write the type; members of entities have no place in signatures.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int => write!(f, "int"),
            Self::Bool => write!(f, "bool"),
            Self::Text => write!(f, "string"),
            Self::Row(table) => write!(f, "nb.{}", TABLES[*table]),
            Self::Member(entity) => write!(f, "E{entity}"),
            Self::Optional(inner) => write!(f, "Option<{inner}>"),
            Self::Set(inner) => write!(f, "Set<{inner}>"),
            Self::Map(inner) => write!(f, "Map<string, {inner}>"),
        }
    }
}

/// Columns of a table of [`TABLES`], but for those with an enumeration: most words do not fit them.
pub(super) fn columns(table: usize) -> Vec<(&'static str, Kind)> {
    let options = || Kind::Map(Box::new(Kind::Text));
    match table {
        SWITCH => vec![
            ("name", Kind::Text),
            ("ports", Kind::Row(PORT).set()),
            ("acls", Kind::Row(ACL).set()),
            ("limit", Kind::Int.optional()),
            ("options", options()),
        ],
        PORT => vec![
            ("name", Kind::Text),
            ("kind", Kind::Text),
            ("addresses", Kind::Text.set()),
            ("enabled", Kind::Bool.optional()),
            ("peer", Kind::Text.optional()),
            ("tag", Kind::Int.optional()),
            ("owner", Kind::Row(GROUP).optional()),
            ("options", options()),
        ],
        GROUP => vec![
            ("name", Kind::Text),
            ("ports", Kind::Row(PORT).set()),
            ("acls", Kind::Row(ACL).set()),
            ("weights", Kind::Map(Box::new(Kind::Int))),
        ],
        _ => vec![
            ("name", Kind::Text.optional()),
            ("priority", Kind::Int),
            ("match", Kind::Text),
            ("tier", Kind::Int),
        ],
    }
}

/// An entity written so far; its name is `E` and its position.
#[derive(Debug, Clone)]
pub(super) struct Entity {
    /// The table whose rows are its keys; None for a group.
    pub(super) table: Option<usize>,
    pub(super) attributes: Vec<(String, Kind)>,
}

/// A function written so far.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) parameters: Vec<Kind>,
    pub(super) result: Kind,
}

/// Variables that can be read, with their types.
pub(super) type Scope = Vec<(String, Kind)>;
