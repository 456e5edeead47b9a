//! Text with holes.

use std::sync::Arc;

use weft_lang::expr::Piece;
use weft_lang::types::Type;
use weft_syntax::ast::LiteralKind;
use weft_value::Value;

use crate::scalar::{Render, Scalar, TextPiece};

use super::expr::Mode;
use super::scope::Lifter;

impl Lifter<'_, '_> {
    /// The scalar of a literal. Holes that are texts themselves become part of it.
    pub(crate) fn literal(&mut self, kind: LiteralKind, pieces: &[Piece], mode: Mode) -> Scalar {
        let mut text = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Text(fixed) => push_fixed(&mut text, fixed),
                Piece::Hole(hole) => {
                    let render = self.render(kind, &hole.ty);
                    match (self.lift(hole, mode), render) {
                        (Scalar::Constant(Value::String(fixed)), Render::Bare) => {
                            push_fixed(&mut text, &fixed);
                        }
                        (Scalar::Text(inner), Render::Bare) => {
                            inner.into_iter().for_each(|piece| match piece {
                                TextPiece::Text(fixed) => push_fixed(&mut text, &fixed),
                                hole => text.push(hole),
                            });
                        }
                        (value, render) => text.push(TextPiece::Hole(value, render)),
                    }
                }
            }
        }
        match text.as_slice() {
            [] => Scalar::Constant(Value::String(Arc::from(""))),
            [TextPiece::Text(fixed)] => Scalar::Constant(Value::String(Arc::from(fixed.as_str()))),
            _ => Scalar::Text(text),
        }
    }

    fn render(&self, kind: LiteralKind, ty: &Type) -> Render {
        let is_plain = kind == LiteralKind::Plain;
        match ty {
            Type::Option(inner) => Render::Optional(Box::new(self.render(kind, inner))),
            Type::Set(inner) | Type::List(inner) => Render::Braces(Box::new(self.render(kind, inner))),
            Type::Extern(id) => {
                let representation = &self.planner.program.extern_types[id.index()].representation;
                self.render(LiteralKind::Plain, representation)
            }
            Type::String if !is_plain => Render::Quoted,
            Type::Bool if !is_plain => Render::Bit,
            Type::Stage if is_plain => Render::StageName,
            Type::Stage => Render::StageNumber,
            _ => Render::Bare,
        }
    }
}

fn push_fixed(text: &mut Vec<TextPiece>, fixed: &str) {
    match text.last_mut() {
        Some(TextPiece::Text(before)) => before.push_str(fixed),
        _ if fixed.is_empty() => {}
        _ => text.push(TextPiece::Text(fixed.to_owned())),
    }
}
