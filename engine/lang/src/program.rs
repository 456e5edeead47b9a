//! The typed program: rule files after names and types are resolved.
//!
//! Expressions keep their nested lookups and aggregates: the planner turns them into joins, and the
//! reference evaluator follows them as they stand.

pub use weft_syntax::span::SourceFile;

use weft_syntax::ast::{AggregateKind, BinaryOp, LiteralKind};
use weft_syntax::span::Span;

use crate::expr::{Clause, Expr};
use crate::types::{Database, Type};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The position as an index.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// Position in [`Program::databases`].
    DatabaseId,
    /// Position in [`Program::tables`].
    TableId,
    /// Position in [`Program::entities`].
    EntityId,
    /// Position in [`Program::records`].
    RecordId,
    /// Position in [`Program::extern_types`].
    ExternTypeId,
    /// Position in [`Program::host_functions`].
    HostId,
    /// Position in [`Program::functions`].
    FunctionId,
    /// Position in [`Program::stages`].
    StageId,
    /// Position in [`Program::allocs`].
    AllocId,
    /// Position in [`Program::components`].
    ComponentsId,
    /// Position in [`Program::outputs`].
    OutputId,
    /// Position in [`Program::rules`].
    RuleId,
    /// Position in the list of variables of the rule, entity, function or alloc it stands in.
    VarId,
}

/// A checked program. Everything refers to everything else by position.
#[derive(Debug, Clone, Default)]
pub struct Program {
    /// The files, by `FileId`: paths relative to the rules folder, `switch/acl.weft`.
    pub files: Vec<SourceFile>,
    /// The databases.
    pub databases: Vec<Database>,
    /// All tables of all databases.
    pub tables: Vec<Table>,
    /// Records.
    pub records: Vec<Record>,
    /// Extern types.
    pub extern_types: Vec<ExternType>,
    /// Host functions.
    pub host_functions: Vec<HostFunction>,
    /// Functions, each after those it calls.
    pub functions: Vec<Function>,
    /// Stages of all pipelines.
    pub stages: Vec<Stage>,
    /// Entities.
    pub entities: Vec<Entity>,
    /// Allocations.
    pub allocs: Vec<Alloc>,
    /// Connected components.
    pub components: Vec<Components>,
    /// Output blocks.
    pub outputs: Vec<Output>,
    /// Rules.
    pub rules: Vec<Rule>,
    /// Entities, attributes, allocations and components, each after those it reads.
    pub order: Vec<Definition>,
    /// Tests, as written; `weft test` runs them.
    pub tests: Vec<weft_syntax::ast::Test>,
}

impl Program {
    /// The name of a definition, as `Switch` or `Switch.ports`.
    #[must_use]
    pub fn definition_name(&self, definition: Definition) -> String {
        match definition {
            Definition::Entity(entity) => self.entities[entity.index()].name.clone(),
            Definition::Attribute(entity, attribute) => {
                let entity = &self.entities[entity.index()];
                format!("{}.{}", entity.name, entity.attributes[attribute].name)
            }
            Definition::Alloc(alloc) => self.allocs[alloc.index()].name.clone(),
            Definition::Components(components) => self.components[components.index()].name.clone(),
        }
    }
}

/// What is computed before the rules and stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Definition {
    /// The members of an entity.
    Entity(EntityId),
    /// An attribute, by its position.
    Attribute(EntityId, usize),
    /// The ids of an allocation.
    Alloc(AllocId),
    /// The components of a graph.
    Components(ComponentsId),
}

/// A table of a database.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its database.
    pub database: DatabaseId,
    /// Its name.
    pub name: String,
    /// Its columns in the schema's order, then `_uuid`, which keys of outputs may name.
    pub columns: Vec<Column>,
    /// Columns by position, ascending: no two rows agree in all of one of these. The schema's indexes,
    /// then `_uuid`.
    pub keys: Vec<Vec<usize>>,
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type in rules.
    pub ty: Type,
    /// The strings that its enumeration allows; empty without one.
    pub enumeration: Vec<String>,
}

/// A record type.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its name.
    pub name: String,
    /// Its fields.
    pub fields: Vec<(String, Type)>,
}

