//! The messages. A field that a kind does not need is empty.

/// What the version of a plan's form must be: to be raised with every change of a message's meaning.
pub(super) const VERSION: u32 = 3;

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Plan {
    #[prost(uint32, tag = "1")]
    pub(super) version: u32,
    #[prost(message, repeated, tag = "2")]
    pub(super) tables: Vec<Table>,
    #[prost(message, repeated, tag = "3")]
    pub(super) hosts: Vec<Host>,
    #[prost(message, repeated, tag = "4")]
    pub(super) stages: Vec<Stage>,
    #[prost(message, repeated, tag = "5")]
    pub(super) outputs: Vec<Output>,
    #[prost(message, repeated, tag = "6")]
    pub(super) nodes: Vec<Node>,
    #[prost(message, repeated, tag = "7")]
    pub(super) heads: Vec<Head>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Table {
    #[prost(string, tag = "1")]
    pub(super) database: String,
    #[prost(string, tag = "2")]
    pub(super) table: String,
    #[prost(string, repeated, tag = "3")]
    pub(super) columns: Vec<String>,
    #[prost(string, tag = "4")]
    pub(super) rows: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Host {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(string, tag = "2")]
    pub(super) signature: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Stage {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(string, tag = "2")]
    pub(super) kind: String,
    #[prost(string, tag = "3")]
    pub(super) direction: String,
    #[prost(uint32, tag = "4")]
    pub(super) number: u32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Output {
    #[prost(string, tag = "1")]
    pub(super) database: String,
    #[prost(string, tag = "2")]
    pub(super) table: String,
    #[prost(string, repeated, tag = "3")]
    pub(super) key: Vec<String>,
    #[prost(string, repeated, tag = "4")]
    pub(super) write: Vec<String>,
    #[prost(message, repeated, tag = "5")]
    pub(super) init: Vec<ColumnValue>,
    #[prost(message, repeated, tag = "6")]
    pub(super) keep: Vec<KeptKeys>,
    #[prost(message, optional, tag = "7")]
    pub(super) owns: Option<OwnedRows>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct OwnedRows {
    #[prost(string, tag = "1")]
    pub(super) column: String,
    #[prost(message, repeated, tag = "2")]
    pub(super) values: Vec<Value>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct ColumnValue {
    #[prost(string, tag = "1")]
    pub(super) column: String,
    #[prost(message, optional, tag = "2")]
    pub(super) value: Option<Value>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct KeptKeys {
    #[prost(string, tag = "1")]
    pub(super) column: String,
    #[prost(string, repeated, tag = "2")]
    pub(super) keys: Vec<String>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Node {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(enumeration = "NodeKind", tag = "2")]
    pub(super) kind: i32,
    #[prost(uint32, repeated, tag = "3")]
    pub(super) inputs: Vec<u32>,
    #[prost(message, repeated, tag = "4")]
    pub(super) steps: Vec<Step>,
    #[prost(uint32, repeated, tag = "5")]
    pub(super) key: Vec<u32>,
    #[prost(uint32, repeated, tag = "6")]
    pub(super) value: Vec<u32>,
    /// Of a reduce, the kind of aggregate; of an allocation, its name.
    #[prost(string, tag = "7")]
    pub(super) what: String,
    #[prost(bool, repeated, tag = "8")]
    pub(super) descending: Vec<bool>,
    /// Of an input, the table; of a sink, the head.
    #[prost(uint32, tag = "9")]
    pub(super) position: u32,
    /// Of a join, for each input the name of its side.
    #[prost(string, repeated, tag = "10")]
    pub(super) sides: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub(super) enum NodeKind {
    Unknown = 0,
    Unit = 1,
    Input = 2,
    Map = 3,
    Union = 4,
    Arrange = 5,
    Distinct = 6,
    Join = 7,
    Reduce = 9,
    Allocate = 10,
    Components = 11,
    Sink = 12,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Step {
    #[prost(enumeration = "StepKind", tag = "1")]
    pub(super) kind: i32,
    #[prost(message, optional, tag = "2")]
    pub(super) scalar: Option<Scalar>,
    /// Of an unnest, its width.
    #[prost(uint32, tag = "3")]
    pub(super) width: u32,
    #[prost(uint32, repeated, tag = "4")]
    pub(super) columns: Vec<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub(super) enum StepKind {
    Unknown = 0,
    Push = 1,
    Filter = 2,
    Require = 3,
    Unnest = 4,
    Project = 5,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Head {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(string, tag = "2")]
    pub(super) source: String,
    #[prost(enumeration = "HeadKind", tag = "3")]
    pub(super) kind: i32,
    #[prost(uint32, tag = "4")]
    pub(super) output: u32,
    #[prost(string, repeated, tag = "5")]
    pub(super) output_columns: Vec<String>,
    #[prost(message, repeated, tag = "6")]
    pub(super) columns: Vec<Scalar>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub(super) enum HeadKind {
    Unknown = 0,
    Flow = 1,
    ClassMember = 2,
    Row = 3,
    Member = 4,
    Warning = 5,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Scalar {
    #[prost(enumeration = "ScalarKind", tag = "1")]
    pub(super) kind: i32,
    /// The scalars directly inside; of a map, keys and values in turn; of a case, the value, the arms'
    /// results and the last result.
    #[prost(message, repeated, tag = "2")]
    pub(super) parts: Vec<Scalar>,
    /// A column, slot, host function or part of a tuple.
    #[prost(uint32, tag = "3")]
    pub(super) position: u32,
    /// A builtin or operator.
    #[prost(string, tag = "4")]
    pub(super) name: String,
    /// The constant, or the constants of each arm of a case as a list.
    #[prost(message, repeated, tag = "5")]
    pub(super) values: Vec<Value>,
    #[prost(message, repeated, tag = "6")]
    pub(super) pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub(super) enum ScalarKind {
    Unknown = 0,
    Constant = 1,
    Undefined = 2,
    Column = 3,
    Bind = 4,
    Builtin = 5,
    Host = 6,
    Binary = 7,
    Not = 8,
    Negate = 9,
    Coalesce = 10,
    Try = 11,
    Unwrap = 12,
    If = 13,
    Case = 14,
    Field = 15,
    MapIndex = 16,
    ListIndex = 17,
    Tuple = 18,
    Set = 19,
    List = 20,
    Map = 21,
    Text = 22,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Piece {
    #[prost(string, tag = "1")]
    pub(super) text: String,
    #[prost(message, optional, tag = "2")]
    pub(super) hole: Option<Scalar>,
    /// How the hole is written, from the outside in.
    #[prost(enumeration = "Render", repeated, tag = "3")]
    pub(super) render: Vec<i32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub(super) enum Render {
    Unknown = 0,
    Bare = 1,
    Quoted = 2,
    Bit = 3,
    StageNumber = 4,
    StageName = 5,
    Braces = 6,
    Optional = 7,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Value {
    #[prost(enumeration = "ValueKind", tag = "1")]
    pub(super) kind: i32,
    /// A bool or int.
    #[prost(sint64, tag = "2")]
    pub(super) number: i64,
    #[prost(string, tag = "3")]
    pub(super) text: String,
    /// Big-endian.
    #[prost(bytes = "vec", tag = "4")]
    pub(super) uuid: Vec<u8>,
    /// Parts and members; of a map, keys and values in turn.
    #[prost(message, repeated, tag = "5")]
    pub(super) parts: Vec<Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub(super) enum ValueKind {
    Unknown = 0,
    None = 1,
    Bool = 2,
    Int = 3,
    Uuid = 4,
    String = 5,
    Tuple = 6,
    List = 7,
    Set = 8,
    Map = 9,
}
