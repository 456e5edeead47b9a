//! The kinds of tokens and nodes of the lossless tree.

/// Declares the kinds together with the list that turns a number back into one.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// The kind of a token or node.
        #[allow(missing_docs, reason = "kinds are named after what they stand for")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum SyntaxKind { $($(#[$doc])* $name,)* }

        const ALL: &[SyntaxKind] = &[$(SyntaxKind::$name,)*];
    };
}

kinds! {
    // Trivia.
    Whitespace,
    Comment,
    /// A line that begins with `///`.
    DocComment,

    // Tokens.
    /// Characters that begin no token.
    Unknown,
    Ident,
    Int,
    /// `"`, `match"`, `actions"`.
    TextStart,
    /// A run of text in a literal, as it is.
    TextRun,
    /// A backslash and the character after it.
    TextEscape,
    TextEnd,
    /// `${`
    HoleStart,
    /// The `}` that ends a hole.
    HoleEnd,
    BraceOpen,
    BraceClose,
    ParenOpen,
    ParenClose,
    BracketOpen,
    BracketClose,
    Comma,
    Colon,
    Dot,
    DotDot,
    Question,
    QuestionQuestion,
    Equal,
    EqualEqual,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    /// `=>`
    FatArrow,
    /// `->`
    Arrow,
    Plus,
    PlusEqual,
    Minus,
    Star,
    Slash,
    Percent,
    Pipe,
    Ampersand,
    /// `||`, which is no operator here.
    PipePipe,
    /// `&&`, which is no operator here.
    AmpersandAmpersand,
    /// `!`, which is no operator here.
    Bang,
    Semicolon,
    /// The end of the text; never in a tree.
    EndOfFile,

    // Nodes.
    File,
    /// Tokens that belong to nothing.
    Error,
    Name,
    DatabaseItem,
    OutputItem,
    OutputKey,
    OutputWrite,
    OutputInit,
    OutputInitColumn,
    OutputKeep,
    OutputKeepColumn,
    OutputOwns,
    ConstItem,
    RegisterItem,
    RegisterPlace,
    PipelineItem,
    RecordItem,
    ExternTypeItem,
    ExternFnItem,
    FunctionItem,
    TypedName,
    EntityItem,
    GroupBy,
    Attribute,
    Inverse,
    OtherwiseSkip,
    OtherwiseWarn,
    AllocItem,
    AllocScope,
    AllocRange,
    AllocRequest,
    AllocKeep,
    AllocClash,
    ComponentsItem,
    ComponentsEdge,
    RuleItem,
    TestItem,

    // Clauses and heads.
    Clauses,
    FromClause,
    WhereClause,
    LetClause,
    Pattern,
    Block,
    FlowHead,
    DatapathOne,
    DatapathAll,
    FlowHint,
    FlowField,
    EmitHead,
    EmitField,
    WarnHead,
    IfHead,
    ForHead,

    // Steps of tests.
    NbctlStep,
    InsertStep,
    UpdateStep,
    DeleteStep,
    ExpectFlowsStep,
    ExpectFlowsDatapath,
    ExpectedFlow,
    ExpectRowsStep,
    ExpectedRow,
    ExpectWarningsStep,

    // Types.
    NamedType,
    RowType,
    GenericType,
    TupleType,
    MissingType,

    // Expressions.
    MissingExpr,
    BoolExpr,
    IntExpr,
    TextExpr,
    Hole,
    NoneExpr,
    SomeExpr,
    NameExpr,
    FieldExpr,
    MethodExpr,
    CallExpr,
    Arguments,
    IndexExpr,
    IndexKey,
    TryExpr,
    NotExpr,
    NegateExpr,
    BinaryExpr,
    IfExpr,
    CaseExpr,
    CaseArm,
    CasePatterns,
    CaseElse,
    Condition,
    /// `{ e }` of an `if`.
    Branch,
    ParenExpr,
    TupleExpr,
    SetExpr,
    ListExpr,
    MapExpr,
    MapEntry,
    RecordExpr,
    FieldValue,
    AggregateExpr,
    OrderBy,
    ExistsExpr,
    OutputRefExpr,
}

impl SyntaxKind {
    /// Whether it stands between tokens without a meaning of its own.
    pub fn is_trivia(self) -> bool {
        matches!(self, Self::Whitespace | Self::Comment | Self::DocComment)
    }

    /// Whether it is a type.
    pub fn is_type(self) -> bool {
        (Self::NamedType..=Self::MissingType).contains(&self)
    }

    /// Whether it is an expression.
    pub fn is_expr(self) -> bool {
        (Self::MissingExpr..=Self::OutputRefExpr).contains(&self)
            && !matches!(
                self,
                Self::Hole
                    | Self::Arguments
                    | Self::IndexKey
                    | Self::CaseArm
                    | Self::CasePatterns
                    | Self::CaseElse
                    | Self::Condition
                    | Self::Branch
                    | Self::MapEntry
                    | Self::FieldValue
                    | Self::OrderBy
            )
    }

    /// How a message calls a token of this kind.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Ident => "a name",
            Self::Int => "a number",
            Self::TextStart => "a text",
            Self::TextRun | Self::TextEscape => "text",
            Self::TextEnd => "the end of a text",
            Self::HoleStart => "`${`",
            Self::HoleEnd | Self::BraceClose => "`}`",
            Self::BraceOpen => "`{`",
            Self::ParenOpen => "`(`",
            Self::ParenClose => "`)`",
            Self::BracketOpen => "`[`",
            Self::BracketClose => "`]`",
            Self::Comma => "`,`",
            Self::Colon => "`:`",
            Self::Dot => "`.`",
            Self::DotDot => "`..`",
            Self::Question => "`?`",
            Self::QuestionQuestion => "`??`",
            Self::Equal => "`=`",
            Self::EqualEqual => "`==`",
            Self::NotEqual => "`!=`",
            Self::Less => "`<`",
            Self::LessEqual => "`<=`",
            Self::Greater => "`>`",
            Self::GreaterEqual => "`>=`",
            Self::FatArrow => "`=>`",
            Self::Arrow => "`->`",
            Self::Plus => "`+`",
            Self::PlusEqual => "`+=`",
            Self::Minus => "`-`",
            Self::Star => "`*`",
            Self::Slash => "`/`",
            Self::Percent => "`%`",
            Self::Pipe => "`|`",
            Self::Ampersand => "`&`",
            Self::PipePipe => "`||`",
            Self::AmpersandAmpersand => "`&&`",
            Self::Bang => "`!`",
            Self::Semicolon => "`;`",
            Self::EndOfFile => "the end of the file",
            _ => "something else",
        }
    }
}

/// The kinds as rowan's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weft {}

impl rowan::Language for Weft {
    type Kind = SyntaxKind;

    fn kind_from_raw(raw: rowan::SyntaxKind) -> SyntaxKind {
        ALL.get(usize::from(raw.0)).copied().unwrap_or(SyntaxKind::Error)
    }

    fn kind_to_raw(kind: SyntaxKind) -> rowan::SyntaxKind {
        rowan::SyntaxKind(kind as u16)
    }
}

/// A node of the lossless tree.
pub type SyntaxNode = rowan::SyntaxNode<Weft>;
/// A token of the lossless tree.
pub type SyntaxToken = rowan::SyntaxToken<Weft>;
/// A node or a token of the lossless tree.
pub type SyntaxElement = rowan::SyntaxElement<Weft>;
