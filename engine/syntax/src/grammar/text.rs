//! Literals with holes.

use super::expr::expr;
use crate::{
    kind::SyntaxKind::*,
    parser::{Completed, Parser},
};

/// A literal. That one does not end is the lexer's to say.
pub(super) fn text(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    p.bump();
    loop {
        match p.current() {
            TextRun | TextEscape => p.bump(),
            HoleStart => hole(p),
            TextEnd => {
                p.bump();
                break;
            }
            _ => break,
        }
    }
    p.finish(marker, TextExpr)
}

/// A literal, or the message that one belongs here.
pub(super) fn expect_text(p: &mut Parser<'_>, what: &str) {
    if p.at(TextStart) {
        text(p);
    } else {
        p.error_missing(what);
        let marker = p.start();
        p.finish(marker, MissingExpr);
    }
}

fn hole(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    let opened = p.last_span();
    p.with_records(true, expr);
    if !p.at(HoleEnd) {
        p.expect_close(HoleEnd, opened);
        p.recover(|p| p.at(HoleEnd));
        p.eat(HoleEnd);
    } else {
        p.bump();
    }
    p.finish(marker, Hole);
}
