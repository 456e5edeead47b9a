use weft_ovsdb_schema::{Atom, Mutator, Uuid, Value, write_json_string};

/// Which rows an operation is about: a `<where>` of RFC 7047 section 5.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Where {
    /// Every row of the table.
    All,
    /// The row with this uuid.
    Uuid(Uuid),
    /// The rows for which all conditions hold.
    Conditions(Vec<Condition>),
}

/// A `<condition>` of RFC 7047 section 5.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The column, which may be `_uuid`.
    pub column: String,
    /// How the column is compared.
    pub function: Function,
    /// What it is compared with.
    pub value: Value,
}

/// A `<function>` of RFC 7047 section 5.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `>=`
    GreaterOrEqual,
    /// `>`
    Greater,
    /// The column has all elements of the value.
    Includes,
    /// The column has no element of the value.
    Excludes,
}

impl Function {
    fn symbol(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::GreaterOrEqual => ">=",
            Self::Greater => ">",
            Self::Includes => "includes",
            Self::Excludes => "excludes",
        }
    }
}

/// A `<mutation>` of RFC 7047 section 5.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutation {
    /// The column.
    pub column: String,
    /// What is done to the column.
    pub mutator: Mutator,
    /// With what.
    pub value: Value,
}

impl Mutation {
    /// Adds elements or pairs to a column.
    pub fn insert(column: impl Into<String>, value: impl Into<Value>) -> Self {
        Self { column: column.into(), mutator: Mutator::Insert, value: value.into() }
    }

    /// Removes elements, pairs or keys from a column.
    pub fn delete(column: impl Into<String>, value: impl Into<Value>) -> Self {
        Self { column: column.into(), mutator: Mutator::Delete, value: value.into() }
    }

    pub(crate) fn write_json(&self, out: &mut String) {
        write_triple(&self.column, self.mutator.name(), &self.value, out);
    }
}

impl Condition {
    /// The column equals the value.
    pub fn equal(column: impl Into<String>, value: impl Into<Value>) -> Self {
        Self { column: column.into(), function: Function::Equal, value: value.into() }
    }
}

impl Where {
    pub(crate) fn write_json(&self, out: &mut String) {
        out.push('[');
        match self {
            Self::All => {}
            Self::Uuid(uuid) => write_triple("_uuid", "==", &Value::scalar(Atom::Uuid(*uuid)), out),
            Self::Conditions(conditions) => {
                for (index, condition) in conditions.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    write_triple(&condition.column, condition.function.symbol(), &condition.value, out);
                }
            }
        }
        out.push(']');
    }
}

fn write_triple(column: &str, symbol: &str, value: &Value, out: &mut String) {
    out.push('[');
    write_json_string(column, out);
    out.push(',');
    write_json_string(symbol, out);
    out.push(',');
    value.write_json(out);
    out.push(']');
}
