//! From text to trees.

use std::sync::Arc;

use super::field::{FieldRef, parse_field_at};
use super::operand::{any_or_none, compare_number, compare_port, type_check};
use super::resolution::Resolution;
use super::tree::{Constant, ConstantSet, Expr, In, Relation};
use crate::error::{Error, Result};
use crate::lexer::{Kind, Number, NumberFormat, Stream};
use crate::symbol::{Level, SymbolTable};

/// How deep parentheses may nest.
const MAX_DEPTH: usize = 100;

/// Parses a match; address sets and port groups stay names.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn parse(text: &str, table: &SymbolTable) -> Result<Expr> {
    parse_knowing(text, table, None)
}

/// Parses a match with the members of address sets and port groups in place of their names.
///
/// # Errors
/// The first thing that is wrong with it; that includes a set that is not known, and one with an address
/// that does not fit the field it is compared with.
pub fn parse_resolved(text: &str, table: &SymbolTable, resolution: &dyn Resolution) -> Result<Expr> {
    parse_knowing(text, table, Some(resolution))
}

fn parse_knowing(text: &str, table: &SymbolTable, resolution: Option<&dyn Resolution>) -> Result<Expr> {
    let mut parser = Parser { stream: Stream::new(text), table, resolution, negated: false, depth: 0 };
    let expr = parser.expression()?;
    parser.stream.expect_end()?;
    Ok(expr)
}

/// Parses a constant that fits `field`.
pub(crate) fn parse_constant(
    stream: &mut Stream<'_>,
    table: &SymbolTable,
    field: &FieldRef,
) -> Result<Constant> {
    let span = stream.span();
    let constant = constant(stream, None, None)?;
    if matches!(constant, Constant::AddressSet(_) | Constant::PortGroup(_)) {
        return Err(Error::new(span, "an action assigns one constant, not a set"));
    }
    type_check(field, &constant, table).map_err(|m| Error::new(span, m))?;
    Ok(constant)
}

/// Parses a constant, or constants in braces.
pub(crate) fn parse_constants(
    stream: &mut Stream<'_>,
    resolution: Option<&dyn Resolution>,
) -> Result<ConstantSet> {
    let mut set = ConstantSet::default();
    if !stream.accept(&Kind::LeftBrace) {
        set.values.push(constant(stream, None, resolution)?);
        return Ok(set);
    }
    set.braces = true;
    loop {
        let next = constant(stream, set.values.first(), resolution)?;
        set.values.push(next);
        stream.accept(&Kind::Comma);
        if stream.accept(&Kind::RightBrace) {
            return Ok(set);
        }
    }
}

/// Parses a constant of the kind of `first`, if there is one.
fn constant(
    stream: &mut Stream<'_>,
    first: Option<&Constant>,
    resolution: Option<&dyn Resolution>,
) -> Result<Constant> {
    let constant = match stream.kind() {
        Kind::Template(name) => {
            return Err(stream.wrong(format!("template variable ^{name} has no value here")));
        }
        Kind::Text(text) => Constant::Text(text.as_str().into()),
        Kind::Number(number) => Constant::Number(*number),
        Kind::AddressSet(name) => Constant::AddressSet((*name).into()),
        Kind::PortGroup(name) => Constant::PortGroup((*name).into()),
        _ => return Err(stream.unexpected("a constant")),
    };
    let known = match (&constant, resolution) {
        (Constant::AddressSet(name), Some(known)) => known.address_set(name).is_some(),
        (Constant::PortGroup(name), Some(known)) => known.port_group(name).is_some(),
        _ => true,
    };
    if !known {
        return Err(stream.wrong(format!("there is no {constant} here")));
    }
    if let Some(first) = first.filter(|first| first.is_text() != constant.is_text()) {
        return Err(stream.unexpected(if first.is_text() { "a string" } else { "a number" }));
    }
    stream.advance();
    Ok(constant)
}

fn relation(kind: &Kind<'_>) -> Option<Relation> {
    Some(match kind {
        Kind::Equal => Relation::Equal,
        Kind::NotEqual => Relation::NotEqual,
        Kind::Less => Relation::Less,
        Kind::LessOrEqual => Relation::LessOrEqual,
        Kind::Greater => Relation::Greater,
        Kind::GreaterOrEqual => Relation::GreaterOrEqual,
        _ => return None,
    })
}

