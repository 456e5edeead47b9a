//! The compact text form of a schema.

use std::iter::Peekable;
use std::str::FromStr;
use std::sync::Arc;
use std::vec::IntoIter;

use indexmap::IndexMap;
use uuid::Uuid;

use crate::atom::{Atom, Real};
use crate::atom_set::AtomSet;
use crate::error::SchemaError;
use crate::schema::{ColumnSchema, DatabaseSchema, TableSchema, is_identifier, is_version, validate};
use crate::text_lexer::{Token, tokens};
use crate::types::{AtomicType, BaseType, ColumnType, Reference, ReferenceKind};

/// Reads a schema in the compact text form: one declaration a line, `#` starts a comment.
///
/// ```text
/// database OVN_Northbound 7.18.0 checksum "1537030958 45190"
///
/// table Logical_Switch root                   # also: max_rows 1
///   name          string                      # exactly one
///   tag           optional integer 1..4095    # one or none; either end of a range may be left out
///   fallback      optional string {fail-open, fail-close}
///   label         string length 1..15
///   ports         set strong Logical_Switch_Port
///   dns_records   set weak DNS                # a uuid that refers to a table
///   nb_uuid       set 1..5 uuid               # a set's or map's size; 0.. unless given
///   options       map string string
///   is_connected  boolean ephemeral           # also: immutable
///   index (name)
///   index (name, tag)
/// ```
///
/// Elements of an enumeration that are not plain words are written as JSON strings.
///
/// # Errors
/// A line is malformed (with its number), or a table or column is named that is not declared.
pub fn parse_text(input: &str) -> Result<DatabaseSchema, SchemaError> {
    let mut schema: Option<DatabaseSchema> = None;
    let mut table: Option<TableSchema> = None;
    for (index, text) in input.lines().enumerate() {
        let mut line = Line { number: index + 1, tokens: tokens(index + 1, text)?.into_iter().peekable() };
        if line.tokens.peek().is_none() {
            continue;
        }
        let indented = text.starts_with(char::is_whitespace);
        match (&mut schema, &mut table, indented) {
            (None, _, _) => schema = Some(line.database()?),
            (Some(schema), _, false) => {
                let started = line.table()?;
                if schema.tables.contains_key(&started.name) || is_named(&table, &started.name) {
                    return Err(line.error(format!("table {} is declared twice", started.name)));
                }
                finish(schema, table.replace(started));
            }
            (Some(_), Some(table), true) => line.member(table)?,
            (Some(_), None, true) => return Err(line.error("a column outside a table")),
        }
        line.end()?;
    }
    let mut schema = schema.ok_or_else(|| SchemaError::Text {
        line: 1,
        message: "the schema has no database line".to_owned(),
    })?;
    finish(&mut schema, table);
    schema.complete();
    validate(&schema)?;
    Ok(schema)
}

fn is_named(table: &Option<TableSchema>, name: &str) -> bool {
    table.as_ref().is_some_and(|table| &*table.name == name)
}

fn finish(schema: &mut DatabaseSchema, table: Option<TableSchema>) {
    if let Some(table) = table {
        schema.tables.insert(Arc::clone(&table.name), table);
    }
}

/// The rest of one line.
struct Line {
    number: usize,
    tokens: Peekable<IntoIter<Token>>,
}

impl Line {
    fn error(&self, message: impl Into<String>) -> SchemaError {
        SchemaError::Text { line: self.number, message: message.into() }
    }

    fn end(&mut self) -> Result<(), SchemaError> {
        match self.tokens.next() {
            None => Ok(()),
            Some(token) => Err(self.error(format!("unexpected {} at the end of the line", token.show()))),
        }
    }

    fn word(&mut self, expected: &str) -> Result<String, SchemaError> {
        match self.tokens.next() {
            Some(Token::Word(word)) => Ok(word),
            Some(other) => Err(self.error(format!("expected {expected}, found {}", other.show()))),
            None => Err(self.error(format!("expected {expected} before the end of the line"))),
        }
    }

