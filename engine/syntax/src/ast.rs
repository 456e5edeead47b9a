//! The typed tree of a rule file: what the later phases read.
//!
//! It is lowered from the lossless tree and keeps no trivia. A construct that did not parse is
//! [`ExprKind::Missing`] or left out; its error stands among the file's diagnostics.

#![allow(missing_docs, reason = "the construct above a variant documents its fields")]

use crate::span::Span;

/// A name with the place where it is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name {
    /// The identifier.
    pub text: String,
    /// Where it is written.
    pub span: Span,
}

/// One rule file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct File {
    /// The items, in the order in which they are written.
    pub items: Vec<Item>,
}

/// An item at the top level of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The `///` lines before it, without the slashes.
    pub doc: String,
    /// The whole item.
    pub span: Span,
    /// What it is.
    pub kind: ItemKind,
}

/// The kinds of items.
#[derive(Debug, Clone, PartialEq)]
pub enum ItemKind {
    /// `database nb from "ovn-nb.schema"`
    Database { name: Name, schema: String, schema_span: Span },
    /// `output sb.Port_Binding { key … write … init … keep … }`
    Output(Output),
    /// `const NAME = expr`
    Const { name: Name, value: Expr },
    /// `register NAME = reg0[7] in switch, router`; the place is text of OVN, without spaces.
    Register { name: Name, place: String, place_span: Span, scopes: Vec<Name> },
    /// `pipeline switch.ingress over Switch { stage a stage b }`
    Pipeline(Pipeline),
    /// `record Name { field: Type, … }`
    Record { name: Name, fields: Vec<(Name, Type)> },
    /// `extern type Ip = string`: text of its own type, written bare in typed text.
    ExternType { name: Name, representation: Type },
    /// `extern fn name(a: Type, …) -> Type`: a host function.
    ExternFn { name: Name, parameters: Vec<(Name, Type)>, result: Type },
    /// `fn name(a: Type, …) -> Type = expr`
    Function { name: Name, parameters: Vec<(Name, Type)>, result: Type, body: Expr },
    /// `entity Name from … { attributes }`
    Entity(Entity),
    /// `alloc Name for x in Source where … { … }`
    Alloc(Box<Alloc>),
    /// `components Name for x in S, … { node a  edge a, b }`
    Components(Components),
    /// `rule name { … }`
    Rule { name: Name, block: Block },
    /// `test "name" { … }`
    Test(Test),
}

/// An `output` block.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// The database's name in the rules, then the table's.
    pub database: Name,
    /// The table.
    pub table: Name,
    /// Columns that identify a row.
    pub key: Vec<Name>,
    /// Columns that northd owns.
    pub write: Vec<Name>,
    /// Columns set when a row is inserted and never after.
    pub init: Vec<(Name, Expr)>,
    /// `keep column["map-key"]`, `keep column`: what is another program's inside a written column
    /// (map keys), named for the reader when a whole column.
    pub keep: Vec<(Name, Vec<Expr>)>,
    /// `scope where column == "x"`… rows that this program owns; others are left alone.
    pub owns: Option<Expr>,
}

/// A `pipeline` block.
#[derive(Debug, Clone, PartialEq)]
pub struct Pipeline {
    /// `switch` in `switch.ingress`.
    pub kind: Name,
    /// `ingress` in `switch.ingress`.
    pub direction: Name,
    /// The entity whose members are the datapaths.
    pub over: Name,
    /// Stages; a stage's table number is its position.
    pub stages: Vec<Name>,
}

/// An `entity`.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// Its name.
    pub name: Name,
    /// The clauses that bind its key.
    pub clauses: Vec<Clause>,
    /// `group by (exprs) as (names)`; empty when the key is the variables that `from` binds.
    pub group_by: Vec<(Expr, Name)>,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
}

