//! Typed expressions and clauses.

use weft_syntax::ast::{AggregateKind, BinaryOp, LiteralKind};
use weft_syntax::span::Span;

use crate::builtin::Builtin;
use crate::program::{
    AllocId, ComponentsId, EntityId, FunctionId, HostId, OutputId, StageId, TableId, VarId,
};
use crate::types::Type;

/// A typed expression.
#[derive(Debug, Clone)]
pub struct Expr {
    /// Where it stands.
    pub span: Span,
    /// Its type.
    pub ty: Type,
    /// What it is.
    pub kind: ExprKind,
}

/// A piece of a literal with holes.
#[derive(Debug, Clone)]
pub enum Piece {
    /// Text as it is.
    Text(String),
    /// A hole; how it is written follows from its type and the literal's kind.
    Hole(Expr),
}

/// The forms of expressions. "No value" is as in LANGUAGE.md, *Missing values*.
#[derive(Debug, Clone)]
pub enum ExprKind {
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A literal; [`LiteralKind::Plain`] is a `string`.
    Literal(LiteralKind, Vec<Piece>),
    /// A register's place, as text of type `Match`.
    Register(String),
    /// `None`
    None,
    /// A stage.
    Stage(StageId),
    /// A variable.
    Variable(VarId),
    /// A column of a row: no value when the row is missing. `TableId` is that of the row's type.
    Column(Box<Expr>, TableId, usize),
    /// The UUID of a row (`row.uuid`); also of an entity over one row.
    RowUuid(Box<Expr>),
    /// `entity.row`, the only part of an entity's key, `Some(e)`, a key as its member: the value is the same.
    Reinterpret(Box<Expr>),
    /// An attribute of an entity's member: no value when skipped; a member set is collected.
    Attribute(Box<Expr>, EntityId, usize),
    /// `Entity[key]`: the member; no value when there is none. One expression for each key part; each may
    /// be an `Option` where the part is none, and there is no member under None.
    Member(EntityId, Vec<Expr>),
    /// `db.Table[column: e, …]`: the least row with those values; no value when there is none.
    Lookup(TableId, Vec<(usize, Expr)>),
    /// `Alloc[x]`
    Allocated(AllocId, Box<Expr>),
    /// `Components[x]`
    Component(ComponentsId, Box<Expr>),
    /// `ref db.Table[key]`
    OutputRef(OutputId, Vec<Expr>),
    /// A field of a record or tuple by position; of a member whose key has several parts, a part.
    Field(Box<Expr>, usize),
    /// `m[k]`: no value when absent. The key may be an `Option`.
    MapIndex(Box<Expr>, Box<Expr>),
    /// `l[i]`: no value when out of range.
    ListIndex(Box<Expr>, Box<Expr>),
    /// A function of the program.
    Call(FunctionId, Vec<Expr>),
    /// A host function.
    Host(HostId, Vec<Expr>),
    /// A method or function of the language.
    Builtin(Builtin, Vec<Expr>),
    /// `e?`: None where `e` has no value (an `Option` stays as it is).
    Try(Box<Expr>),
    /// `e?.rest`: binds `variable` to what is inside `value` (an `Option`), then `rest`, of type
    /// `Option`; None where `value` is None or `rest` has no value.
    Chain {
        /// The `Option`.
        value: Box<Expr>,
        /// The variable that `rest` reads.
        variable: VarId,
        /// The rest.
        rest: Box<Expr>,
    },
    /// `a ?? b`
    Coalesce(Box<Expr>, Box<Expr>),
    /// `not e`
    Not(Box<Expr>),
    /// `-e`
    Negate(Box<Expr>),
    /// A binary operator (`and`, `or` short-circuit; never [`BinaryOp::Coalesce`]).
    /// `In`/`NotIn` on the right: a set, list or map value, an `Attribute` that is a member set, or
    /// [`ExprKind::AllMembers`].
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// An entity as a collection: only on the right of `in` and as a source.
    AllMembers(EntityId),
    /// A table as a collection: only as a source.
    AllRows(TableId),
    /// `if`; without `else` the checker makes it `None`.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `if value is Some(variable) { then } else { otherwise }`
    IfSome {
        /// The `Option`.
        value: Box<Expr>,
        /// Bound in `then`.
        variable: VarId,
        /// With a value.
        then: Box<Expr>,
        /// Without.
        otherwise: Box<Expr>,
    },
    /// `case`: arms of constants; without `else` and without a fitting arm: no value.
    Case {
        /// The value looked at.
        value: Box<Expr>,
        /// Constants and the result.
        arms: Vec<(Vec<Expr>, Expr)>,
        /// When none fits.
        otherwise: Option<Box<Expr>>,
    },
    /// A tuple, or a record in the order of its fields.
    Tuple(Vec<Expr>),
    /// A set.
    Set(Vec<Expr>),
    /// A list.
    List(Vec<Expr>),
    /// A map; entries whose value is of type `Option` and None are left out.
    Map(Vec<(Expr, Expr)>),
    /// An aggregate.
    Aggregate(Box<Aggregate>),
    /// `exists(…)`
    Exists(Vec<Clause>),
}

/// An aggregate over the rows of its clauses: the distinct bindings of the variables that the
/// clauses bind.
#[derive(Debug, Clone)]
pub struct Aggregate {
    /// Which.
    pub kind: AggregateKind,
    /// Its clauses. In a group entity's attribute without clauses of its own: the entity's clauses
    /// with fresh variables, and conditions that the group's key is this member's.
    pub clauses: Vec<Clause>,
    /// The key of a `map`.
    pub key: Option<Expr>,
    /// The value.
    pub value: Expr,
    /// `order by`: expression, descending. Ties go by the value.
    pub order_by: Vec<(Expr, bool)>,
}

/// A clause. In a list of clauses each stands after those that bind the variables it reads.
#[derive(Debug, Clone)]
pub enum Clause {
    /// Binds `pattern` to each of the source's members.
    From {
        /// What it binds.
        pattern: Pattern,
        /// [`ExprKind::AllRows`], [`ExprKind::AllMembers`], an [`ExprKind::Attribute`] that is a
        /// member set, or a set, list or map value.
        source: Expr,
        /// Written `cross`: a product is meant.
        cross: bool,
        /// Where it stands.
        span: Span,
    },
    /// Keeps the rows for which it is true.
    Where(Expr),
    /// Binds a value. With `unwrap` the value is an `Option` (or may be missing), rows without it
    /// are dropped, and `warn` (a `string`) says so.
    Let {
        /// What it binds.
        pattern: Pattern,
        /// The value.
        value: Expr,
        /// Whether an `Option` is unwrapped.
        unwrap: bool,
        /// The warning.
        warn: Option<Expr>,
        /// Where it stands.
        span: Span,
    },
}

/// What a clause binds.
#[derive(Debug, Clone)]
pub enum Pattern {
    /// One variable.
    Variable(VarId),
    /// The parts of a tuple, or key and value of a map's entry; None for `_`.
    Tuple(Vec<Option<VarId>>),
}
