//! Whether flows name registers of their own kind of datapath.

use std::collections::{BTreeSet, HashMap};

use weft_syntax::span::Span;

use crate::checker::Checker;
use crate::expr::{Clause, Expr, ExprKind, Pattern};
use crate::program::{Block, Datapaths, Flow, FunctionId, Head, Rule, VarId};
use crate::report::{Detail, error};
use crate::types::Type;

/// The registers that a value is made of, by position, with the place where each is named.
type Named = BTreeSet<(usize, Span)>;

/// What is known while the blocks of a rule are gone through.
struct Walk<'c> {
    rule: &'c Rule,
    functions: &'c [Named],
    /// The registers that variables of `let`s are made of.
    variables: HashMap<VarId, Named>,
    /// Flows that name a register of another kind: the register, where, the flow and its kind.
    wrong: Vec<(usize, Span, Span, String)>,
}

impl Checker<'_> {
    /// Reports registers of one kind of datapath in flows of another. A scope that is the kind of a
    /// pipeline holds in its flows alone; any other scope says only which registers must not overlap.
    pub(crate) fn check_register_use(&mut self) {
        let functions = self.registers_of_functions();
        let mut wrong = Vec::new();
        for rule in &self.program.rules {
            let mut walk = Walk { rule, functions: &functions, variables: HashMap::new(), wrong: Vec::new() };
            self.registers_in_block(&mut walk, &rule.block);
            wrong.append(&mut walk.wrong);
        }
        wrong.sort();
        wrong.dedup_by_key(|(register, span, ..)| (*register, *span));
        for (register, span, flow, kind) in wrong {
            let register = &self.registers[register];
            let scopes: Vec<&str> = register.scopes.iter().map(|scope| scope.text.as_str()).collect();
            let message = format!(
                "the register `{}` is one of `{}`, not of `{kind}`",
                register.name.text,
                scopes.join("`, `")
            );
            let problem = error("E0412", span, message, "not kept in these flows");
            let problem = problem.related(register.name.span, "declared here");
            self.report.push(problem.related(flow, format!("named in this flow of `{kind}`")));
        }
    }

    /// The registers that each function names, itself or by those it calls.
    fn registers_of_functions(&self) -> Vec<Named> {
        // A function stands after those it calls.
        let mut functions: Vec<Named> = Vec::new();
        for function in &self.program.functions {
            let named = self.registers_in(&functions, &HashMap::new(), &function.body);
            functions.push(named);
        }
        functions
    }

    fn registers_in(&self, functions: &[Named], variables: &HashMap<VarId, Named>, expr: &Expr) -> Named {
        let mut named = Named::new();
        expr.walk(&mut |part| match &part.kind {
            ExprKind::Register(_) => {
                named.extend(self.register_names.get(&part.span).map(|register| (*register, part.span)));
            }
            ExprKind::Variable(variable) => named.extend(variables.get(variable).into_iter().flatten()),
            ExprKind::Call(FunctionId(function), _) => {
                named.extend(functions.get(*function as usize).into_iter().flatten());
            }
            _ => {}
        });
        named
    }

    fn registers_in_block(&self, walk: &mut Walk<'_>, block: &Block) {
        for clause in &block.clauses {
            if let Clause::Let { pattern, value, .. } = clause {
                let named = self.registers_in(walk.functions, &walk.variables, value);
                let variables = match pattern {
                    Pattern::Variable(variable) => vec![*variable],
                    Pattern::Tuple(parts) => parts.iter().flatten().copied().collect(),
                };
                walk.variables.extend(variables.into_iter().map(|variable| (variable, named.clone())));
            }
        }
        for head in &block.heads {
            match head {
                Head::Flow(flow) => self.registers_in_flow(walk, flow),
                Head::For(block) => self.registers_in_block(walk, block),
                Head::If { arms, otherwise } => {
                    let blocks = arms.iter().map(|(_, block)| block).chain(otherwise);
                    blocks.for_each(|block| self.registers_in_block(walk, block));
                }
                Head::Emit { .. } | Head::EmitMember { .. } | Head::Warn { .. } => {}
            }
        }
    }

    fn registers_in_flow(&self, walk: &mut Walk<'_>, flow: &Flow) {
        let datapath = match &flow.datapaths {
            Datapaths::One(datapath) => &datapath.ty,
            Datapaths::All { member, .. } => &walk.rule.variables[member.index()].ty,
        };
        let Type::Entity(entity) = datapath else { return };
        let Some(stage) = self.program.stages.iter().find(|stage| stage.datapaths == *entity) else { return };
        let is_kind = |name: &str| self.program.stages.iter().any(|stage| stage.kind == name);
        for text in [&flow.matches, &flow.actions] {
            for (register, span) in self.registers_in(walk.functions, &walk.variables, text) {
                let scopes = self.registers[register].scopes;
                let holds = scopes.iter().any(|scope| scope.text == stage.kind || !is_kind(&scope.text));
                if !holds && !scopes.is_empty() {
                    walk.wrong.push((register, span, flow.span, stage.kind.clone()));
                }
            }
        }
    }
}
