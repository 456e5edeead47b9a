//! Expressions, by precedence.

use super::{aggregate, comma_list, name, text::text};
use crate::{
    kind::SyntaxKind::{self, *},
    parser::{Completed, Parser},
};

/// How strongly operators bind, from weak to strong.
const COALESCE: u8 = 1;
const OR: u8 = 2;
const AND: u8 = 3;
const NOT: u8 = 4;
const COMPARE: u8 = 5;
const UNION: u8 = 6;
const INTERSECT: u8 = 7;
const ADD: u8 = 8;
const MULTIPLY: u8 = 9;
const NEGATE: u8 = 10;

/// Words that never begin an expression. A column of such a name is read as `row.where`.
const RESERVED: &[&str] =
    &["and", "or", "in", "is", "else", "where", "let", "from", "for", "flow", "emit", "warn"];

/// An expression.
pub(super) fn expr(p: &mut Parser<'_>) {
    binary(p, COALESCE);
}

/// An expression without comparison or logic on its outside, as stands to the right of `==`.
pub(super) fn operand(p: &mut Parser<'_>) {
    binary(p, UNION);
}

/// An expression before a block: `Name {` is no record there.
pub(super) fn expr_before_block(p: &mut Parser<'_>) {
    if p.at(BraceOpen) {
        missing(p);
    } else {
        p.with_records(false, expr);
    }
}

/// Operators that bind at least as strongly as `least`.
fn binary(p: &mut Parser<'_>, least: u8) {
    if !p.enter() {
        return;
    }
    let depth = p.depth();
    let outer = std::mem::replace(&mut p.deepest, depth);
    let mut left = prefix(p);
    while let Some((level, length)) = operator(p) {
        if level < least {
            break;
        }
        if !wrap(p) {
            break;
        }
        complain_about_operator(p);
        let marker = p.precede(left);
        for _ in 0..length {
            p.bump();
        }
        binary(p, if level == COALESCE { level } else { level + 1 });
        left = p.finish(marker, BinaryExpr);
        if level == COMPARE && operator(p).is_some_and(|(next, _)| next == COMPARE) {
            p.error(
                "E0106",
                "comparisons do not chain".to_owned(),
                "a second comparison".to_owned(),
                Some("join two comparisons with `and`"),
            );
        }
    }
    p.deepest = p.deepest.max(outer);
    p.leave();
}

/// Takes note that what was read last moves one deeper; false, with a message, at the limit.
fn wrap(p: &mut Parser<'_>) -> bool {
    if p.deepen() {
        return true;
    }
    p.error_too_deep();
    p.recover(|p| {
        p.at_line_start() || matches!(p.current(), Comma | ParenClose | BracketClose | TextEnd | FatArrow)
    });
    false
}

/// The operator at the cursor: its level and how many tokens it has.
fn operator(p: &Parser<'_>) -> Option<(u8, u8)> {
    let level = match p.current() {
        QuestionQuestion => COALESCE,
        PipePipe => OR,
        AmpersandAmpersand => AND,
        EqualEqual | NotEqual | Less | LessEqual | Greater | GreaterEqual | Equal => COMPARE,
        Pipe => UNION,
        Ampersand => INTERSECT,
        Plus | Minus => ADD,
        Star | Slash | Percent => MULTIPLY,
        Ident => {
            return match p.nth_text(0) {
                "or" => Some((OR, 1)),
                "and" => Some((AND, 1)),
                "in" => Some((COMPARE, 1)),
                "not" if p.nth_word(1, "in") => Some((COMPARE, 2)),
                _ => None,
            };
        }
        _ => return None,
    };
    Some((level, 1))
}

/// Operators of other languages are read as what they mean there, with an error.
pub(super) fn complain_about_operator(p: &mut Parser<'_>) {
    let (message, word) = match p.current() {
        PipePipe => ("`||` is not an operator", "or"),
        AmpersandAmpersand => ("`&&` is not an operator", "and"),
        Equal => ("`=` does not compare", "=="),
        _ => return,
    };
    p.error("E0105", message.to_owned(), format!("expected `{word}`"), Some(&format!("write `{word}`")));
}

