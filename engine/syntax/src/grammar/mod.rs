//! The grammar, as functions over [`Parser`](crate::parser::Parser): one for each construct.

mod aggregate;
mod clause;
mod expr;
mod head;
mod item;
mod output;
mod step;
mod text;
mod ty;

pub(crate) use item::file;

use crate::{
    kind::SyntaxKind::{self, *},
    parser::Parser,
};

/// A name, as a node; the node is empty when there is none.
fn name(p: &mut Parser<'_>, what: &str) -> bool {
    let marker = p.start();
    let there = p.at(Ident) && !p.at_item_boundary();
    if there {
        p.bump();
    } else {
        p.error_missing(what);
    }
    p.finish(marker, Name);
    there
}

/// `database.Table`
fn table(p: &mut Parser<'_>) {
    name(p, "the name of a database");
    p.expect(Dot);
    name(p, "the name of a table");
}

/// Names with commas between.
fn names(p: &mut Parser<'_>, what: &str) {
    name(p, what);
    while p.eat(Comma) {
        name(p, what);
    }
}

/// What stands between brackets, with commas between; one comma more at the end is accepted. The cursor
/// is behind the opening bracket.
fn comma_list(p: &mut Parser<'_>, close: SyntaxKind, mut element: impl FnMut(&mut Parser<'_>)) {
    let opened = p.last_span();
    p.with_records(true, |p| {
        while !p.at(close) && !p.at_block_end() {
            let before = p.position();
            element(p);
            if p.at(close) || p.eat(Comma) {
                continue;
            }
            p.error_missing(&format!("`,` or {}", close.describe()));
            p.recover(|p| p.at(Comma) || p.at(close));
            if !p.eat(Comma) || p.position() == before {
                break;
            }
        }
    });
    p.expect_close(close, opened);
}
