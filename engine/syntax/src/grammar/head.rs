//! Blocks of rules: clauses and heads.

use super::{
    clause::{at_binding, at_clause_word, clause, clauses, more_clauses},
    comma_list,
    expr::{condition, expr, expr_before_block, field_value, index_key, skip_mistaken_record, tag_key},
    name, table,
};
use crate::{
    kind::SyntaxKind::*,
    parser::{Marker, Parser},
};

const HEAD_WORDS: &[&str] = &["flow", "emit", "warn", "if", "for"];
const FLOW_WORDS: &[&str] = &["match", "actions", "meter", "desc", "port", "tag"];

/// `{ clauses and heads }`
pub(super) fn block(p: &mut Parser<'_>) {
    let marker = p.start();
    if !p.expect(BraceOpen) {
        p.recover(|p| p.at(BraceOpen));
        if !p.eat(BraceOpen) {
            p.finish(marker, Block);
            return;
        }
    }
    skip_mistaken_record(p);
    let opened = p.last_span();
    p.with_records(true, |p| {
        while !p.at_block_end() {
            let before = p.position();
            part(p);
            if p.position() == before {
                p.skip_group();
            }
        }
    });
    p.expect_close(BraceClose, opened);
    p.finish(marker, Block);
}

/// A clause, with what a comma joins to it, or a head.
fn part(p: &mut Parser<'_>) {
    if at_clause_word(p, 0) {
        clause(p);
        while p.at(Comma) && (at_clause_word(p, 1) || at_binding(p, 1)) {
            p.bump();
            clause(p);
        }
    } else if p.at_any_word(HEAD_WORDS) {
        head(p);
    } else if p.at(Semicolon) {
        let help = "leave it out: clauses and heads end where the next begins";
        p.error("E0105", "`;` is not used here".to_owned(), "unexpected".to_owned(), Some(help));
        p.bump();
    } else {
        let found = p.found();
        p.error(
            "E0109",
            format!("expected a clause or a head, found {found}"),
            "expected `from`, `where`, `let`, `flow`, `emit`, `warn`, `if` or `for`".to_owned(),
            None,
        );
        let before = p.position();
        p.recover(|_| false);
        if p.position() == before && !p.at_block_end() {
            skip(p);
        }
    }
}

/// Moves over something that cannot be read on from.
fn skip(p: &mut Parser<'_>) {
    let marker = p.start();
    p.skip_group();
    p.recover(|_| false);
    p.finish(marker, Error);
}

fn head(p: &mut Parser<'_>) {
    if !p.enter() {
        return;
    }
    let marker = p.start();
    match p.nth_text(0) {
        "flow" => flow(p, marker),
        "emit" => emit(p, marker),
        "warn" => {
            p.bump();
            expr(p);
            p.finish(marker, WarnHead);
        }
        "if" => conditional(p, marker),
        _ => {
            p.bump();
            p.with_records(false, clauses);
            block(p);
            p.finish(marker, ForHead);
        }
    }
    p.leave();
}

fn conditional(p: &mut Parser<'_>, marker: Marker) {
    p.bump();
    condition(p);
    block(p);
    while p.eat_word("else") {
        if p.eat_word("if") {
            condition(p);
            block(p);
        } else {
            block(p);
            break;
        }
    }
    p.finish(marker, IfHead);
}

fn flow(p: &mut Parser<'_>, marker: Marker) {
    p.bump();
    flow_header(p);
    if !p.at(BraceOpen) {
        p.error_missing("`{`");
        p.recover(|p| p.at(BraceOpen));
    }
    if p.eat(BraceOpen) {
        let opened = p.last_span();
        p.with_records(true, |p| {
            while !p.at_block_end() {
                let before = p.position();
                flow_field(p);
                if p.position() == before {
                    break;
                }
            }
        });
        p.expect_close(BraceClose, opened);
    }
    p.finish(marker, FlowHead);
}

/// `STAGE[priority] for … hint …`
fn flow_header(p: &mut Parser<'_>) {
    stage(p);
    if p.expect(BracketOpen) {
        let opened = p.last_span();
        p.with_records(true, expr);
        if !p.at(BracketClose) {
            p.expect_close(BracketClose, opened);
            p.recover(|p| p.at(BracketClose) || p.at(BraceOpen));
        }
        p.eat(BracketClose);
    }
    if p.expect_word("for") {
        datapaths(p);
    }
    if p.at_word("hint") {
        let hint = p.start();
        p.bump();
        expr_before_block(p);
        p.finish(hint, FlowHint);
    }
}

fn stage(p: &mut Parser<'_>) {
    let marker = p.start();
    if p.at(ParenOpen) {
        p.bump();
        let opened = p.last_span();
        p.with_records(true, expr);
        p.expect_close(ParenClose, opened);
        p.finish(marker, ParenExpr);
    } else if p.at(Ident) {
        p.bump();
        p.finish(marker, NameExpr);
    } else {
        p.error_missing("a stage: its name, or an expression in parentheses");
        p.finish(marker, MissingExpr);
    }
}

fn datapaths(p: &mut Parser<'_>) {
    let marker = p.start();
    if p.at_word("all") && p.nth(1) == Ident {
        p.bump();
        p.with_records(false, |p| {
            clauses(p);
            more_clauses(p);
        });
        p.finish(marker, DatapathAll);
    } else {
        expr_before_block(p);
        p.finish(marker, DatapathOne);
    }
}

fn flow_field(p: &mut Parser<'_>) {
    if p.at_any_word(FLOW_WORDS) {
        let marker = p.start();
        let is_tag = p.at_word("tag");
        p.bump();
        if is_tag {
            tag_key(p);
            p.expect(Equal);
        }
        expr(p);
        p.eat(Comma);
        p.finish(marker, FlowField);
        return;
    }
    if p.at(TextStart) && p.nth_text(0).len() > 1 {
        let help = "`match\"…\"` is a literal of type Match; the part of a flow has a space before its text";
        p.error(
            "E0110",
            "a space is missing before `\"`".to_owned(),
            "expected `match \"…\"`".to_owned(),
            Some(help),
        );
    } else {
        p.error_expected("`match`, `actions`, `meter`, `desc`, `port` or `tag`");
    }
    let before = p.position();
    p.recover(|p| p.at_line_start() && p.at_any_word(FLOW_WORDS));
    if p.position() == before && !p.at_block_end() && p.at_any_word(HEAD_WORDS) {
        skip(p);
    }
}

fn emit(p: &mut Parser<'_>, marker: Marker) {
    p.bump();
    table(p);
    if p.eat(BracketOpen) {
        comma_list(p, BracketClose, index_key);
    }
    if p.expect(BraceOpen) {
        comma_list(p, BraceClose, emit_field);
    }
    p.finish(marker, EmitHead);
}

/// `column: e` or `column += e`
fn emit_field(p: &mut Parser<'_>) {
    if p.at(Ident) && p.nth(1) == Colon {
        field_value(p);
        return;
    }
    let marker = p.start();
    name(p, "a column");
    if !p.eat(PlusEqual) {
        p.error_missing("`:` or `+=`");
    }
    expr(p);
    p.finish(marker, EmitField);
}
