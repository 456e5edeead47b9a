//! Types.

use super::comma_list;
use crate::{kind::SyntaxKind::*, parser::Parser};

/// A type.
pub(super) fn ty(p: &mut Parser<'_>) {
    if !p.enter() {
        return;
    }
    let marker = p.start();
    let kind = match p.current() {
        ParenOpen => {
            p.bump();
            comma_list(p, ParenClose, ty);
            TupleType
        }
        Ident if !p.at_item_boundary() => {
            p.bump();
            if p.eat(Dot) {
                p.expect(Ident);
                RowType
            } else if p.eat(Less) {
                comma_list(p, Greater, ty);
                GenericType
            } else {
                NamedType
            }
        }
        _ => {
            p.error_missing("a type");
            MissingType
        }
    };
    p.finish(marker, kind);
    p.leave();
}
