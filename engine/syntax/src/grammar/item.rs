//! Items.

use super::{
    clause::{clauses, otherwise},
    comma_list,
    expr::expr,
    head::block,
    name, names,
    output::output,
    step::step,
    text::expect_text,
    ty::ty,
};
use crate::{
    kind::SyntaxKind::{self, *},
    lexer::ITEM_WORDS,
    parser::Parser,
};

/// All of a file.
pub(crate) fn file(p: &mut Parser<'_>) {
    while !p.at(EndOfFile) {
        if p.at_any_word(ITEM_WORDS) {
            item(p);
        } else {
            no_item(p);
        }
    }
}

fn no_item(p: &mut Parser<'_>) {
    let found = p.found();
    p.error(
        "E0111",
        format!("expected an item, found {found}"),
        "expected `rule`, `entity`, `fn`, `const`, `test`, …".to_owned(),
        None,
    );
    let marker = p.start();
    p.skip_group();
    while !(p.at(EndOfFile) || p.at_line_start() && p.at_any_word(ITEM_WORDS)) {
        p.skip_group();
    }
    p.finish(marker, Error);
}

fn item(p: &mut Parser<'_>) {
    let marker = p.start();
    let word = p.nth_text(0);
    p.bump();
    let kind = match word {
        "database" => database(p),
        "output" => {
            output(p);
            OutputItem
        }
        "const" => {
            name(p, "the name of a constant");
            p.expect(Equal);
            expr(p);
            ConstItem
        }
        "register" => register(p),
        "pipeline" => pipeline(p),
        "record" => {
            name(p, "the name of a record");
            if p.expect(BraceOpen) {
                comma_list(p, BraceClose, typed_name);
            }
            RecordItem
        }
        "extern" => external(p),
        "fn" => {
            signature(p);
            p.expect(Equal);
            expr(p);
            FunctionItem
        }
        "entity" => entity(p),
        "alloc" => alloc(p),
        "components" => components(p),
        "rule" => {
            name(p, "the name of a rule");
            block(p);
            RuleItem
        }
        _ => {
            expect_text(p, "the name of a test, in double quotes");
            parts(p, step);
            TestItem
        }
    };
    p.finish(marker, kind);
}

/// `{ part part … }`. A part has to move the cursor, or says what it expected.
pub(super) fn parts(p: &mut Parser<'_>, mut part: impl FnMut(&mut Parser<'_>)) {
    if !p.expect(BraceOpen) {
        p.recover(|p| p.at(BraceOpen));
        if !p.eat(BraceOpen) {
            return;
        }
    }
    let opened = p.last_span();
    p.with_records(true, |p| {
        while !p.at_block_end() {
            let before = p.position();
            part(p);
            if p.position() == before && !p.at_block_end() {
                let marker = p.start();
                p.skip_group();
                while !p.at_block_end() && !p.at_line_start() {
                    p.skip_group();
                }
                p.finish(marker, Error);
            }
        }
    });
    p.expect_close(BraceClose, opened);
}

fn database(p: &mut Parser<'_>) -> SyntaxKind {
    name(p, "the name of a database");
    p.expect_word("from");
    expect_text(p, "a file in double quotes");
    DatabaseItem
}

fn register(p: &mut Parser<'_>) -> SyntaxKind {
    name(p, "the name of a register");
    p.expect(Equal);
    let place = p.start();
    p.expect(Ident);
    while p.eat(Dot) {
        p.expect(Ident);
    }
    if p.eat(BracketOpen) {
        p.expect(Int);
        if p.eat(DotDot) {
            p.expect(Int);
        }
        p.expect(BracketClose);
    }
    p.finish(place, RegisterPlace);
    if p.expect_word("in") {
        names(p, "the name of a kind of pipelines");
    }
    RegisterItem
}

fn pipeline(p: &mut Parser<'_>) -> SyntaxKind {
    name(p, "`switch.ingress` or the like");
    p.expect(Dot);
    name(p, "`ingress` or `egress`");
    p.expect_word("over");
    name(p, "an entity");
    parts(p, |p| {
        if p.eat_word("stage") {
            name(p, "the name of a stage");
        } else {
            p.error_expected("`stage`");
        }
    });
    PipelineItem
}

fn typed_name(p: &mut Parser<'_>) {
    let marker = p.start();
    name(p, "a name");
    p.expect(Colon);
    ty(p);
    p.finish(marker, TypedName);
}

/// `name(a: Type, …) -> Type`
fn signature(p: &mut Parser<'_>) {
    name(p, "the name of a function");
    if p.expect(ParenOpen) {
        comma_list(p, ParenClose, typed_name);
    }
    p.expect(Arrow);
    ty(p);
}

fn external(p: &mut Parser<'_>) -> SyntaxKind {
    if p.eat_word("type") {
        name(p, "the name of a type");
        p.expect(Equal);
        ty(p);
        return ExternTypeItem;
    }
    p.expect_word("fn");
    signature(p);
    ExternFnItem
}

fn entity(p: &mut Parser<'_>) -> SyntaxKind {
    name(p, "the name of an entity");
    p.expect_word("from");
    p.with_records(false, clauses);
    if p.at_word("group") {
        group_by(p);
    }
    parts(p, attribute);
    EntityItem
}

fn group_by(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    p.expect_word("by");
    if p.expect(ParenOpen) {
        comma_list(p, ParenClose, expr);
    }
    p.expect_word("as");
    if p.expect(ParenOpen) {
        comma_list(p, ParenClose, |p| {
            name(p, "a name");
        });
    }
    p.finish(marker, GroupBy);
}

fn attribute(p: &mut Parser<'_>) {
    if !p.at(Ident) {
        p.error_expected("an attribute, as `name = …`");
        return;
    }
    let marker = p.start();
    name(p, "the name of an attribute");
    if p.eat(Colon) {
        ty(p);
    }
    p.expect(Equal);
    if p.at_word("inverse") && p.nth(1) == Ident {
        let inverse = p.start();
        p.bump();
        name(p, "an entity");
        p.expect(Dot);
        name(p, "an attribute");
        p.finish(inverse, Inverse);
    } else {
        expr(p);
    }
    otherwise(p);
    p.finish(marker, Attribute);
}

fn alloc(p: &mut Parser<'_>) -> SyntaxKind {
    name(p, "the name of the ids");
    p.expect_word("for");
    p.with_records(false, clauses);
    parts(p, |p| {
        let marker = p.start();
        let word = p.nth_text(0);
        let kind = match word {
            "scope" => AllocScope,
            "range" => AllocRange,
            "request" => AllocRequest,
            "keep" => AllocKeep,
            "clash" => AllocClash,
            _ => {
                p.error_expected("`scope`, `range`, `request`, `keep` or `clash`");
                p.finish(marker, Error);
                return;
            }
        };
        p.bump();
        if kind == AllocClash {
            p.expect_word("warn");
        }
        expr(p);
        if kind == AllocRange {
            p.expect(DotDot);
            expr(p);
        }
        p.finish(marker, kind);
    });
    AllocItem
}

fn components(p: &mut Parser<'_>) -> SyntaxKind {
    name(p, "the name of the components");
    p.expect_word("for");
    p.with_records(false, clauses);
    parts(p, |p| {
        if p.at_word("edge") {
            let marker = p.start();
            p.bump();
            expr(p);
            p.expect(Comma);
            expr(p);
            p.finish(marker, ComponentsEdge);
        } else {
            p.error_expected("`edge`");
        }
    });
    ComponentsItem
}
