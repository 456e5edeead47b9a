//! Writing values into text.

use weft_plan::scalar::Render;
use weft_value::text::{push_int, push_quoted, push_uuid};
use weft_value::{Datum, DatumKind};

use weft_lang::builtin::Builtin;
use weft_syntax::ast::BinaryOp;

use super::code::{Code, Piece};
use super::context::Context;

impl Code {
    /// Appends a value that is text, without interning what is built on the way; none, and the text as it
    /// was, when the value is undefined or no text.
    pub(crate) fn write(&self, context: &mut Context<'_>, text: &mut String) -> Option<()> {
        let length = text.len();
        let written = self.write_parts(context, text);
        if written.is_none() {
            text.truncate(length);
        }
        written
    }

    fn write_parts(&self, context: &mut Context<'_>, text: &mut String) -> Option<()> {
        match self {
            Code::Text(pieces) => context.write_pieces(pieces, text),
            Code::If(parts) => match parts.condition.value(context)?.as_bool()? {
                true => parts.then.write(context, text),
                false => parts.otherwise.write(context, text),
            },
            Code::Bind { slot, parts } => {
                let value = parts.value.value(context)?;
                context.bind(*slot, value);
                parts.body.write(context, text)
            }
            Code::Case(case) => {
                let value = case.value.value(context)?;
                case.chosen(value).write(context, text)
            }
            Code::Binary(BinaryOp::Add, pair) => {
                pair.0.write(context, text)?;
                pair.1.write(context, text)
            }
            Code::Builtin(Builtin::Raw, arguments) if arguments.len() == 1 => {
                arguments[0].write(context, text)
            }
            _ => {
                let value = self.value(context)?;
                text.push_str(context.interner.as_str(value)?);
                Some(())
            }
        }
    }
}

impl Context<'_> {
    pub(super) fn write_pieces(&mut self, pieces: &[Piece], text: &mut String) -> Option<()> {
        for piece in pieces {
            match piece {
                Piece::Text(fixed) => text.push_str(fixed),
                // Most holes of flows are text inside text.
                Piece::Hole(hole @ (Code::Text(_) | Code::If(..)), Render::Bare) if hole.is_text() => {
                    hole.write(self, text)?;
                }
                Piece::Hole(hole, render) => {
                    let value = hole.value(self)?;
                    self.render(value, render, text)?;
                }
            }
        }
        Some(())
    }

    /// Appends a value; none when it is not one that `render` can write.
    fn render(&self, value: Datum, render: &Render, text: &mut String) -> Option<()> {
        match render {
            Render::Bare => self.render_bare(value, text)?,
            Render::Quoted => push_quoted(text, self.interner.as_str(value)?),
            Render::Bit => text.push(if value.as_bool()? { '1' } else { '0' }),
            Render::StageNumber => {
                push_int(text, i64::from(self.stages.get(self.interner.as_int(value)?)?.number));
            }
            Render::StageName => text.push_str(&self.stages.get(self.interner.as_int(value)?)?.name),
            Render::Braces(inner) => {
                text.push('{');
                for (position, member) in self.interner.parts(value)?.iter().enumerate() {
                    if position > 0 {
                        text.push_str(", ");
                    }
                    self.render(*member, inner, text)?;
                }
                text.push('}');
            }
            Render::Optional(_) if value.is_none() => {}
            Render::Optional(inner) => self.render(value, inner, text)?,
        }
        Some(())
    }

    fn render_bare(&self, value: Datum, text: &mut String) -> Option<()> {
        match value.kind() {
            DatumKind::String => text.push_str(self.interner.as_str(value)?),
            DatumKind::SmallInt | DatumKind::BigInt => push_int(text, self.interner.as_int(value)?),
            DatumKind::Uuid => push_uuid(text, self.interner.as_uuid(value)?),
            DatumKind::Bool => text.push_str(if value.as_bool()? { "true" } else { "false" }),
            _ => return None,
        }
        Some(())
    }
}

impl Code {
    /// Whether a value, if there is one, is certainly text.
    fn is_text(&self) -> bool {
        match self {
            Code::Text(_) => true,
            Code::If(parts) => parts.then.is_text() && parts.otherwise.is_text(),
            _ => false,
        }
    }
}
