//! The texts of flows: matches and actions of literals are parsed as OVN's controller will.

mod literal;

use weft_lang::SourceFile;
use weft_lang::expr::{Expr, ExprKind, Piece};
use weft_lang::program::{Block, Flow, Head, Program};
use weft_ovn_lang::action::{self, Context, Options, Pipeline};
use weft_ovn_lang::error::Error;
use weft_ovn_lang::expr;
use weft_ovn_lang::symbol::SymbolTable;
use weft_syntax::ast::LiteralKind;
use weft_syntax::diagnostic::{Diagnostic, Severity};

use literal::Sample;

/// The code of an error in the text of a match or of actions.
const CODE: &str = "E0501";

/// What the code means, for `weft check --explain`.
pub(crate) fn explain(code: &str) -> Option<&'static str> {
    (code == CODE).then_some(
        "The text of a match or of actions is not what OVN's controller understands. Text before a hole \
         is checked as it stands; a hole whose text only the data tells ends the check.",
    )
}

/// Errors in the literals that are matches and actions of flows.
pub(crate) fn check(program: &Program, files: &[SourceFile]) -> Vec<Diagnostic> {
    let mut checker = Checker { files, diagnostics: Vec::new() };
    for rule in &program.rules {
        checker.block(&rule.block);
    }
    checker.diagnostics
}

/// What OVN's controller would not understand of a flow's match and actions. Nothing is said of templates
/// (`^name`), which become text with the values of each chassis.
pub(crate) fn flow_error(matches: &str, actions: &str) -> Option<String> {
    if matches.contains('^') || actions.contains('^') {
        return None;
    }
    let (what, text, error) = match (match_error(matches), actions_error(actions)) {
        (Some(error), _) => ("match", matches, error),
        (None, Some(error)) => ("actions", actions, error),
        (None, None) => return None,
    };
    Some(format!("OVN does not understand the {what} `{text}`: {}", error.message))
}

struct Checker<'a> {
    files: &'a [SourceFile],
    diagnostics: Vec<Diagnostic>,
}

impl Checker<'_> {
    fn block(&mut self, block: &Block) {
        for head in &block.heads {
            match head {
                Head::Flow(flow) => self.flow(flow),
                Head::For(inner) => self.block(inner),
                Head::If { arms, otherwise } => {
                    for (_, inner) in arms {
                        self.block(inner);
                    }
                    if let Some(inner) = otherwise {
                        self.block(inner);
                    }
                }
                Head::Emit { .. } | Head::EmitMember { .. } | Head::Warn { .. } => {}
            }
        }
    }

    fn flow(&mut self, flow: &Flow) {
        self.text(&flow.matches);
        self.text(&flow.actions);
    }

    /// A literal, or literals that are chosen from.
    fn text(&mut self, text: &Expr) {
        match &text.kind {
            ExprKind::Literal(kind, pieces) => self.literal(text, *kind, pieces),
            ExprKind::If(_, then, otherwise) | ExprKind::IfSome { then, otherwise, .. } => {
                self.text(then);
                self.text(otherwise);
            }
            ExprKind::Case { arms, otherwise, .. } => {
                arms.iter().for_each(|(_, arm)| self.text(arm));
                if let Some(otherwise) = otherwise {
                    self.text(otherwise);
                }
            }
            _ => {}
        }
    }

    fn literal(&mut self, text: &Expr, kind: LiteralKind, pieces: &[Piece]) {
        let Some(file) = self.files.get(text.span.file.0 as usize) else { return };
        let Some(sample) = Sample::new(file, text.span, pieces) else { return };
        let error = match kind {
            LiteralKind::Match => match_error(sample.text()),
            LiteralKind::Actions => actions_error(sample.text()),
            LiteralKind::Plain => None,
        };
        let Some(error) = error.filter(|error| sample.is_certain(&error.span)) else { return };
        let what = if kind == LiteralKind::Match { "match" } else { "actions" };
        self.diagnostics.push(Diagnostic {
            code: CODE,
            severity: Severity::Error,
            span: sample.place(&error.span),
            message: format!("OVN does not understand the {what}: {}", error.message),
            label: "here".to_string(),
            help: error.help,
            related: Vec::new(),
        });
    }
}

fn match_error(text: &str) -> Option<Error> {
    expr::parse(text, SymbolTable::ovn()).err()
}

/// Actions are right if they are in one of the pipelines; which one is the stage's matter.
fn actions_error(text: &str) -> Option<Error> {
    let parse = |pipeline| {
        let context = Context { symbols: SymbolTable::ovn(), options: Options::ovn(), pipeline, table: 0 };
        action::parse(text, &context).err()
    };
    parse(Pipeline::Ingress).and_then(|_| parse(Pipeline::Egress))
}
