//! References to symbols and their bits.

use std::fmt::{self, Write};

use super::annotate;
use super::tree::Expr;
use crate::error::{Error, Result};
use crate::lexer::{Kind, Stream};
use crate::symbol::{Level, Source, SymbolId, SymbolTable};

/// A symbol, or some of its bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FieldRef {
    /// The symbol.
    pub symbol: SymbolId,
    /// The first bit.
    pub offset: u32,
    /// How many; 0 for a symbol that holds a string.
    pub bits: u32,
}

impl FieldRef {
    /// Writes it as OVN does: `reg0`, `reg0[3]`, `reg0[0..7]`.
    ///
    /// # Errors
    /// Only those of the writer.
    pub fn write(&self, out: &mut dyn Write, table: &SymbolTable) -> fmt::Result {
        let symbol = table.get(self.symbol);
        out.write_str(&symbol.name)?;
        if self.offset == 0 && self.bits == symbol.width {
            return Ok(());
        }
        match self.bits {
            1 => write!(out, "[{}]", self.offset),
            bits => write!(out, "[{}..{}]", self.offset, self.offset + bits - 1),
        }
    }

    pub(crate) fn text(&self, table: &SymbolTable) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut text, table);
        text
    }
}

/// Parses `text`, which must hold a field and nothing else.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn parse_field(text: &str, table: &SymbolTable) -> Result<FieldRef> {
    let mut stream = Stream::new(text);
    let field = parse_field_at(&mut stream, table)?;
    stream.expect_end()?;
    Ok(field)
}

/// Parses a field where `stream` stands.
pub(crate) fn parse_field_at(stream: &mut Stream<'_>, table: &SymbolTable) -> Result<FieldRef> {
    let start = stream.span().start;
    let Kind::Id(name) = stream.kind() else { return Err(stream.unexpected("the name of a field")) };
    let Some(id) = table.find(name) else {
        let error = stream.unexpected("the name of a field");
        return Err(match similar(name, table) {
            Some(similar) => error.with_help(format!("there is one called `{similar}`")),
            None => error,
        });
    };
    stream.advance();
    let symbol = table.get(id);
    if !stream.accept(&Kind::LeftBracket) {
        return Ok(FieldRef { symbol: id, offset: 0, bits: symbol.width });
    }
    if symbol.is_string() {
        return Err(stream.wrong_at(
            stream.span_since(start),
            format!("{} holds the name of a port and has no bits", symbol.name),
        ));
    }
    let low = stream.expect_small()?;
    let high = if stream.accept(&Kind::Range) { stream.expect_small()? } else { low };
    stream.expect(&Kind::RightBracket)?;
    let span = stream.span_since(start);
    if low > high {
        return Err(Error::new(span, format!("bits {low} to {high} are in the wrong order")));
    }
    if high >= symbol.width {
        let message = format!("{} has {} bits, not bits {low} to {high}", symbol.name, symbol.width);
        return Err(Error::new(span, message));
    }
    if symbol.level == Level::Nominal && (low != 0 || high != symbol.width - 1) {
        let message = format!("{} can be compared as a whole only, not bit by bit", symbol.name);
        return Err(Error::new(span, message));
    }
    Ok(FieldRef { symbol: id, offset: low, bits: high - low + 1 })
}

/// A name that differs in one letter, or only before or behind its last dot.
fn similar<'t>(name: &str, table: &'t SymbolTable) -> Option<&'t str> {
    let near = |other: &&str| {
        let other = *other;
        let (long, short) = if name.len() > other.len() { (name, other) } else { (other, name) };
        long.len() - short.len() <= 1
            && long.bytes().zip(short.bytes()).filter(|(a, b)| a != b).count() + (long.len() - short.len())
                <= 1
    };
    let flat = |s: &str| s.replace('_', ".").to_lowercase();
    let names = || table.iter().map(|s| s.name.as_str());
    names().find(|other| flat(other) == flat(name)).or_else(|| names().find(near))
}

/// A field that an action uses, with the prerequisites of its symbol and of those that it is part of; a
/// predicate is an error (`expr_field_parse`).
pub(crate) fn symbol_with_prerequisites(
    stream: &mut Stream<'_>,
    table: &SymbolTable,
    prerequisites: &mut Option<Expr>,
) -> Result<FieldRef> {
    let start = stream.span().start;
    let field = parse_field_at(stream, table)?;
    let span = stream.span_since(start);
    let mut symbol = table.get(field.symbol);
    if symbol.is_predicate() {
        let message = format!("{} is a predicate: it has no place to read or write", symbol.name);
        return Err(stream.wrong_at(span, message));
    }
    let mut id = field.symbol;
    loop {
        if symbol.prerequisite.is_some() {
            let more = annotate::prerequisite(id, table).map_err(|m| stream.wrong_at(span.clone(), m))?;
            *prerequisites = Some(match prerequisites.take() {
                Some(before) => before.and(more),
                None => more,
            });
        }
        let Source::Subfield { parent, .. } = symbol.source else { return Ok(field) };
        id = parent;
        symbol = table.get(id);
    }
}