/// An extern type.
#[derive(Debug, Clone)]
pub struct ExternType {
    /// Its name.
    pub name: String,
    /// What it is made of.
    pub representation: Type,
}

/// The declaration of a host function.
#[derive(Debug, Clone)]
pub struct HostFunction {
    /// Its name.
    pub name: String,
    /// Types of the parameters.
    pub parameters: Vec<Type>,
    /// Type of the result.
    pub result: Type,
}

/// A variable.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its name (`_` and made-up variables too).
    pub name: String,
    /// Its type.
    pub ty: Type,
}

/// A function.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// All variables of its body.
    pub variables: Vec<Variable>,
    /// Its parameters among them.
    pub parameters: Vec<VarId>,
    /// Its value.
    pub body: Expr,
}

/// A stage of a pipeline.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// `switch` or `router`: the pipeline's kind.
    pub kind: String,
    /// `ingress` or `egress`.
    pub direction: String,
    /// Its position in the pipeline.
    pub number: u32,
    /// The entity of its datapaths.
    pub datapaths: EntityId,
}

/// An entity.
#[derive(Debug, Clone)]
pub struct Entity {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// All variables of its clauses and attributes.
    pub variables: Vec<Variable>,
    /// The clauses that bind its members.
    pub clauses: Vec<Clause>,
    /// The key: expressions over the clauses' variables (plain variables unless it groups).
    pub key: Vec<Expr>,
    /// In attributes, the key's parts are these variables (the same ones as in `key` unless it groups).
    pub key_variables: Vec<VarId>,
    /// Whether it groups (several rows of the clauses for one member).
    pub is_group: bool,
    /// The row whose columns it has: set when the key is one variable that is a row.
    pub row: Option<TableId>,
    /// Its attributes, those made of the `let`s of its clauses last. Each depends only on what stands
    /// earlier in [`Program::order`].
    pub attributes: Vec<Attribute>,
}

/// An attribute of an entity.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// The type of its value; `Set<T>` for a member set.
    pub ty: Type,
    /// How it is computed, over the entity's `key_variables`.
    pub value: AttributeValue,
}

/// How an attribute is computed.
#[derive(Debug, Clone)]
pub enum AttributeValue {
    /// A value. Uses of other attributes of the same entity are [`crate::expr::ExprKind::Attribute`]
    /// on the key.
    Value {
        /// The expression.
        expr: Expr,
        /// Whether an `Option` is unwrapped (`else skip`, `else warn`): no value where it is None.
        unwrap: bool,
        /// The warning for members without a value.
        warn: Option<Expr>,
    },
    /// A member set: the union of comprehensions.
    Members(Vec<Members>),
}

/// One comprehension of a member set.
#[derive(Debug, Clone)]
pub struct Members {
    /// Its clauses, over the entity's `key_variables`.
    pub clauses: Vec<Clause>,
    /// The member.
    pub value: Expr,
}

/// An allocation of ids.
#[derive(Debug, Clone)]
pub struct Alloc {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// All variables.
    pub variables: Vec<Variable>,
    /// The clauses that bind the holders.
    pub clauses: Vec<Clause>,
    /// The holder.
    pub holder: VarId,
    /// The scope; one for all when None.
    pub scope: Option<Expr>,
    /// Lowest and highest id, `int`; they may depend on the holder's clauses but must agree in a scope
    /// (the least bounds win).
    pub range: (Expr, Expr),
    /// The wanted id, `Option<int>`.
    pub request: Option<Expr>,
    /// The id found in the database, `Option<int>`.
    pub keep: Option<Expr>,
    /// What to say of a holder whose request is not met.
    pub clash: Option<Expr>,
}

/// Connected components.
#[derive(Debug, Clone)]
pub struct Components {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// All variables.
    pub variables: Vec<Variable>,
    /// The clauses that bind the edges.
    pub clauses: Vec<Clause>,
    /// The ends of an edge, of one type.
    pub edge: (Expr, Expr),
}