/// An attribute of an entity.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// Documentation.
    pub doc: String,
    /// Its name.
    pub name: Name,
    /// Its type, where it is written.
    pub ty: Option<Type>,
    /// Its value.
    pub value: AttributeValue,
    /// What happens when the value is missing.
    pub otherwise: Otherwise,
}

/// How an attribute gets its value.
#[derive(Debug, Clone, PartialEq)]
pub enum AttributeValue {
    /// An expression.
    Expr(Expr),
    /// `inverse Port.switch`: the entities whose attribute is this one.
    Inverse { entity: Name, attribute: Name },
}

/// The `else` of a binding.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Otherwise {
    /// Nothing is written: the row is dropped without a word; an `Option` stays one.
    #[default]
    None,
    /// `else skip`: an `Option` is unwrapped and rows without a value are dropped.
    Skip,
    /// `else warn "…"`: the same, with a warning for each row dropped.
    Warn(Expr),
}

/// An `alloc`.
#[derive(Debug, Clone, PartialEq)]
pub struct Alloc {
    /// Its name; `Name[x]` is the id of x.
    pub name: Name,
    /// `for x in Source where …`: the holders; the first pattern is the holder.
    pub clauses: Vec<Clause>,
    /// Ids are unique within a scope; one scope when absent.
    pub scope: Option<Expr>,
    /// Lowest id.
    pub range_low: Expr,
    /// Highest id.
    pub range_high: Expr,
    /// `Option<int>`: the wanted id.
    pub request: Option<Expr>,
    /// `Option<int>`: the id found in the database.
    pub keep: Option<Expr>,
    /// What to say when the request cannot be met.
    pub clash: Option<Expr>,
}

/// A `components` item: connected components of an undirected graph.
#[derive(Debug, Clone, PartialEq)]
pub struct Components {
    /// Its name; `Name[x]` is the least node of x's component.
    pub name: Name,
    /// The clauses that bind the ends of edges.
    pub clauses: Vec<Clause>,
    /// One end of an edge.
    pub from: Expr,
    /// The other end (the same as `from` for a node of its own).
    pub to: Expr,
}

/// Clauses and what is made for each of their rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Block {
    /// `from`, `where`, `let`.
    pub clauses: Vec<Clause>,
    /// `flow`, `emit`, `warn`, `if`, `for`.
    pub heads: Vec<Head>,
}

/// A clause of a body. The order of clauses says nothing about the order of execution.
#[derive(Debug, Clone, PartialEq)]
pub enum Clause {
    /// `from p in Source` (also each part after a comma, and `for` of comprehensions).
    From { pattern: Pattern, source: Expr, cross: bool, span: Span },
    /// `where condition`
    Where(Expr),
    /// `let x = expr [else …]`
    Let { pattern: Pattern, value: Expr, otherwise: Otherwise, span: Span },
}

/// What a `from` or `let` binds.
#[derive(Debug, Clone, PartialEq)]
pub enum Pattern {
    /// One variable; `_` binds nothing.
    Variable(Name),
    /// `(a, b)`: the parts of a tuple, or key and value of a map's entry.
    Tuple(Vec<Name>, Span),
}

/// What a rule makes of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Head {
    /// A logical flow.
    Flow(Box<Flow>),
    /// `emit sb.Table { column: expr, … }` and `emit sb.Table[column: key] { set += value }`.
    Emit { database: Name, table: Name, key: Vec<(Name, Expr)>, fields: Vec<EmitField>, span: Span },
    /// `warn "text"`
    Warn { text: Expr, span: Span },
    /// `if c { … } else if c { … } else { … }`
    If { arms: Vec<(Condition, Block)>, otherwise: Option<Block>, span: Span },
    /// `for x in S where … { heads }`
    For { block: Block, span: Span },
}

/// The condition of an `if`.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// A boolean.
    Bool(Expr),
    /// `if e is Some(x)`
    IsSome { value: Expr, pattern: Name },
}