fn prefix(p: &mut Parser<'_>) -> Completed {
    let (kind, level) = match p.current() {
        Minus => (NegateExpr, NEGATE),
        Bang => {
            p.error(
                "E0105",
                "`!` is not an operator".to_owned(),
                "expected `not`".to_owned(),
                Some("write `not`"),
            );
            (NotExpr, NEGATE)
        }
        Ident if p.at_word("not") => (NotExpr, NOT),
        _ => return postfix(p),
    };
    let marker = p.start();
    p.bump();
    binary(p, level);
    p.finish(marker, kind)
}

fn postfix(p: &mut Parser<'_>) -> Completed {
    let mut inner = primary(p);
    loop {
        let kind = match p.current() {
            Dot => FieldExpr,
            BracketOpen => IndexExpr,
            Question => TryExpr,
            _ => return inner,
        };
        if !wrap(p) {
            return inner;
        }
        let marker = p.precede(inner);
        p.bump();
        let kind = match kind {
            FieldExpr => member(p),
            IndexExpr => {
                comma_list(p, BracketClose, index_key);
                IndexExpr
            }
            other => other,
        };
        inner = p.finish(marker, kind);
    }
}

/// What follows a dot: a field, a part of a tuple, or a method.
fn member(p: &mut Parser<'_>) -> SyntaxKind {
    if p.at(Int) {
        let marker = p.start();
        p.bump();
        p.finish(marker, Name);
        return FieldExpr;
    }
    // A dot at the end of a line that is being written does not take the next line's keyword.
    if p.at_line_start() && (p.at_any_word(RESERVED) || p.at_any_word(&["if", "match", "actions"])) {
        p.error_missing("the name of a field or method");
        let marker = p.start();
        p.finish(marker, Name);
        return FieldExpr;
    }
    name(p, "the name of a field or method");
    if p.at(ParenOpen) && p.is_joined(0) {
        arguments(p);
        return MethodExpr;
    }
    FieldExpr
}

fn arguments(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    comma_list(p, ParenClose, expr);
    p.finish(marker, Arguments);
}

/// `e`, or `column: e`.
pub(super) fn index_key(p: &mut Parser<'_>) {
    let marker = p.start();
    if p.at(Ident) && p.nth(1) == Colon {
        name(p, "a column");
        p.bump();
    }
    expr(p);
    p.finish(marker, IndexKey);
}

/// `field: e`
pub(super) fn field_value(p: &mut Parser<'_>) {
    let marker = p.start();
    name(p, "a name");
    p.expect(Colon);
    expr(p);
    p.finish(marker, FieldValue);
}

fn primary(p: &mut Parser<'_>) -> Completed {
    match p.current() {
        TextStart => text(p),
        Ident if !p.at_any_word(RESERVED) && !p.at_item_boundary() => word(p),
        Int => {
            let marker = p.start();
            p.bump();
            p.finish(marker, IntExpr)
        }
        ParenOpen => parenthesised(p),
        BraceOpen => {
            let marker = p.start();
            p.bump();
            comma_list(p, BraceClose, expr);
            p.finish(marker, SetExpr)
        }
        BracketOpen => {
            let marker = p.start();
            p.bump();
            comma_list(p, BracketClose, expr);
            p.finish(marker, ListExpr)
        }
        _ => missing(p),
    }
}

/// An expression that is not there.
fn missing(p: &mut Parser<'_>) -> Completed {
    let found = p.found();
    p.error_at(
        "E0104",
        p.missing_span(),
        format!("expected an expression, found {found}"),
        "expected an expression".to_owned(),
        None,
    );
    let marker = p.start();
    p.finish(marker, MissingExpr)
}

fn parenthesised(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    p.bump();
    let first = p.position();
    let mut count = 0;
    comma_list(p, ParenClose, |p| {
        expr(p);
        count += 1;
    });
    if count == 0 && p.position() == first + 1 {
        p.error_at(
            "E0104",
            p.last_span(),
            "expected an expression, found `)`".to_owned(),
            "expected an expression".to_owned(),
            None,
        );
    }
    p.finish(marker, if count == 1 { ParenExpr } else { TupleExpr })
}