/// An output block.
#[derive(Debug, Clone)]
pub struct Output {
    /// The table.
    pub table: TableId,
    /// Positions of the key columns.
    pub key: Vec<usize>,
    /// Positions of the columns that the rules own (key columns not among them).
    pub write: Vec<usize>,
    /// Columns written on insert only, with constant values.
    pub init: Vec<(usize, Expr)>,
    /// Map keys (strings) of written columns that belong to somebody else.
    pub keep: Vec<(usize, Vec<String>)>,
    /// Rows that the program owns: a column and its constant values.
    pub owns: Option<(usize, Vec<Expr>)>,
}

/// A rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// All variables.
    pub variables: Vec<Variable>,
    /// Its body and heads.
    pub block: Block,
}

/// Clauses and heads.
#[derive(Debug, Clone, Default)]
pub struct Block {
    /// The clauses.
    pub clauses: Vec<Clause>,
    /// The heads.
    pub heads: Vec<Head>,
}

/// What a rule makes of a row.
#[derive(Debug, Clone)]
pub enum Head {
    /// A flow.
    Flow(Box<Flow>),
    /// A row of an output table.
    Emit {
        /// The output.
        output: OutputId,
        /// Values of the key columns, in the output's order of `key`.
        key: Vec<Expr>,
        /// Values of written columns, by position in the table, typed as the column.
        columns: Vec<(usize, Expr)>,
        /// Where it stands.
        span: Span,
    },
    /// One member of a set or map column of an output row.
    EmitMember {
        /// The output.
        output: OutputId,
        /// Values of the key columns.
        key: Vec<Expr>,
        /// The column's position in the table.
        column: usize,
        /// The member; a tuple (key, value) for a map.
        value: Expr,
        /// Where it stands.
        span: Span,
    },
    /// A warning, `string`.
    Warn {
        /// Its text.
        text: Expr,
        /// Where it stands.
        span: Span,
    },
    /// `if … else …`; `if e is Some(x)` is a block with an unwrapping `let` and, for the other arms,
    /// `e.is_none`.
    If {
        /// Conditions with what they guard; the first that holds is taken.
        arms: Vec<(Condition, Block)>,
        /// When none holds.
        otherwise: Option<Block>,
    },
    /// `for`: more clauses.
    For(Block),
}

/// The condition of an arm.
#[derive(Debug, Clone)]
pub enum Condition {
    /// A `bool`.
    Bool(Expr),
    /// `e is Some(x)`.
    IsSome {
        /// The `Option`.
        value: Expr,
        /// Bound in the arm.
        variable: VarId,
    },
}

/// A flow head.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Where it stands: file and line become `external_ids:source`.
    pub span: Span,
    /// `Stage`.
    pub stage: Expr,
    /// `int`.
    pub priority: Expr,
    /// The datapaths.
    pub datapaths: Datapaths,
    /// `Option<string>`: the text of `stage-hint` (first 8 hex digits of a row's UUID).
    pub hint: Option<Expr>,
    /// `Match`.
    pub matches: Expr,
    /// `Actions`.
    pub actions: Expr,
    /// `Option<string>`.
    pub meter: Option<Expr>,
    /// `Option<string>`.
    pub description: Option<Expr>,
    /// `Option<string>`: the tag `in_out_port`.
    pub port: Option<Expr>,
    /// Further tags: key `string`, value `Option<string>`.
    pub tags: Vec<(Expr, Expr)>,
}

/// The datapaths of a flow.
#[derive(Debug, Clone)]
pub enum Datapaths {
    /// One member of the stage's entity. The value of the set is the member's key.
    One(Expr),
    /// `for all`. The value of the set is the tuple (`name`, parameters…).
    All {
        /// Identity of the class: its text and the types of its parameters. Equal names mean equal sets,
        /// in whichever rules they stand.
        name: String,
        /// The rule's variables that `clauses` use: what the set depends on.
        parameters: Vec<VarId>,
        /// Clauses that bind the members, over the parameters.
        clauses: Vec<Clause>,
        /// The member: a variable of the stage's entity.
        member: VarId,
    },
}

/// Re-exported for matching on expressions.
pub type Aggregate = AggregateKind;
/// Re-exported for matching on expressions.
pub type Operator = BinaryOp;
/// Re-exported for matching on expressions.
pub type Literal = LiteralKind;
