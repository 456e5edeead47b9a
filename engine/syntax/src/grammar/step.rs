//! Steps of tests.

use super::{
    comma_list,
    expr::{complain_about_operator, expr, field_value, operand},
    name, table,
    text::{expect_text, text},
};
use crate::{
    kind::SyntaxKind::{self, *},
    parser::Parser,
};

/// One step.
pub(super) fn step(p: &mut Parser<'_>) {
    let marker = p.start();
    let kind = match p.nth_text(0) {
        "nbctl" => {
            p.bump();
            expect_text(p, "a command in double quotes");
            while p.at(TextStart) {
                text(p);
            }
            NbctlStep
        }
        "insert" => {
            p.bump();
            table(p);
            if p.at(Ident) {
                name(p, "a name");
            }
            row(p);
            InsertStep
        }
        "update" => {
            p.bump();
            table(p);
            filter(p);
            row(p);
            UpdateStep
        }
        "delete" => {
            p.bump();
            table(p);
            filter(p);
            DeleteStep
        }
        "expect" => {
            p.bump();
            expectation(p)
        }
        _ => {
            p.error_expected("`nbctl`, `insert`, `update`, `delete` or `expect`");
            Error
        }
    };
    p.finish(marker, kind);
}

/// `where column == value`
fn filter(p: &mut Parser<'_>) {
    p.expect_word("where");
    name(p, "a column");
    complain_about_operator(p);
    if !p.eat(Equal) {
        p.expect(EqualEqual);
    }
    p.with_records(false, operand);
}

/// `{ column: e, … }`
fn row(p: &mut Parser<'_>) {
    let marker = p.start();
    if p.expect(BraceOpen) {
        comma_list(p, BraceClose, field_value);
    }
    p.finish(marker, ExpectedRow);
}

fn expectation(p: &mut Parser<'_>) -> SyntaxKind {
    if p.eat_word("flows") {
        expect_flows(p);
        ExpectFlowsStep
    } else if p.eat_word("rows") {
        table(p);
        if p.at_word("where") {
            filter(p);
        }
        while p.at(BraceOpen) {
            row(p);
        }
        ExpectRowsStep
    } else if p.eat_word("warnings") {
        if p.expect(BraceOpen) {
            texts(p, |p| expect_text(p, "a warning in double quotes"));
        }
        ExpectWarningsStep
    } else {
        p.error_missing("`flows`, `rows` or `warnings`");
        p.recover(|p| p.at_line_start());
        Error
    }
}

fn expect_flows(p: &mut Parser<'_>) {
    name(p, "the name of a stage");
    if p.eat(BracketOpen) {
        let opened = p.last_span();
        expr(p);
        p.expect_close(BracketClose, opened);
    }
    if p.eat_word("for") {
        let marker = p.start();
        expect_text(p, "the name of a datapath in double quotes");
        p.finish(marker, ExpectFlowsDatapath);
    }
    if p.expect(BraceOpen) {
        texts(p, |p| {
            let marker = p.start();
            expect_text(p, "a match in double quotes");
            p.expect(FatArrow);
            expect_text(p, "actions in double quotes");
            p.finish(marker, ExpectedFlow);
        });
    }
}

/// Elements up to the brace, with commas or nothing between.
fn texts(p: &mut Parser<'_>, mut element: impl FnMut(&mut Parser<'_>)) {
    let opened = p.last_span();
    while !p.at_block_end() {
        let before = p.position();
        element(p);
        p.eat(Comma);
        if p.position() == before {
            p.recover(|p| p.at(TextStart));
            if p.position() == before {
                break;
            }
        }
    }
    p.expect_close(BraceClose, opened);
}
