//! The text that an expression is, with choices where rules or data decide.

use weft_lang::SourceFile;
use weft_lang::builtin::Builtin;
use weft_lang::expr::{Expr, ExprKind, Piece};
use weft_lang::program::Program;
use weft_lang::types::Type;
use weft_syntax::ast::{AggregateKind, BinaryOp, LiteralKind};
use weft_syntax::span::Span;

use crate::example::{Examples, anything, in_text};
use crate::follow::{In, values};
use crate::source::Source;
use crate::template::{Choice, ChoiceKind, Part, Template};

/// More lists than these are not told apart.
const MOST_LISTS: usize = 64;

/// Writes one match, or the actions of one flow.
pub(crate) struct Writer<'p> {
    program: &'p Program,
    files: &'p [SourceFile],
    is_match: bool,
    choices: usize,
}

/// How text is written: as a string, or as a match or actions where strings have quotes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Plain,
    Language,
}

impl<'p> Writer<'p> {
    pub(crate) fn new(program: &'p Program, files: &'p [SourceFile], is_match: bool) -> Writer<'p> {
        Writer { program, files, is_match, choices: 0 }
    }

    /// A match or actions.
    pub(crate) fn text(&mut self, text: &In<'p>) -> Template {
        self.written(text, Form::Language, text.expr.span)
    }

    /// What has no place of its own is at `place`: the hole where it is written.
    fn written(&mut self, text: &In<'p>, form: Form, place: Span) -> Template {
        let values = values(self.program, text);
        let branches = values.iter().map(|value| self.value(value, form, place)).collect();
        // Rules cannot compare a match or actions, so that each may stand wherever another may; strings they can.
        let kind = if form == Form::Plain { ChoiceKind::Example } else { ChoiceKind::Branch };
        self.one_of(kind, branches)
    }

    fn one_of(&mut self, kind: ChoiceKind, mut branches: Vec<Template>) -> Template {
        match (branches.len(), kind) {
            (0, _) => Vec::new(),
            (1, ChoiceKind::Branch | ChoiceKind::Example) => branches.remove(0),
            _ => {
                self.choices += 1;
                vec![Part::Choice(Choice { id: self.choices, kind, branches })]
            }
        }
    }

    fn value(&mut self, value: &In<'p>, form: Form, place: Span) -> Template {
        let In { expr, scope } = value;
        let inner = |expr: &'p Expr| In { expr, scope: scope.clone() };
        match &expr.kind {
            ExprKind::Literal(kind, pieces) if form == Form::Plain || *kind != LiteralKind::Plain => {
                let form = if *kind == LiteralKind::Plain { Form::Plain } else { Form::Language };
                self.literal(value, pieces, form).unwrap_or_else(|| self.anything(place))
            }
            // The data tell which of them it is, and rules often know that it is the first.
            ExprKind::Coalesce(first, second) => {
                let branches = [first, second].map(|side| self.written(&inner(side), form, place));
                self.one_of(ChoiceKind::Example, branches.into())
            }
            ExprKind::Register(register) => vec![fixed(register, place)],
            ExprKind::Int(number) => vec![fixed(&number.to_string(), place)],
            ExprKind::Stage(stage) => {
                let stage = &self.program.stages[stage.index()];
                vec![fixed(
                    &if form == Form::Plain { stage.name.clone() } else { stage.number.to_string() },
                    place,
                )]
            }
            ExprKind::Builtin(Builtin::Raw, parts) => match parts.as_slice() {
                [text] => self.written(&inner(text), Form::Plain, place),
                _ => self.anything(place),
            },
            ExprKind::Builtin(Builtin::Join, parts) if form == Form::Plain => match parts.as_slice() {
                [list, separator] => self.joined(&inner(list), &inner(separator), place),
                _ => self.anything(place),
            },
            ExprKind::Builtin(Builtin::ExternText, parts) if form == Form::Plain && parts.len() == 1 => {
                self.example(&parts[0].ty, place)
            }
            ExprKind::Builtin(Builtin::IntText, _) if form == Form::Plain => self.example(&Type::Int, place),
            ExprKind::Binary(BinaryOp::Add, a, b) if form == Form::Plain && expr.ty == Type::String => {
                let mut text = self.written(&inner(a), form, place);
                text.extend(self.written(&inner(b), form, place));
                text
            }
            _ if form == Form::Plain && *expr.ty.without_option() == Type::String => self.anything(place),
            _ => self.example(&expr.ty, place),
        }
    }

    /// None if the pieces cannot be found in the file.
    fn literal(&mut self, literal: &In<'p>, pieces: &'p [Piece], form: Form) -> Option<Template> {
        let span = literal.expr.span;
        let mut source = Source::of_literal(self.files, span)?;
        let mut template = Template::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => {
                    let mut places = Vec::with_capacity(text.len());
                    for c in text.chars() {
                        let place = source.character()?;
                        let place = Span { start: place.start, end: place.end, ..span };
                        places.extend((0..c.len_utf8()).map(|_| place));
                    }
                    template.push(Part::Text(text.clone(), places));
                }
                Piece::Hole(hole) => {
                    let place = source.hole()?;
                    let place = Span { start: place.start, end: place.end, ..span };
                    let text = In { expr: hole, scope: literal.scope.clone() };
                    let mut text = self.written(&text, form, place);
                    if matches!(hole.ty, Type::Option(_)) {
                        text = self.one_of(ChoiceKind::Example, vec![text, Template::new()]);
                    }
                    template.extend(text);
                }
            }
        }
        Some(template)
    }

    /// `list.join(separator)`.
    fn joined(&mut self, list: &In<'p>, separator: &In<'p>, place: Span) -> Template {
        let Some(lists) = self.lists(list) else { return self.anything(place) };
        let branches = lists.into_iter().map(|members| {
            let mut text = Template::new();
            for (position, member) in members.iter().enumerate() {
                if position > 0 {
                    text.extend(self.written(separator, Form::Plain, place));
                }
                text.extend(self.written(member, Form::Plain, place));
            }
            text
        });
        let branches = branches.collect();
        self.one_of(ChoiceKind::Example, branches)
    }

    /// The members of the lists that a list may be: those that rules write, and one, two or none that data give. None
    /// if only data tell, or if there are too many.
    fn lists(&self, list: &In<'p>) -> Option<Vec<Vec<In<'p>>>> {
        let mut lists = Vec::new();
        for In { expr, scope } in values(self.program, list) {
            let inner = |expr: &'p Expr| In { expr, scope: scope.clone() };
            match &expr.kind {
                ExprKind::List(members) => lists.push(members.iter().map(inner).collect()),
                ExprKind::Aggregate(aggregate)
                    if matches!(aggregate.kind, AggregateKind::List | AggregateKind::Set) =>
                {
                    lists.extend([1, 2, 0].map(|size| vec![inner(&aggregate.value); size]));
                }
                ExprKind::Binary(BinaryOp::Add, first, second) => {
                    let (first, second) = (self.lists(&inner(first))?, self.lists(&inner(second))?);
                    lists.extend(
                        first.iter().flat_map(|a| second.iter().map(|b| [a.clone(), b.clone()].concat())),
                    );
                }
                _ => return None,
            }
        }
        (lists.len() <= MOST_LISTS).then_some(lists)
    }

    fn example(&mut self, ty: &Type, place: Span) -> Template {
        match in_text(self.program, ty) {
            Examples::These(texts) => {
                let branches = texts.iter().map(|text| vec![fixed(text, place)]).collect();
                self.one_of(ChoiceKind::Example, branches)
            }
            Examples::Anything => self.anything(place),
        }
    }

    fn anything(&mut self, place: Span) -> Template {
        let texts = anything(self.is_match);
        let branches = texts.iter().map(|text| vec![fixed(text, place)]).collect();
        self.one_of(ChoiceKind::Anything, branches)
    }
}

fn fixed(text: &str, place: Span) -> Part {
    Part::Text(text.to_string(), vec![place; text.len()])
}
