//! Prerequisites and predicates written out (`expr_annotate`).

use super::parse::parse;
use super::tree::{Compare, Expr, In, Operand, Relation};
use crate::symbol::{Expansion, Source, SymbolId, SymbolTable};

impl Expr {
    /// Adds the prerequisites of all symbols, and replaces predicates and parts of wider symbols by what they
    /// stand for.
    ///
    /// # Errors
    /// A prerequisite or a predicate of `table` is wrong.
    pub fn annotated(self, table: &SymbolTable) -> Result<Expr, String> {
        Annotator { table, nesting: Vec::new() }.expr(self, true)
    }
}

/// The prerequisite of a symbol that has one, with those of the symbols that it names in turn.
pub(super) fn prerequisite(id: SymbolId, table: &SymbolTable) -> Result<Expr, String> {
    Annotator { table, nesting: Vec::new() }.expansion(id, Expansion::Prerequisite)
}

struct Annotator<'t> {
    table: &'t SymbolTable,
    /// Symbols that are being expanded.
    nesting: Vec<SymbolId>,
}

impl Annotator<'_> {
    fn expr(&mut self, expr: Expr, prerequisites: bool) -> Result<Expr, String> {
        match expr {
            Expr::Compare(compare) => self.compare(compare, prerequisites),
            Expr::In(within) => self.within(within, prerequisites),
            Expr::And(parts) => self.parts(parts, prerequisites, true),
            Expr::Or(parts) => self.parts(parts, prerequisites, false),
            other @ (Expr::Boolean(_) | Expr::Resident { .. }) => Ok(other),
        }
    }

    /// Where all parts are about one symbol, its prerequisite is added once, behind them all.
    fn parts(&mut self, parts: Vec<Expr>, prerequisites: bool, and: bool) -> Result<Expr, String> {
        let whole = if and { Expr::And(parts) } else { Expr::Or(parts) };
        let shared = whole.unique_symbol().filter(|_| prerequisites);
        let (Expr::And(parts) | Expr::Or(parts)) = whole else { return Ok(whole) };
        let mut done = Vec::with_capacity(parts.len());
        for part in parts {
            match (self.expr(part, prerequisites && shared.is_none())?, and) {
                (Expr::And(inner), true) | (Expr::Or(inner), false) => done.extend(inner),
                (other, _) => done.push(other),
            }
        }
        let whole = if and { Expr::And(done) } else { Expr::Or(done) };
        match shared {
            Some(symbol) => self.with_prerequisite(whole, symbol),
            None => Ok(whole),
        }
    }

    fn with_prerequisite(&mut self, expr: Expr, symbol: SymbolId) -> Result<Expr, String> {
        match self.table.get(symbol).prerequisite {
            Some(_) => Ok(expr.and(self.expansion(symbol, Expansion::Prerequisite)?)),
            None => Ok(expr),
        }
    }

    fn compare(&mut self, compare: Compare, prerequisites: bool) -> Result<Expr, String> {
        let id = compare.symbol;
        let expr = match &self.table.get(id).source {
            Source::Subfield { parent, offset } => {
                let operand = match compare.operand {
                    Operand::Bits { value, mask } => {
                        Operand::Bits { value: value << offset, mask: mask << offset }
                    }
                    port => port,
                };
                Expr::Compare(Compare { symbol: *parent, operand, ..compare })
            }
            Source::Predicate(_) => {
                let truth = matches!(compare.operand, Operand::Bits { value, .. } if value & 1 != 0);
                let meaning = self.expansion(id, Expansion::Predicate)?;
                if truth == (compare.relation == Relation::NotEqual) { meaning.negated() } else { meaning }
            }
            Source::Field(_) | Source::Ovn(_) => Expr::Compare(compare),
        };
        if prerequisites { self.with_prerequisite(expr, id) } else { Ok(expr) }
    }

    fn within(&mut self, mut within: In, prerequisites: bool) -> Result<Expr, String> {
        let id = within.field.symbol;
        if let Source::Subfield { parent, offset } = self.table.get(id).source {
            within.field.symbol = parent;
            within.field.offset += offset;
        }
        let expr = Expr::In(within);
        if prerequisites { self.with_prerequisite(expr, id) } else { Ok(expr) }
    }

    /// The prerequisite or the meaning of a symbol; worked out once for each table.
    fn expansion(&mut self, id: SymbolId, which: Expansion) -> Result<Expr, String> {
        let known = self.table.expansion(id, which);
        if let Some(expr) = known.get() {
            return Ok(expr.clone());
        }
        let symbol = self.table.get(id);
        if self.nesting.contains(&id) {
            return Err(format!("symbol {} stands for itself", symbol.name));
        }
        let text = match (&symbol.source, which) {
            (Source::Predicate(text), Expansion::Predicate) => text.as_str(),
            _ => symbol.prerequisite.as_deref().unwrap_or("1"),
        };
        self.nesting.push(id);
        let parsed = parse(text, self.table).map_err(|e| e.to_string());
        let done = parsed.and_then(|expr| self.expr(expr, true));
        self.nesting.pop();
        let expr = done.map_err(|e| format!("symbol {} stands for `{text}`: {e}", symbol.name))?;
        Ok(known.get_or_init(|| expr).clone())
    }
}