/// What begins with a word.
fn word(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    let text = p.nth_text(0);
    let next = p.nth(1);
    let kind = match text {
        "true" | "false" => {
            p.bump();
            BoolExpr
        }
        "None" => {
            p.bump();
            NoneExpr
        }
        "Some" if next == ParenOpen => {
            p.bump();
            p.bump();
            let opened = p.last_span();
            p.with_records(true, expr);
            p.expect_close(ParenClose, opened);
            SomeExpr
        }
        "if" => conditional(p),
        "case" => case(p),
        "ref" if next == Ident => {
            p.bump();
            super::table(p);
            if p.expect(BracketOpen) {
                comma_list(p, BracketClose, index_key);
            }
            OutputRefExpr
        }
        "exists" if next == ParenOpen => aggregate::exists(p),
        "the" if next == ParenOpen => aggregate::the(p),
        _ if next == BraceOpen && aggregate::WORDS.contains(&text) => aggregate::aggregate(p),
        _ if next == BraceOpen && p.records && text.starts_with(|c: char| c.is_ascii_uppercase()) => {
            name(p, "a record");
            p.bump();
            comma_list(p, BraceClose, field_value);
            RecordExpr
        }
        _ if next == ParenOpen && p.is_joined(1) => {
            name(p, "a function");
            arguments(p);
            CallExpr
        }
        _ => {
            p.bump();
            NameExpr
        }
    };
    p.finish(marker, kind)
}

/// A condition: an expression, or `e is Some(x)`.
pub(super) fn condition(p: &mut Parser<'_>) {
    let marker = p.start();
    expr_before_block(p);
    if p.eat_word("is") {
        p.expect_word("Some");
        if p.expect(ParenOpen) {
            name(p, "a name");
            p.expect(ParenClose);
        }
    }
    p.finish(marker, Condition);
}

fn conditional(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump();
    condition(p);
    branch(p);
    if p.at_word("else") && (p.nth(1) == BraceOpen || p.nth_word(1, "if")) {
        p.bump();
        if p.at(BraceOpen) {
            branch(p);
        } else if p.enter() {
            let marker = p.start();
            let kind = conditional(p);
            p.finish(marker, kind);
            p.leave();
        }
    }
    IfExpr
}

fn branch(p: &mut Parser<'_>) {
    let marker = p.start();
    if p.expect(BraceOpen) {
        skip_mistaken_record(p);
        let opened = p.last_span();
        p.with_records(true, expr);
        if !p.eat(BraceClose) {
            p.expect_close(BraceClose, opened);
            p.recover(|_| false);
            p.eat(BraceClose);
        }
    }
    p.finish(marker, Branch);
}

/// Behind the brace of a block: when `field:` follows, a record was meant. Moves over it, and over the
/// brace of the block after it.
pub(super) fn skip_mistaken_record(p: &mut Parser<'_>) {
    if !p.at(Ident) || p.nth(1) != Colon {
        return;
    }
    p.error_at(
        "E0107",
        p.last_span(),
        "a record cannot stand here without parentheses".to_owned(),
        "this brace begins a block".to_owned(),
        Some("write the record in parentheses: `(Name { field: value })`"),
    );
    p.recover(|_| false);
    if p.at(BraceClose) && p.nth(1) == BraceOpen {
        p.bump();
        p.bump();
    }
}

fn case(p: &mut Parser<'_>) -> SyntaxKind {
    p.bump();
    expr_before_block(p);
    if p.expect(BraceOpen) {
        comma_list(p, BraceClose, case_arm);
    }
    CaseExpr
}

fn case_arm(p: &mut Parser<'_>) {
    let marker = p.start();
    if p.eat_word("else") {
        p.expect(FatArrow);
        expr(p);
        p.finish(marker, CaseElse);
        return;
    }
    let patterns = p.start();
    operand(p);
    while p.eat(Comma) {
        operand(p);
    }
    p.finish(patterns, CasePatterns);
    p.expect(FatArrow);
    expr(p);
    p.finish(marker, CaseArm);
}

/// An expression that an `=` follows.
pub(super) fn tag_key(p: &mut Parser<'_>) {
    binary(p, UNION);
}