struct Parser<'t, 's> {
    stream: Stream<'t>,
    table: &'s SymbolTable,
    /// What sets and groups stand for, if that is to be written out.
    resolution: Option<&'s dyn Resolution>,
    /// Whether an odd number of `!` is around.
    negated: bool,
    depth: usize,
}

impl Parser<'_, '_> {
    /// Operands with `&&` between, or with `||`.
    fn expression(&mut self) -> Result<Expr> {
        let mut expr = self.negation()?;
        let operator = match self.stream.kind() {
            Kind::And => Kind::And,
            Kind::Or => Kind::Or,
            _ => return Ok(expr),
        };
        while self.stream.accept(&operator) {
            let next = self.negation()?;
            expr = if operator == Kind::And { expr.and(next) } else { expr.or(next) };
        }
        match self.stream.kind() {
            Kind::And | Kind::Or => Err(self
                .stream
                .wrong("&& and || stand side by side")
                .with_help("put parentheses around the operands of one of them")),
            _ => Ok(expr),
        }
    }

    fn negation(&mut self) -> Result<Expr> {
        if !self.stream.accept(&Kind::Not) {
            return Ok(self.primary()?.0);
        }
        let start = self.stream.span().start;
        self.negated = !self.negated;
        let (expr, atomic) = self.primary()?;
        self.negated = !self.negated;
        if atomic {
            return Ok(expr.negated());
        }
        let span = self.stream.span_since(start);
        Err(self.stream.wrong_at(span, "a comparison behind ! needs parentheses"))
    }

    /// An operand, and whether `!` may stand before it.
    fn primary(&mut self) -> Result<(Expr, bool)> {
        match self.stream.kind() {
            Kind::LeftParenthesis => {
                if self.depth >= MAX_DEPTH {
                    let message = format!("parentheses nest deeper than {MAX_DEPTH}");
                    return Err(self.stream.wrong(message));
                }
                self.stream.advance();
                self.depth += 1;
                let expr = self.expression()?;
                self.depth -= 1;
                self.stream.expect(&Kind::RightParenthesis)?;
                Ok((expr, true))
            }
            Kind::Template(name) => {
                let message = format!("template variable ^{name} has no value here");
                Err(self.stream.wrong(message))
            }
            Kind::Id(_) if *self.stream.next_kind() == Kind::LeftParenthesis => self.function(),
            Kind::Id(_) => self.field_first(),
            _ => self.constant_first(),
        }
    }

    fn function(&mut self) -> Result<(Expr, bool)> {
        if !self.stream.accept_id("is_chassis_resident") {
            let error = self.stream.wrong("there is no such function");
            return Err(error.with_help("is_chassis_resident(\"port\") is the only one"));
        }
        self.stream.advance();
        let Kind::Text(port) = self.stream.kind() else {
            return Err(self.stream.unexpected("the name of a port in quotes"));
        };
        let port = Arc::from(port.as_str());
        self.stream.advance();
        self.stream.expect(&Kind::RightParenthesis)?;
        Ok((Expr::Resident { port, negated: false }, true))
    }

    /// `field`, or `field relation constants`.
    fn field_first(&mut self) -> Result<(Expr, bool)> {
        let start = self.stream.span().start;
        let field = parse_field_at(&mut self.stream, self.table)?;
        if let Some(relation) = relation(self.stream.kind()) {
            self.stream.advance();
            let constants = parse_constants(&mut self.stream, self.resolution)?;
            return Ok((self.compare(start, &field, relation, &constants)?, false));
        }
        if field.bits == 0 || *self.stream.kind() == Kind::Assign {
            return Err(self.stream.unexpected("a relational operator"));
        }
        if field.bits > 1 && !self.negated {
            let text = field.text(self.table);
            let span = self.stream.span_since(start);
            let message = format!("{text} has {} bits: it is neither true nor false", field.bits);
            return Err(self.stream.wrong_at(span, message).with_help(format!("write {text} != 0")));
        }
        let zero = Constant::Number(Number::new(0, NumberFormat::Hexadecimal));
        let zero = ConstantSet { values: vec![zero], braces: false };
        Ok((self.compare(start, &field, Relation::NotEqual, &zero)?, true))
    }