    fn identifier(&mut self, expected: &str) -> Result<Arc<str>, SchemaError> {
        let word = self.word(expected)?;
        if is_identifier(&word) {
            Ok(word.into())
        } else {
            Err(self.error(format!("expected {expected}, found {word}, which is not an identifier")))
        }
    }

    fn number<T: FromStr>(&mut self, expected: &str) -> Result<T, SchemaError> {
        let word = self.word(expected)?;
        word.parse().map_err(|_| self.error(format!("expected {expected}, found {word}")))
    }

    fn accept(&mut self, token: &Token) -> bool {
        self.tokens.next_if(|next| next == token).is_some()
    }

    fn accept_word(&mut self, word: &str) -> bool {
        self.tokens.next_if(|next| matches!(next, Token::Word(found) if found == word)).is_some()
    }

    fn expect_mark(&mut self, mark: char) -> Result<(), SchemaError> {
        if self.accept(&Token::Mark(mark)) {
            return Ok(());
        }
        let found = self.tokens.peek().map_or_else(|| "the end of the line".to_owned(), Token::show);
        Err(self.error(format!("expected {mark}, found {found}")))
    }

    fn quoted(&mut self, expected: &str) -> Result<Arc<str>, SchemaError> {
        match self.tokens.next() {
            Some(Token::Quoted(text)) => Ok(text.into()),
            Some(other) => Err(self.error(format!("expected {expected}, found {}", other.show()))),
            None => Err(self.error(format!("expected {expected} before the end of the line"))),
        }
    }

    /// `database NAME x.y.z [checksum "…"]`
    fn database(&mut self) -> Result<DatabaseSchema, SchemaError> {
        if !self.accept_word("database") {
            return Err(self.error("expected the line: database NAME VERSION"));
        }
        let name = self.identifier("the database's name")?;
        let version = self.word("the version")?;
        if !is_version(&version) {
            return Err(self.error(format!("the version {version} is not of the form x.y.z")));
        }
        let checksum = if self.accept_word("checksum") { Some(self.quoted("the checksum")?) } else { None };
        Ok(DatabaseSchema { name, version: version.into(), checksum, tables: IndexMap::new() })
    }

    /// `table NAME [root] [max_rows N]`
    fn table(&mut self) -> Result<TableSchema, SchemaError> {
        if !self.accept_word("table") {
            return Err(self.error("expected a line that starts with: table"));
        }
        let name = self.identifier("the table's name")?;
        let is_root = self.accept_word("root");
        let max_rows =
            if self.accept_word("max_rows") { Some(self.number("a number of rows")?) } else { None };
        Ok(TableSchema {
            name,
            is_root,
            mutable: true,
            max_rows,
            columns: IndexMap::new(),
            indexes: Vec::new(),
        })
    }

    /// A column, or `index (COLUMN, …)`.
    fn member(&mut self, table: &mut TableSchema) -> Result<(), SchemaError> {
        let name = self.identifier("a column's name")?;
        // A column may be called "index" too, but no type starts with a parenthesis.
        if &*name == "index" && self.accept(&Token::Mark('(')) {
            let columns = self.list(')', |line| line.identifier("a column's name"))?;
            table.indexes.push(columns);
            return Ok(());
        }
        if table.columns.contains_key(&name) {
            return Err(self.error(format!("column {name} is declared twice")));
        }
        let column_type = self.column_type()?;
        let ephemeral = self.accept_word("ephemeral");
        let mutable = !self.accept_word("immutable");
        let owner = Arc::clone(&table.name);
        let column = ColumnSchema { name: Arc::clone(&name), table: owner, column_type, ephemeral, mutable };
        table.columns.insert(name, column);
        Ok(())
    }