/// `column: expr` or `column += expr` in an `emit`.
#[derive(Debug, Clone, PartialEq)]
pub struct EmitField {
    /// The column.
    pub column: Name,
    /// Whether the value is one more member of a set or map (`+=`).
    pub member: bool,
    /// The value.
    pub value: Expr,
}

/// A `flow` head: `flow STAGE[priority] for dp [hint e] { match … actions … }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// The whole head.
    pub span: Span,
    /// A stage's name, or an expression in parentheses.
    pub stage: Expr,
    /// Its priority.
    pub priority: Expr,
    /// On which datapaths.
    pub datapaths: Datapaths,
    /// The row that a person would look at (`stage-hint`).
    pub hint: Option<Expr>,
    /// The match.
    pub matches: Expr,
    /// The actions.
    pub actions: Expr,
    /// `meter e`: `Option<string>` or `string`.
    pub meter: Option<Expr>,
    /// `desc e`: `flow_desc`.
    pub description: Option<Expr>,
    /// `port e`: the tag `in_out_port`.
    pub port: Option<Expr>,
    /// `tag "key" = e`: further tags.
    pub tags: Vec<(Expr, Expr)>,
}

/// The datapaths of a flow.
#[derive(Debug, Clone, PartialEq)]
pub enum Datapaths {
    /// `for sw`
    One(Expr),
    /// `for all sw in lb.switches where sw.is_stateful`
    All { variable: Name, clauses: Vec<Clause>, span: Span },
}

/// A test beside the rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// Its name.
    pub name: String,
    /// Its steps, in order.
    pub steps: Vec<TestStep>,
}

/// A step of a test.
#[derive(Debug, Clone, PartialEq)]
pub enum TestStep {
    /// `nbctl "ls-add sw0" "lsp-add sw0 p1"`: commands in the manner of ovn-nbctl.
    Nbctl { commands: Vec<(String, Span)> },
    /// `insert nb.Table name { column: expr, … }`; constants only; `name` can be referred to later.
    Insert { database: Name, table: Name, name: Option<Name>, fields: Vec<(Name, Expr)>, span: Span },
    /// `update nb.Table where column == value { column: expr }`.
    Update { database: Name, table: Name, column: Name, value: Expr, fields: Vec<(Name, Expr)>, span: Span },
    /// `delete nb.Table where column == value`.
    Delete { database: Name, table: Name, column: Name, value: Expr, span: Span },
    /// `expect flows STAGE[priority] for "datapath" { "match" => "actions" … }`; priority and
    /// datapath may be left out.
    ExpectFlows {
        stage: Name,
        priority: Option<Expr>,
        datapath: Option<String>,
        flows: Vec<(String, String)>,
        span: Span,
    },
    /// `expect rows sb.Table where column == value { column: expr, … } …`: each braced group is a row.
    ExpectRows {
        database: Name,
        table: Name,
        filter: Option<(Name, Expr)>,
        rows: Vec<Vec<(Name, Expr)>>,
        span: Span,
    },
    /// `expect warnings { "text" … }`
    ExpectWarnings { texts: Vec<String>, span: Span },
}

/// A type as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Type {
    /// Where.
    pub span: Span,
    /// What.
    pub kind: TypeKind,
}

/// The forms of types.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// `int`, `string`, `Switch`, `Ip`, …
    Named(String),
    /// `nb.Logical_Switch`
    Row { database: String, table: String },
    /// `Option<T>`, `Set<T>`, `List<T>`, `Map<K, V>`
    Generic { name: String, arguments: Vec<Type> },
    /// `(A, B)`
    Tuple(Vec<Type>),
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// Where.
    pub span: Span,
    /// What.
    pub kind: ExprKind,
}

/// Prefix of a literal with holes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LiteralKind {
    /// `"…"`: text in the manner that its place expects (string, match or actions).
    Plain,
    /// `match"…"`
    Match,
    /// `actions"…"`
    Actions,
}

/// A piece of a literal with holes.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Text as it is, escapes resolved.
    Text(String),
    /// `${expr}`
    Hole(Expr),
}

