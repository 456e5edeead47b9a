//! Trees as OVN prints them (`expr_format`).

use std::fmt::{self, Display, Write};

use super::tree::{Compare, Constant, ConstantSet, Expr, In, Operand, Relation};
use crate::lexer::write_quoted;
use crate::symbol::SymbolTable;

impl Expr {
    /// The text of the match in OVN's form.
    pub fn text(&self, table: &SymbolTable) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut out, table);
        out
    }

    /// Writes the match in OVN's form.
    ///
    /// # Errors
    /// Only those of the writer.
    pub fn write(&self, out: &mut dyn Write, table: &SymbolTable) -> fmt::Result {
        match self {
            Expr::Compare(compare) => compare.write(out, table),
            Expr::In(within) => within.write(out, table),
            Expr::And(parts) => write_parts(out, table, parts, " && "),
            Expr::Or(parts) => write_parts(out, table, parts, " || "),
            Expr::Boolean(value) => out.write_char(if *value { '1' } else { '0' }),
            Expr::Resident { port, negated } => {
                out.write_str(if *negated { "!is_chassis_resident(" } else { "is_chassis_resident(" })?;
                write_quoted(out, port)?;
                out.write_char(')')
            }
        }
    }
}

fn write_parts(out: &mut dyn Write, table: &SymbolTable, parts: &[Expr], between: &str) -> fmt::Result {
    for (n, part) in parts.iter().enumerate() {
        if n > 0 {
            out.write_str(between)?;
        }
        if matches!(part, Expr::And(_) | Expr::Or(_)) {
            out.write_char('(')?;
            part.write(out, table)?;
            out.write_char(')')?;
        } else {
            part.write(out, table)?;
        }
    }
    Ok(())
}

/// `0`, or `0x` and digits.
struct Hex(u128);

impl Display for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 { f.write_str("0") } else { write!(f, "{:#x}", self.0) }
    }
}

/// First and number of the bits of `mask`, if they are consecutive.
pub(super) fn bit_range(mask: u128) -> Option<(u32, u32)> {
    let (first, bits) = (mask.trailing_zeros(), mask.count_ones());
    (bits > 0 && (mask >> first).trailing_ones() == bits).then_some((first, bits))
}

impl Compare {
    fn write(&self, out: &mut dyn Write, table: &SymbolTable) -> fmt::Result {
        let symbol = table.get(self.symbol);
        let (value, mask) = match &self.operand {
            Operand::Port(port) => {
                write!(out, "{} {} ", symbol.name, self.relation.text())?;
                return write_quoted(out, port);
            }
            Operand::Bits { value, mask } => (*value, *mask),
        };
        let range = bit_range(mask);
        let equality = matches!(self.relation, Relation::Equal | Relation::NotEqual);
        if let (Some((bit, 1)), true) = (range, equality) {
            if (value == 0) == (self.relation == Relation::Equal) {
                out.write_char('!')?;
            }
            out.write_str(&symbol.name)?;
            return if symbol.width > 1 { write!(out, "[{bit}]") } else { Ok(()) };
        }
        out.write_str(&symbol.name)?;
        match range {
            Some((first, 1)) if symbol.width > 1 => write!(out, "[{first}]")?,
            Some((first, bits)) if bits < symbol.width => write!(out, "[{first}..{}]", first + bits - 1)?,
            _ => {}
        }
        write!(out, " {} ", self.relation.text())?;
        match range {
            Some((first, _)) => write!(out, "{}", Hex(value >> first)),
            None => write!(out, "{}/{}", Hex(value), Hex(mask)),
        }
    }
}

impl In {
    fn write(&self, out: &mut dyn Write, table: &SymbolTable) -> fmt::Result {
        self.field.write(out, table)?;
        write!(out, " {} {}", if self.equal { "==" } else { "!=" }, self.constants)
    }
}

impl Display for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Constant::Number(number) => number.fmt(f),
            Constant::Text(text) => write_quoted(f, text),
            Constant::AddressSet(name) => write!(f, "${name}"),
            Constant::PortGroup(name) => write!(f, "@{name}"),
        }
    }
}

impl Display for ConstantSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let braces = self.braces || self.values.len() != 1;
        f.write_str(if braces { "{" } else { "" })?;
        for (n, value) in self.values.iter().enumerate() {
            write!(f, "{}{value}", if n > 0 { ", " } else { "" })?;
        }
        f.write_str(if braces { "}" } else { "" })
    }
}
