//! Aggregates and `exists`.

use super::{clause::clauses, comma_list, expr::expr};
use crate::{
    kind::SyntaxKind::{self, *},
    parser::Parser,
};

/// The words that begin an aggregate when a brace follows.
pub(super) const WORDS: &[&str] = &["set", "list", "map", "count", "sum", "min", "max", "least", "number"];

/// `exists(x in S where c)`
pub(super) fn exists(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump();
    p.bump();
    let opened = p.last_span();
    p.with_records(true, |p| {
        p.eat_word("for");
        clauses(p);
    });
    finish_list(p, ParenClose, opened);
    ExistsExpr
}

/// `the(e for x in S where c)`
pub(super) fn the(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump();
    p.bump();
    let opened = p.last_span();
    p.with_records(true, |p| {
        expr(p);
        if p.expect_word("for") {
            clauses(p);
        }
    });
    finish_list(p, ParenClose, opened);
    AggregateExpr
}

/// `set { e for x in S where c order by k }` and the others, and `map { k: v, … }`.
pub(super) fn aggregate(p: &mut Parser<'_>) -> SyntaxKind {
    let is_map = p.at_word("map");
    p.bump();
    p.bump();
    let opened = p.last_span();
    p.with_records(true, |p| if is_map { map_contents(p, opened) } else { contents(p, opened) })
}

fn contents(p: &mut Parser<'_>, opened: crate::span::Span) -> SyntaxKind {
    expr(p);
    tail(p);
    finish_list(p, BraceClose, opened);
    AggregateExpr
}

fn map_contents(p: &mut Parser<'_>, opened: crate::span::Span) -> SyntaxKind {
    if p.eat(BraceClose) {
        return MapExpr;
    }
    map_entry(p);
    if p.at_word("for") || p.at_word("order") {
        tail(p);
        finish_list(p, BraceClose, opened);
        return AggregateExpr;
    }
    if p.eat(Comma) {
        comma_list(p, BraceClose, map_entry);
    } else {
        finish_list(p, BraceClose, opened);
    }
    MapExpr
}

/// `for clauses order by k desc, …`, each part if it is there.
fn tail(p: &mut Parser<'_>) {
    if p.eat_word("for") {
        clauses(p);
    }
    if p.eat_word("order") {
        p.expect_word("by");
        order_by(p);
        while p.eat(Comma) {
            order_by(p);
        }
    }
}

fn order_by(p: &mut Parser<'_>) {
    let marker = p.start();
    expr(p);
    p.eat_word("desc");
    p.finish(marker, OrderBy);
}

fn map_entry(p: &mut Parser<'_>) {
    let marker = p.start();
    expr(p);
    p.expect(Colon);
    expr(p);
    p.finish(marker, MapEntry);
}

fn finish_list(p: &mut Parser<'_>, close: SyntaxKind, opened: crate::span::Span) {
    if !p.eat(close) {
        p.expect_close(close, opened);
        p.recover(|p| p.at(close));
        p.eat(close);
    }
}
