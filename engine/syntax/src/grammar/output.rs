//! The `output` item.

use super::{comma_list, expr::expr, name, names, table};
use crate::{kind::SyntaxKind::*, parser::Parser};

/// What stands after the word `output`.
pub(super) fn output(p: &mut Parser<'_>) {
    table(p);
    super::item::parts(p, |p| {
        let marker = p.start();
        let kind = match p.nth_text(0) {
            "key" => {
                p.bump();
                names(p, "a column");
                OutputKey
            }
            "write" => {
                p.bump();
                names(p, "a column");
                OutputWrite
            }
            "init" => {
                p.bump();
                init_column(p);
                while p.eat(Comma) {
                    init_column(p);
                }
                OutputInit
            }
            "keep" => {
                p.bump();
                keep_column(p);
                while p.eat(Comma) {
                    keep_column(p);
                }
                OutputKeep
            }
            "owns" => {
                p.bump();
                p.expect_word("where");
                expr(p);
                OutputOwns
            }
            _ => {
                p.error_expected("`key`, `write`, `init`, `keep` or `owns`");
                Error
            }
        };
        p.finish(marker, kind);
    });
}

fn init_column(p: &mut Parser<'_>) {
    let marker = p.start();
    name(p, "a column");
    p.expect(Equal);
    expr(p);
    p.finish(marker, OutputInitColumn);
}

fn keep_column(p: &mut Parser<'_>) {
    let marker = p.start();
    name(p, "a column");
    if p.eat(BracketOpen) {
        comma_list(p, BracketClose, expr);
    }
    p.finish(marker, OutputKeepColumn);
}
