//! Calls of functions, and of those of the language.

use weft_syntax::ast::{self, Name};
use weft_syntax::span::Span;

use super::failed;
use super::method::count_of_arguments;
use crate::builtin::Builtin;
use crate::checker::Checker;
use crate::expr::{Expr, ExprKind};
use crate::names::Global;
use crate::report::{Detail, did_you_mean, error};
use crate::scope::Scope;
use crate::types::Type;

const BUILTINS: [&str; 5] = ["raw", "quote", "min", "max", "hash"];

impl<'a> Checker<'a> {
    pub(super) fn infer_call(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        name: &'a Name,
        arguments: &'a [ast::Expr],
        hint: &Type,
    ) -> Expr {
        match self.names.get(&name.text) {
            Some(Global::Function(id)) => {
                let types = self.functions[id.index()].parameter_types.clone();
                let result = self.functions[id.index()].result.clone();
                let Some(values) = self.arguments(scope, name, arguments, &types) else {
                    return failed(span);
                };
                return Expr { span, ty: result, kind: ExprKind::Call(id, values) };
            }
            Some(Global::Host(id)) => {
                let host = &self.program.host_functions[id.index()];
                let (types, result) = (host.parameters.clone(), host.result.clone());
                let Some(values) = self.arguments(scope, name, arguments, &types) else {
                    return failed(span);
                };
                return Expr { span, ty: result, kind: ExprKind::Host(id, values) };
            }
            _ => {}
        }
        if let Some(call) = self.builtin_call(scope, span, name, arguments, hint) {
            return call;
        }
        for argument in arguments {
            self.infer(scope, argument, &Type::Unknown);
        }
        if let Some(global) = self.names.get(&name.text) {
            let message = format!("`{}` is {}, not a function", name.text, global.describe());
            self.report.push(error("E0208", name.span, message, "not a function"));
        } else {
            let functions =
                self.names.candidates(|global| matches!(global, Global::Function(_) | Global::Host(_)));
            let help = did_you_mean(&name.text, functions.chain(BUILTINS));
            let message = format!("there is no function `{}`", name.text);
            self.report.push(error("E0206", name.span, message, "unknown function").help(help));
        }
        failed(span)
    }

    fn arguments(
        &mut self,
        scope: &mut Scope<'a>,
        name: &Name,
        arguments: &'a [ast::Expr],
        types: &[Type],
    ) -> Option<Vec<Expr>> {
        if arguments.len() != types.len() {
            let message = format!("`{}` takes {}", name.text, count_of_arguments(types.len()));
            self.report.push(error("E0302", name.span, message, format!("{} given", arguments.len())));
            return None;
        }
        Some(arguments.iter().zip(types).map(|(argument, ty)| self.check(scope, argument, ty)).collect())
    }

    fn builtin_call(
        &mut self,
        scope: &mut Scope<'a>,
        span: Span,
        name: &'a Name,
        arguments: &'a [ast::Expr],
        hint: &Type,
    ) -> Option<Expr> {
        let (builtin, types, ty) = match name.text.as_str() {
            "raw" => {
                let ty = if *hint.without_option() == Type::Actions { Type::Actions } else { Type::Match };
                (Builtin::Raw, vec![Type::String], ty)
            }
            "quote" => (Builtin::Quote, vec![Type::String], Type::String),
            "min" => (Builtin::Min, vec![Type::Int, Type::Int], Type::Int),
            "max" => (Builtin::Max, vec![Type::Int, Type::Int], Type::Int),
            "hash" => (Builtin::Hash, vec![Type::Unknown], Type::Int),
            _ => return None,
        };
        let Some(values) = self.arguments(scope, name, arguments, &types) else { return Some(failed(span)) };
        if builtin == Builtin::Hash {
            values.iter().for_each(|value| self.require_comparable(value, "hashed"));
        }
        Some(Expr { span, ty, kind: ExprKind::Builtin(builtin, values) })
    }
}
