//! Rules: blocks of clauses and heads.

use std::collections::HashMap;

use weft_syntax::ast::{self, ItemKind, Name};

use crate::checker::Checker;
use crate::product::Surroundings;
use crate::program::{Block, Condition, Head, Rule};
use crate::report::{Detail, error};
use crate::scope::{Scope, Watch};
use crate::types::Type;

impl<'a> Checker<'a> {
    /// Checks all rules.
    pub(crate) fn check_rules(&mut self, files: &'a [ast::File]) {
        let mut names: HashMap<&str, &Name> = HashMap::new();
        for item in files.iter().flat_map(|file| &file.items) {
            let ItemKind::Rule { name, block } = &item.kind else { continue };
            if let Some(first) = names.insert(&name.text, name) {
                let message = format!("there are two rules `{}`", name.text);
                let problem = error("E0202", name.span, message, "defined again here");
                self.report.push(problem.related(first.span, "first defined here"));
            }
            let body = self.new_body();
            let mut scope = Scope::new(body);
            scope.is_rule = true;
            let mut surroundings = Surroundings::None;
            let block = self.block(&mut scope, &mut surroundings, block);
            let variables = self.take_variables(body);
            self.program.rules.push(Rule { name: name.text.clone(), span: name.span, variables, block });
        }
    }

    fn block(&mut self, scope: &mut Scope<'a>, around: &mut Surroundings, block: &'a ast::Block) -> Block {
        let mark = scope.mark();
        let clauses = self.clauses(scope, &block.clauses);
        let surroundings = *around;
        if self.check_products(scope, &clauses, surroundings) {
            *around = Surroundings::Rows;
        }
        let heads = block.heads.iter().flat_map(|head| self.head(scope, around, head)).collect();
        *around = surroundings;
        self.leave(scope, mark);
        Block { clauses, heads }
    }

    fn head(&mut self, scope: &mut Scope<'a>, around: &mut Surroundings, head: &'a ast::Head) -> Vec<Head> {
        match head {
            ast::Head::Flow(flow) => vec![Head::Flow(Box::new(self.flow(scope, flow)))],
            ast::Head::Emit { database, table, key, fields, span } => {
                self.emit(scope, database, table, key, fields, *span)
            }
            ast::Head::Warn { text, span } => {
                vec![Head::Warn { text: self.check(scope, text, &Type::String), span: *span }]
            }
            ast::Head::If { arms, otherwise, .. } => {
                let arms =
                    arms.iter().map(|(condition, block)| self.arm(scope, around, condition, block)).collect();
                let otherwise = otherwise.as_ref().map(|block| self.block(scope, around, block));
                vec![Head::If { arms, otherwise }]
            }
            ast::Head::For { block, .. } => vec![Head::For(self.block(scope, around, block))],
        }
    }

    fn arm(
        &mut self,
        scope: &mut Scope<'a>,
        around: &mut Surroundings,
        condition: &'a ast::Condition,
        block: &'a ast::Block,
    ) -> (Condition, Block) {
        match condition {
            ast::Condition::Bool(condition) => {
                let condition = self.check(scope, condition, &Type::Bool);
                (Condition::Bool(condition), self.block(scope, around, block))
            }
            ast::Condition::IsSome { value, pattern } => {
                let value = self.infer_option(scope, value);
                let mark = scope.mark();
                let ty = value.ty.without_option().clone();
                let variable = self.bind(scope, pattern, ty, Watch::Yes);
                let block = self.block(scope, around, block);
                self.leave(scope, mark);
                (Condition::IsSome { value, variable }, block)
            }
        }
    }
}