    /// `0`, `1`, `constants relation field`, or `constant < field < constant`.
    fn constant_first(&mut self) -> Result<(Expr, bool)> {
        let start = self.stream.span().start;
        let first = parse_constants(&mut self.stream, self.resolution)?;
        let Some(before) = relation(self.stream.kind()) else {
            if let ([Constant::Number(number)], false) = (first.values.as_slice(), first.braces)
                && let Some(truth @ (0 | 1)) = number.small()
            {
                return Ok((Expr::Boolean(truth == 1), true));
            }
            return Err(self.stream.unexpected("a relational operator"));
        };
        self.stream.advance();
        let field = parse_field_at(&mut self.stream, self.table)?;
        let Some(behind) = relation(self.stream.kind()) else {
            return Ok((self.compare(start, &field, before.turned(), &first)?, false));
        };
        self.stream.advance();
        let second = parse_constants(&mut self.stream, self.resolution)?;
        let up = |r| matches!(r, Relation::Less | Relation::LessOrEqual);
        let down = |r| matches!(r, Relation::Greater | Relation::GreaterOrEqual);
        if !(up(before) && up(behind) || down(before) && down(behind)) {
            let span = self.stream.span_since(start);
            let error = self.stream.wrong_at(span, "the two relations of a range have different directions");
            return Err(error.with_help("write low <= field <= high"));
        }
        let low = self.compare(start, &field, before.turned(), &first)?;
        let high = self.compare(start, &field, behind, &second)?;
        Ok((low.and(high), false))
    }

    fn compare(
        &self,
        start: usize,
        field: &FieldRef,
        relation: Relation,
        constants: &ConstantSet,
    ) -> Result<Expr> {
        let wrong = |message: String| self.stream.wrong_at(self.stream.span_since(start), message);
        for constant in &constants.values {
            type_check(field, constant, self.table).map_err(wrong)?;
        }
        let is_set = |c: &Constant| matches!(c, Constant::AddressSet(_) | Constant::PortGroup(_));
        let equality = matches!(relation, Relation::Equal | Relation::NotEqual);
        if !equality {
            self.check_order(field, constants).map_err(wrong)?;
        }
        if self.table.get(field.symbol).level == Level::Nominal {
            self.check_nominal(field, relation, constants).map_err(wrong)?;
        }
        if constants.values.iter().any(is_set) {
            let equal = relation == Relation::Equal;
            let within = In { field: *field, equal, constants: constants.clone() };
            return match self.resolution {
                Some(resolution) => within.expanded(self.table, resolution).map_err(|e| wrong(e.to_string())),
                None => Ok(Expr::In(within)),
            };
        }
        let compare = |c: &Constant| match c {
            Constant::Number(number) => Some(compare_number(field, relation, number, false)),
            Constant::Text(port) => Some(compare_port(field, relation, port)),
            Constant::AddressSet(_) | Constant::PortGroup(_) => None,
        };
        Ok(any_or_none(constants.values.iter().filter_map(compare).collect(), relation))
    }

    /// An order can be asked only of an ordinal field, with one number that has no mask.
    fn check_order(&self, field: &FieldRef, constants: &ConstantSet) -> std::result::Result<(), String> {
        let only = "can be compared by == and != only";
        if constants.braces {
            return Err(format!("a set of values {only}"));
        }
        let symbol = self.table.get(field.symbol);
        if symbol.level != Level::Ordinal {
            return Err(format!("{}, a {} field, {only}", symbol.name, symbol.level.name()));
        }
        match constants.values.first() {
            Some(Constant::Number(Number { mask: None, .. })) => Ok(()),
            Some(Constant::Number(_)) => Err(format!(
                "a constant with a mask {only}; bits of a field, as in eth.src[0..15], have an order"
            )),
            _ => Err(format!("a set of values {only}")),
        }
    }

    /// A nominal field may only be asked for equality, and a nominal predicate for being true, or else one
    /// flow could not say it.
    fn check_nominal(
        &self,
        field: &FieldRef,
        relation: Relation,
        constants: &ConstantSet,
    ) -> std::result::Result<(), String> {
        let symbol = self.table.get(field.symbol);
        let unequal = (relation == Relation::NotEqual) != self.negated;
        if !symbol.is_predicate() {
            return match unequal {
                true => Err(format!("{}, a nominal field, can be tested for equality only", symbol.name)),
                false => Ok(()),
            };
        }
        let truth = |c: &Constant| matches!(c, Constant::Number(n) if n.value & 1 != 0);
        match constants.values.iter().all(|c| truth(c) != unequal) {
            true => Ok(()),
            false => Err(format!("{} can be tested for being true only, not for being false", symbol.name)),
        }
    }
}
