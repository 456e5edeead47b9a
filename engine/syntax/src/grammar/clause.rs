//! Clauses: bindings, conditions, names for values.

use super::{expr::expr, name};
use crate::{kind::SyntaxKind::*, parser::Parser};

/// Clauses one after another, with commas or nothing between; the first is a binding.
pub(super) fn clauses(p: &mut Parser<'_>) {
    let marker = p.start();
    if !at_binding(p, 0) {
        p.error_missing("a binding, as `x in …`");
    } else {
        binding(p);
    }
    more_clauses(p);
    p.finish(marker, Clauses);
}

/// The clauses after the first.
pub(super) fn more_clauses(p: &mut Parser<'_>) {
    loop {
        if p.at(Comma) && (at_clause_word(p, 1) || at_binding(p, 1)) {
            p.bump();
        } else if p.at(ParenOpen) || p.at_item_boundary() {
            break;
        }
        if !clause(p) {
            break;
        }
    }
}

/// One clause, if one begins at the cursor.
pub(super) fn clause(p: &mut Parser<'_>) -> bool {
    if p.at_word("where") {
        let marker = p.start();
        p.bump();
        expr(p);
        p.finish(marker, WhereClause);
    } else if p.at_word("let") {
        let marker = p.start();
        p.bump();
        pattern(p);
        p.expect(Equal);
        expr(p);
        otherwise(p);
        p.finish(marker, LetClause);
    } else if p.at_word("from") {
        p.bump();
        if at_binding(p, 0) {
            binding(p);
        } else {
            p.error_missing("a binding, as `x in …`");
        }
    } else if at_binding(p, 0) {
        binding(p);
    } else {
        return false;
    }
    true
}

/// Whether a clause other than a binding begins `ahead` of the cursor.
pub(super) fn at_clause_word(p: &Parser<'_>, ahead: usize) -> bool {
    ["from", "where", "let"].iter().any(|word| p.nth_word(ahead, word))
}

/// Whether a binding begins `ahead` of the cursor.
pub(super) fn at_binding(p: &Parser<'_>, ahead: usize) -> bool {
    if p.nth_word(ahead, "cross") && !p.nth_word(ahead + 1, "in") {
        return matches!(p.nth(ahead + 1), Ident | ParenOpen);
    }
    match p.nth(ahead) {
        Ident => p.nth_word(ahead + 1, "in"),
        ParenOpen => at_tuple_binding(p, ahead),
        _ => false,
    }
}

/// Whether `(a, b) in` stands there.
fn at_tuple_binding(p: &Parser<'_>, ahead: usize) -> bool {
    let mut at = ahead + 1;
    while matches!(p.nth(at), Ident | Comma) {
        at += 1;
    }
    p.nth(at) == ParenClose && p.nth_word(at + 1, "in")
}

fn binding(p: &mut Parser<'_>) {
    let marker = p.start();
    if p.at_word("cross") && !p.nth_word(1, "in") {
        p.bump();
    }
    pattern(p);
    p.expect_word("in");
    expr(p);
    p.finish(marker, FromClause);
}

/// A name, or names in parentheses.
pub(super) fn pattern(p: &mut Parser<'_>) {
    let marker = p.start();
    if p.eat(ParenOpen) {
        super::comma_list(p, ParenClose, |p| {
            name(p, "a name");
        });
    } else {
        name(p, "a name");
    }
    p.finish(marker, Pattern);
}

/// `else skip`, `else warn "…"`, or nothing.
pub(super) fn otherwise(p: &mut Parser<'_>) {
    if !p.at_word("else") {
        return;
    }
    let marker = p.start();
    p.bump();
    let kind = if p.eat_word("skip") {
        OtherwiseSkip
    } else if p.eat_word("warn") {
        expr(p);
        OtherwiseWarn
    } else {
        p.error_missing("`skip` or `warn \"…\"`");
        if p.at(Ident) && !p.at_line_start() {
            p.bump();
        }
        OtherwiseSkip
    };
    p.finish(marker, kind);
}