/// The kinds of aggregates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AggregateKind {
    /// Set of the values.
    Set,
    /// List of the values, in `order by`, else in the order of the values.
    List,
    /// Map from key to value (`map { k: v for … }`); the least value of a key wins.
    Map,
    /// Number of rows (distinct bindings of the comprehension's variables).
    Count,
    /// Sum of the values over the rows.
    Sum,
    /// Least value, `Option`.
    Min,
    /// Greatest value, `Option`.
    Max,
    /// The value of the first row in `order by`, `Option`.
    Least,
    /// List of (number from 1, value) in `order by`.
    Number,
    /// `the(e for x in S where …)`: the value on which all rows agree; no value with none or several.
    The,
}

/// Binary operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `or`
    Or,
    /// `and`
    And,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `in`
    In,
    /// `not in`
    NotIn,
    /// `+`: numbers, strings, lists, maps (right wins).
    Add,
    /// `-`: numbers, sets, maps less keys.
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Rem,
    /// `|`: union of sets.
    Union,
    /// `&`: intersection of sets.
    Intersect,
    /// `??`: the right where the left is None.
    Coalesce,
}

/// The forms of expressions.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// What did not parse.
    Missing,
    /// `true`, `false`
    Bool(bool),
    /// `42`, `0x2a`
    Int(i64),
    /// `"text ${hole}"`
    Literal(LiteralKind, Vec<Piece>),
    /// `None`
    None,
    /// `Some(e)`
    Some(Box<Expr>),
    /// A variable, constant, register, stage, entity, table database or function by name.
    Name(String),
    /// `e.field`
    Field(Box<Expr>, Name),
    /// `e.method(a, b)`
    Method(Box<Expr>, Name, Vec<Expr>),
    /// `f(a, b)`
    Call(Name, Vec<Expr>),
    /// `e[k]`: an entity, alloc, component or map by key; `e[column: k, …]`: a row by an index.
    Index(Box<Expr>, Vec<(Option<Name>, Expr)>),
    /// `e?`: the value as an `Option`: None where `e` has no value.
    Try(Box<Expr>),
    /// `e?.rest`: `rest` is an expression over [`ExprKind::ChainValue`]; None where `e?` is None.
    Chain { value: Box<Expr>, rest: Box<Expr> },
    /// The value inside the nearest enclosing [`ExprKind::Chain`].
    ChainValue,
    /// `not e`
    Not(Box<Expr>),
    /// `-e`
    Negate(Box<Expr>),
    /// `a op b`
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `if c { a } else { b }`; without `else` the type is `Option`.
    If { condition: Box<Condition>, then: Box<Expr>, otherwise: Option<Box<Expr>> },
    /// `case e { "a", "b" => x, else => y }`
    Case { value: Box<Expr>, arms: Vec<(Vec<Expr>, Expr)>, otherwise: Option<Box<Expr>> },
    /// `(a, b)`
    Tuple(Vec<Expr>),
    /// `{a, b}`: a set.
    Set(Vec<Expr>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `map { k: v, … }`; an entry whose value is `Option` is left out when None.
    Map(Vec<(Expr, Expr)>),
    /// `Name { field: e, … }`
    Record(Name, Vec<(Name, Expr)>),
    /// `set { e for x in S where c order by k }` and the other aggregates. `key` for maps alone.
    /// Without clauses, over the rows of the group entity it stands in.
    Aggregate {
        kind: AggregateKind,
        key: Option<Box<Expr>>,
        value: Box<Expr>,
        clauses: Vec<Clause>,
        order_by: Vec<(Expr, bool)>,
    },
    /// `exists(x in S where c)`; `not exists(…)` is [`ExprKind::Not`] of it.
    Exists(Vec<Clause>),
    /// `ref sb.Table[column: e, …]`: the row that this program writes under that key.
    OutputRef { database: Name, table: Name, key: Vec<(Name, Expr)> },
}
