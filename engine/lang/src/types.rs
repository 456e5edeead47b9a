//! Types of the rule language.

use crate::program::{DatabaseId, EntityId, ExternTypeId, RecordId, TableId};

/// The type of an expression.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    /// `bool`
    Bool,
    /// `int`, 64 bits.
    Int,
    /// `string`
    String,
    /// `uuid`
    Uuid,
    /// `Stage`: at run time, the stage's position in `Program::stages`.
    Stage,
    /// `Match`: output-only text.
    Match,
    /// `Actions`: output-only text.
    Actions,
    /// A row of an input table: at run time, its UUID.
    Row(TableId),
    /// A member of an entity: at run time, its key (the value itself for a key of one part, a tuple
    /// for several).
    Entity(EntityId),
    /// A row that this program writes: at run time, the tuple of its key columns' values.
    OutputRow(TableId),
    /// A record: at run time, the tuple of its fields.
    Record(RecordId),
    /// An extern type: at run time, its representation.
    Extern(ExternTypeId),
    /// `Option<T>`: at run time, None or the value itself. Never nested.
    Option(Box<Type>),
    /// `Set<T>`
    Set(Box<Type>),
    /// `List<T>`
    List(Box<Type>),
    /// `Map<K, V>`
    Map(Box<Type>, Box<Type>),
    /// A tuple.
    Tuple(Vec<Type>),
    /// The type of `None`, `{}`, `[]` parts that nothing else determined, and of what did not check.
    Unknown,
}

/// A database named in the rules.
#[derive(Debug, Clone)]
pub struct Database {
    /// Position in `Program::databases`.
    pub id: DatabaseId,
    /// Its name in the rules: `nb`.
    pub name: String,
    /// Its name on the wire: `OVN_Northbound`.
    pub schema_name: String,
}