    /// Elements between commas up to a closing mark, at least one.
    fn list<T>(
        &mut self,
        close: char,
        element: impl Fn(&mut Self) -> Result<T, SchemaError>,
    ) -> Result<Vec<T>, SchemaError> {
        let mut elements = vec![element(self)?];
        while self.accept(&Token::Mark(',')) {
            elements.push(element(self)?);
        }
        self.expect_mark(close)?;
        Ok(elements)
    }

    fn column_type(&mut self) -> Result<ColumnType, SchemaError> {
        if self.accept_word("optional") {
            return Ok(ColumnType { key: self.base_type()?, value: None, min: 0, max: Some(1) });
        }
        let is_map = self.accept_word("map");
        if !is_map && !self.accept_word("set") {
            return Ok(ColumnType::scalar(self.base_type()?));
        }
        let (min, max) = self.range("a size")?;
        let key = self.base_type()?;
        let value = if is_map { Some(self.base_type()?) } else { None };
        Ok(ColumnType { key, value, min: min.unwrap_or(0), max })
    }

    fn base_type(&mut self) -> Result<BaseType, SchemaError> {
        let word = self.word("a type")?;
        let kind = match word.as_str() {
            "strong" => Some(ReferenceKind::Strong),
            "weak" => Some(ReferenceKind::Weak),
            _ => None,
        };
        if let Some(kind) = kind {
            let table = self.identifier("the table referred to")?;
            let mut base = BaseType::unconstrained(AtomicType::Uuid);
            base.reference = Some(Reference { table, kind });
            return Ok(base);
        }
        let Some(atomic) = AtomicType::from_name(&word) else {
            return Err(self.error(format!("no such type: {word}")));
        };
        let mut base = BaseType::unconstrained(atomic);
        match atomic {
            AtomicType::Integer => (base.integer_min, base.integer_max) = self.range("an integer")?,
            AtomicType::Real => {
                let (min, max) = self.range("a real")?;
                (base.real_min, base.real_max) = (min.and_then(Real::new), max.and_then(Real::new));
            }
            AtomicType::String if self.accept_word("length") => {
                let (min, max) = self.range::<u64>("a length")?;
                (base.length_min, base.length_max) = (min.filter(|&least| least > 0), max);
            }
            AtomicType::Boolean | AtomicType::String | AtomicType::Uuid => {}
        }
        if self.accept(&Token::Mark('{')) {
            let atoms = self.list('}', |line| line.enumerated(atomic))?;
            base.enumeration = Some(AtomSet::from_iter(atoms));
        }
        Ok(base)
    }

    /// `A..B`, `A..`, `..B` or nothing.
    fn range<T: FromStr>(&mut self, expected: &str) -> Result<(Option<T>, Option<T>), SchemaError> {
        let least = match self.tokens.peek() {
            Some(Token::Word(word)) if starts_number(word) => Some(self.number(expected)?),
            _ => None,
        };
        if !self.accept(&Token::Range) {
            return match least {
                None => Ok((None, None)),
                Some(_) => Err(self.error("expected .. after the lower end of a range")),
            };
        }
        let greatest = match self.tokens.peek() {
            Some(Token::Word(word)) if starts_number(word) => Some(self.number(expected)?),
            _ => None,
        };
        Ok((least, greatest))
    }

    fn enumerated(&mut self, atomic: AtomicType) -> Result<Atom, SchemaError> {
        let text = match self.tokens.next() {
            Some(Token::Word(text) | Token::Quoted(text)) => text,
            _ => return Err(self.error("expected an element of the enumeration")),
        };
        let atom = match atomic {
            AtomicType::String => Some(Atom::string(text.as_str())),
            AtomicType::Integer => text.parse().ok().map(Atom::Integer),
            AtomicType::Boolean => text.parse().ok().map(Atom::Boolean),
            AtomicType::Real => text.parse().ok().and_then(Real::new).map(Atom::Real),
            AtomicType::Uuid => Uuid::try_parse(&text).ok().map(Atom::Uuid),
        };
        atom.ok_or_else(|| self.error(format!("{text} is not {atomic}")))
    }
}

fn starts_number(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_digit() || first == '-')
}
