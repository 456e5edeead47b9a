//! Allocations of ids and connected components.

use weft_syntax::ast::{self, Clause as AstClause};
use weft_syntax::span::Span;

use crate::checker::Checker;
use crate::product::Surroundings;
use crate::program::{Alloc, AllocId, Components, ComponentsId};
use crate::report::error;
use crate::scope::Scope;
use crate::types::Type;
use crate::unify::join;

impl<'a> Checker<'a> {
    /// The type of an allocation's holders.
    pub(crate) fn alloc_type(&mut self, alloc: AllocId, needed_at: Span) -> Type {
        if let Some(ty) = &self.allocs[alloc.index()].ty {
            return ty.clone();
        }
        // An unknown type while it is looked for keeps a cycle from running on; the order of definitions
        // reports it.
        self.allocs[alloc.index()].ty = Some(Type::Unknown);
        let ast = self.allocs[alloc.index()].ast;
        let ty = match ast.clauses.first() {
            Some(AstClause::From { source, .. }) => self.source_type(source),
            _ => {
                self.report.push(error("E0409", needed_at, "an allocation needs `for x in …`", "no holder"));
                Type::Unknown
            }
        };
        self.allocs[alloc.index()].ty = Some(ty.clone());
        ty
    }

    /// The type of the members of the first source, which no variable precedes.
    fn source_type(&mut self, source: &'a ast::Expr) -> Type {
        self.report.silence();
        let body = self.new_body();
        let source = self.infer_source(&mut Scope::new(body), source);
        self.report.resume();
        match source.ty {
            Type::Set(element) | Type::List(element) => *element,
            Type::Map(key, _) => *key,
            _ => Type::Unknown,
        }
    }

    /// Checks all allocations.
    pub(crate) fn check_allocs(&mut self) {
        for position in 0..self.allocs.len() {
            let (ast, body) = (self.allocs[position].ast, self.allocs[position].body);
            self.alloc_type(AllocId(position as u32), ast.name.span);
            let mut scope = Scope::new(body);
            let clauses = self.silent_clauses(&mut scope, &ast.clauses);
            self.check_products(&scope, &clauses, Surroundings::None);
            let holder = self.source_variables(&scope, &ast.clauses).first().copied();
            let holder = holder.unwrap_or_else(|| self.fresh(&scope, "_", Type::Unknown));
            self.mark_used(&scope, holder);
            let optional_int = Type::Int.optional();
            let scope_value = ast.scope.as_ref().map(|value| self.infer(&mut scope, value, &Type::Unknown));
            if let Some(value) = &scope_value {
                self.require_comparable(value, "a scope");
            }
            let low = self.check(&mut scope, &ast.range_low, &Type::Int);
            let high = self.check(&mut scope, &ast.range_high, &Type::Int);
            let request = ast.request.as_ref().map(|value| self.check(&mut scope, value, &optional_int));
            let keep = ast.keep.as_ref().map(|value| self.check(&mut scope, value, &optional_int));
            let clash = ast.clash.as_ref().map(|text| self.check(&mut scope, text, &Type::String));
            self.leave(&mut scope, 0);
            let variables = self.take_variables(body);
            self.program.allocs.push(Alloc {
                name: ast.name.text.clone(),
                span: ast.name.span,
                variables,
                clauses,
                holder,
                scope: scope_value,
                range: (low, high),
                request,
                keep,
                clash,
            });
        }
    }

    /// The type of a node.
    pub(crate) fn components_type(&mut self, components: ComponentsId, needed_at: Span) -> Type {
        if let Some(ty) = &self.components[components.index()].ty {
            return ty.clone();
        }
        self.components[components.index()].ty = Some(Type::Unknown);
        self.report.silence();
        let ast = self.components[components.index()].ast;
        let body = self.new_body();
        let mut scope = Scope::new(body);
        self.clauses(&mut scope, &ast.clauses);
        let ty = self.infer(&mut scope, &ast.from, &Type::Unknown).ty;
        self.report.resume();
        if ty == Type::Unknown {
            let message = format!("the type of the nodes of `{}` is not known here", ast.name.text);
            self.report.push(error("E0312", needed_at, message, "not determined"));
        }
        self.components[components.index()].ty = Some(ty.clone());
        ty
    }

    /// Checks all components.
    pub(crate) fn check_components(&mut self) {
        for position in 0..self.components.len() {
            let (ast, body) = (self.components[position].ast, self.components[position].body);
            let mut scope = Scope::new(body);
            let clauses = self.silent_clauses(&mut scope, &ast.clauses);
            self.check_products(&scope, &clauses, Surroundings::None);
            let from = self.infer(&mut scope, &ast.from, &Type::Unknown);
            let to = self.infer(&mut scope, &ast.to, &from.ty);
            self.require_comparable(&from, "a node");
            if join(&from.ty, &to.ty).is_none() {
                let problem = (self.program.type_name(&from.ty), self.program.type_name(&to.ty));
                let message = "both ends of an edge are of one type";
                let label = format!("expected {}, found {}", problem.0, problem.1);
                self.report.push(error("E0301", to.span, message, label));
            }
            self.leave(&mut scope, 0);
            let variables = self.take_variables(body);
            self.program.components.push(Components {
                name: ast.name.text.clone(),
                span: ast.name.span,
                variables,
                clauses,
                edge: (from, to),
            });
        }
    }
}
