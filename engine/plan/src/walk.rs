//! Visiting the parts of scalars.

use std::collections::BTreeSet;

use crate::scalar::{Scalar, TextPiece};

impl Scalar {
    /// Calls `visit` for the scalars directly inside this one.
    pub(crate) fn for_each_child<'s>(&'s self, visit: &mut dyn FnMut(&'s Scalar)) {
        match self {
            Scalar::Constant(_) | Scalar::Undefined | Scalar::Column(_) => {}
            Scalar::Bind { value, body, .. } => {
                visit(value);
                visit(body);
            }
            Scalar::Builtin(_, parts)
            | Scalar::Host(_, parts)
            | Scalar::Tuple(parts)
            | Scalar::Set(parts)
            | Scalar::List(parts) => parts.iter().for_each(visit),
            Scalar::Binary(_, a, b)
            | Scalar::Coalesce(a, b)
            | Scalar::MapIndex(a, b)
            | Scalar::ListIndex(a, b) => {
                visit(a);
                visit(b);
            }
            Scalar::Not(a) | Scalar::Negate(a) | Scalar::Try(a) | Scalar::Unwrap(a) | Scalar::Field(a, _) => {
                visit(a);
            }
            Scalar::If(a, b, c) => {
                visit(a);
                visit(b);
                visit(c);
            }
            Scalar::Case(value, arms, otherwise) => {
                visit(value);
                arms.iter().for_each(|(_, result)| visit(result));
                visit(otherwise);
            }
            Scalar::Map(entries) => {
                for (key, value) in entries {
                    visit(key);
                    visit(value);
                }
            }
            Scalar::Text(pieces) => {
                for piece in pieces {
                    if let TextPiece::Hole(hole, _) = piece {
                        visit(hole);
                    }
                }
            }
        }
    }

    /// The same scalar with `change` applied to each scalar directly inside it.
    pub(crate) fn map_children(&self, change: &mut dyn FnMut(&Scalar) -> Scalar) -> Scalar {
        let mut boxed = |inner: &Scalar| Box::new(change(inner));
        match self {
            Scalar::Constant(_) | Scalar::Undefined | Scalar::Column(_) => self.clone(),
            Scalar::Bind { value, slot, body } => {
                Scalar::Bind { value: boxed(value), slot: *slot, body: boxed(body) }
            }
            Scalar::Builtin(builtin, parts) => Scalar::Builtin(*builtin, parts.iter().map(change).collect()),
            Scalar::Host(host, parts) => Scalar::Host(*host, parts.iter().map(change).collect()),
            Scalar::Binary(operator, a, b) => Scalar::Binary(*operator, boxed(a), boxed(b)),
            Scalar::Not(a) => Scalar::Not(boxed(a)),
            Scalar::Negate(a) => Scalar::Negate(boxed(a)),
            Scalar::Coalesce(a, b) => Scalar::Coalesce(boxed(a), boxed(b)),
            Scalar::Try(a) => Scalar::Try(boxed(a)),
            Scalar::Unwrap(a) => Scalar::Unwrap(boxed(a)),
            Scalar::If(a, b, c) => Scalar::If(boxed(a), boxed(b), boxed(c)),
            Scalar::Case(value, arms, otherwise) => Scalar::Case(
                boxed(value),
                arms.iter().map(|(constants, result)| (constants.clone(), *boxed(result))).collect(),
                boxed(otherwise),
            ),
            Scalar::Field(a, position) => Scalar::Field(boxed(a), *position),
            Scalar::MapIndex(a, b) => Scalar::MapIndex(boxed(a), boxed(b)),
            Scalar::ListIndex(a, b) => Scalar::ListIndex(boxed(a), boxed(b)),
            Scalar::Tuple(parts) => Scalar::Tuple(parts.iter().map(change).collect()),
            Scalar::Set(parts) => Scalar::Set(parts.iter().map(change).collect()),
            Scalar::List(parts) => Scalar::List(parts.iter().map(change).collect()),
            Scalar::Map(entries) => {
                Scalar::Map(entries.iter().map(|(key, value)| (change(key), change(value))).collect())
            }
            Scalar::Text(pieces) => {
                Scalar::Text(pieces.iter().map(|piece| map_piece(piece, change)).collect())
            }
        }
    }

    /// The columns that it reads.
    pub(crate) fn columns(&self) -> BTreeSet<u32> {
        let mut columns = BTreeSet::new();
        self.collect_columns(&mut columns);
        columns
    }

    /// Adds the columns that it reads.
    pub(crate) fn collect_columns(&self, columns: &mut BTreeSet<u32>) {
        if let Scalar::Column(column) = self {
            columns.insert(*column);
        }
        self.for_each_child(&mut |child| child.collect_columns(columns));
    }

    /// Whether a host function is called anywhere in it.
    pub(crate) fn calls_host(&self) -> bool {
        let mut calls = matches!(self, Scalar::Host(..));
        self.for_each_child(&mut |child| calls |= child.calls_host());
        calls
    }
}

fn map_piece(piece: &TextPiece, change: &mut dyn FnMut(&Scalar) -> Scalar) -> TextPiece {
    match piece {
        TextPiece::Text(text) => TextPiece::Text(text.clone()),
        TextPiece::Hole(hole, render) => TextPiece::Hole(change(hole), render.clone()),
    }
}
