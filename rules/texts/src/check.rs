//! The check of all flows of a program.

use std::rc::Rc;

use weft_lang::SourceFile;
use weft_lang::expr::{Expr, ExprKind};
use weft_lang::program::{Block, Flow, Head, Program};
use weft_ovn_lang::action::{self, Context, Options, Pipeline};
use weft_ovn_lang::error::Error;
use weft_ovn_lang::expr;
use weft_ovn_lang::symbol::SymbolTable;
use weft_syntax::diagnostic::{Diagnostic, Severity};

use crate::follow::{In, Scope};
use crate::search::{Problem, problems};
use crate::write::Writer;

/// The code of an error in the text of a match or of actions.
const CODE: &str = "E0501";

/// What the code means, for `weft check --explain`.
pub fn explain(code: &str) -> Option<&'static str> {
    (code == CODE).then_some(
        "The text of a match or of actions is not what OVN's controller understands. Holes are filled with \
         examples of their types, and each branch of `if` and `case` is tried; what stands in variables, \
         functions and attributes is looked up. Text that only data hold may be anything.",
    )
}

/// Errors in the matches and actions of flows, one of each place.
pub fn check(program: &Program, files: &[SourceFile]) -> Vec<Diagnostic> {
    let mut checker = Checker { program, files, diagnostics: Vec::new() };
    for rule in &program.rules {
        checker.block(&Scope::of_rule(rule), &rule.block);
    }
    checker.diagnostics
}

/// What OVN's controller would not understand of a flow's match and actions. Nothing is said of templates
/// (`^name`), which become text with the values of each chassis.
pub fn flow_error(matches: &str, actions: &str) -> Option<String> {
    if matches.contains('^') || actions.contains('^') {
        return None;
    }
    let (what, text, error) =
        match (match_error(matches), actions_error(actions, &[Pipeline::Ingress, Pipeline::Egress])) {
            (Some(error), _) => ("match", matches, error),
            (None, Some(error)) => ("actions", actions, error),
            (None, None) => return None,
        };
    Some(format!("OVN does not understand the {what} `{text}`: {}", error.message))
}

struct Checker<'p> {
    program: &'p Program,
    files: &'p [SourceFile],
    diagnostics: Vec<Diagnostic>,
}

impl<'p> Checker<'p> {
    fn block(&mut self, scope: &Rc<Scope<'p>>, block: &'p Block) {
        for head in &block.heads {
            match head {
                Head::Flow(flow) => self.flow(scope, flow),
                Head::For(inner) => self.block(scope, inner),
                Head::If { arms, otherwise } => {
                    let blocks = arms.iter().map(|(_, inner)| inner).chain(otherwise);
                    blocks.for_each(|inner| self.block(scope, inner));
                }
                Head::Emit { .. } | Head::EmitMember { .. } | Head::Warn { .. } => {}
            }
        }
    }

    fn flow(&mut self, scope: &Rc<Scope<'p>>, flow: &'p Flow) {
        let pipelines = self.pipelines(&flow.stage);
        self.text(scope, flow, &flow.matches, "match", match_error);
        self.text(scope, flow, &flow.actions, "actions", |text| actions_error(text, pipelines));
    }

    /// The pipelines that the actions of a stage must be right in: one of them at least.
    fn pipelines(&self, stage: &Expr) -> &'static [Pipeline] {
        let ExprKind::Stage(stage) = stage.kind else { return &[Pipeline::Ingress, Pipeline::Egress] };
        match self.program.stages[stage.index()].direction.as_str() {
            "egress" => &[Pipeline::Egress],
            _ => &[Pipeline::Ingress],
        }
    }

    fn text(
        &mut self,
        scope: &Rc<Scope<'p>>,
        flow: &'p Flow,
        text: &'p Expr,
        what: &str,
        parse: impl Fn(&str) -> Option<Error>,
    ) {
        let mut writer = Writer::new(self.program, self.files, what == "match");
        let template = writer.text(&In { expr: text, scope: scope.clone() });
        for Problem { error, place } in problems(&template, parse) {
            let message = format!("OVN does not understand the {what}: {}", error.message);
            if self.diagnostics.iter().any(|old| old.span == place && old.message == message) {
                continue;
            }
            let is_in_flow =
                place.file == flow.span.file && flow.span.start <= place.start && place.end <= flow.span.end;
            let related = if is_in_flow { Vec::new() } else { vec![(flow.span, "in this flow".to_string())] };
            self.diagnostics.push(Diagnostic {
                code: CODE,
                severity: Severity::Error,
                span: place,
                message,
                label: "here".to_string(),
                help: error.help,
                related,
            });
        }
    }
}

fn match_error(text: &str) -> Option<Error> {
    expr::parse(text, SymbolTable::ovn()).err()
}

/// Actions are right if they are in one of the pipelines.
fn actions_error(text: &str, pipelines: &[Pipeline]) -> Option<Error> {
    let mut found = None;
    for &pipeline in pipelines {
        let context = Context { symbols: SymbolTable::ovn(), options: Options::ovn(), pipeline, table: 0 };
        found = Some(action::parse(text, &context).err()?);
    }
    found
}
