//! What depends on what, and the order in which everything can be computed.

use std::collections::BTreeSet;

use weft_syntax::diagnostic::Diagnostic;
use weft_syntax::span::Span;

use crate::expr::{Clause, Expr, ExprKind};
use crate::program::{AllocId, ComponentsId, Definition, EntityId, FunctionId, Program};
use crate::report::{Detail, Report, error};

/// A definition and where it is needed.
type Uses = Vec<(Definition, Span)>;

/// Sets [`Program::order`], and reports definitions that depend on themselves.
pub(crate) fn find(program: &mut Program, report: &mut Report) {
    let (order, cycles) = {
        let mut search = Search::new(program);
        for definition in all_definitions(program) {
            search.visit(definition);
        }
        (search.order, search.cycles)
    };
    program.order = order;
    cycles.into_iter().for_each(|cycle| report.push(cycle));
}

impl Program {
    /// What the definition reads directly, and through functions.
    #[must_use]
    pub fn dependencies(&self, definition: Definition) -> BTreeSet<Definition> {
        let search = Search::new(self);
        search.uses(definition).into_iter().map(|(used, _)| used).collect()
    }
}

fn all_definitions(program: &Program) -> Vec<Definition> {
    let mut all = Vec::new();
    for (position, entity) in program.entities.iter().enumerate() {
        let id = EntityId(position as u32);
        all.push(Definition::Entity(id));
        all.extend((0..entity.attributes.len()).map(|attribute| Definition::Attribute(id, attribute)));
    }
    all.extend((0..program.allocs.len()).map(|position| Definition::Alloc(AllocId(position as u32))));
    let components = 0..program.components.len();
    all.extend(components.map(|position| Definition::Components(ComponentsId(position as u32))));
    all
}

/// A depth-first search.
struct Search<'p> {
    program: &'p Program,
    /// What each function reads, through the functions it calls too.
    functions: Vec<Vec<Definition>>,
    done: BTreeSet<Definition>,
    /// The definitions being visited, each with the place that needs the next one.
    path: Uses,
    order: Vec<Definition>,
    cycles: Vec<Diagnostic>,
}

impl<'p> Search<'p> {
    fn new(program: &'p Program) -> Self {
        let mut search = Search {
            program,
            functions: Vec::with_capacity(program.functions.len()),
            done: BTreeSet::new(),
            path: Vec::new(),
            order: Vec::new(),
            cycles: Vec::new(),
        };
        // Functions stand after those they call, so that one pass is enough.
        for function in &program.functions {
            let mut uses = Vec::new();
            search.add_uses(&function.body, &mut uses);
            let uses: BTreeSet<Definition> = uses.into_iter().map(|(used, _)| used).collect();
            search.functions.push(uses.into_iter().collect());
        }
        search
    }

    fn visit(&mut self, definition: Definition) {
        if self.done.contains(&definition) {
            return;
        }
        for (used, span) in self.uses(definition) {
            self.path.push((definition, span));
            match self.path.iter().position(|(open, _)| *open == used) {
                Some(start) => self.report_cycle(start),
                None => self.visit(used),
            }
            self.path.pop();
        }
        if self.done.insert(definition) {
            self.order.push(definition);
        }
    }

    fn report_cycle(&mut self, start: usize) {
        let cycle = &self.path[start..];
        let Some((first, span)) = cycle.first() else { return };
        let name = self.program.definition_name(*first);
        let mut names: Vec<String> =
            cycle.iter().map(|(open, _)| self.program.definition_name(*open)).collect();
        names.push(name.clone());
        let message = format!("`{name}` depends on itself: {}", names.join(" → "));
        let mut problem = error("E0405", *span, message, "part of the cycle");
        for (open, span) in &cycle[1..] {
            problem =
                problem.related(*span, format!("`{}` needs it here", self.program.definition_name(*open)));
        }
        self.cycles.push(problem);
    }

    fn uses(&self, definition: Definition) -> Uses {
        let mut uses = Vec::new();
        let program = self.program;
        match definition {
            Definition::Entity(id) => {
                let entity = &program.entities[id.index()];
                self.add_clauses(&entity.clauses, &mut uses);
                entity.key.iter().for_each(|key| self.add_uses(key, &mut uses));
            }
            Definition::Attribute(id, position) => {
                let attribute = &program.entities[id.index()].attributes[position];
                uses.push((Definition::Entity(id), attribute.span));
                attribute.value.for_each_expr(&mut |expr| self.add_uses(expr, &mut uses));
            }
            Definition::Alloc(id) => {
                let alloc = &program.allocs[id.index()];
                self.add_clauses(&alloc.clauses, &mut uses);
                let bounds = [&alloc.range.0, &alloc.range.1];
                let optional = [&alloc.scope, &alloc.request, &alloc.keep, &alloc.clash];
                let exprs = bounds.into_iter().chain(optional.into_iter().flatten());
                exprs.for_each(|expr| self.add_uses(expr, &mut uses));
            }
            Definition::Components(id) => {
                let components = &program.components[id.index()];
                self.add_clauses(&components.clauses, &mut uses);
                self.add_uses(&components.edge.0, &mut uses);
                self.add_uses(&components.edge.1, &mut uses);
            }
        }
        uses
    }

    fn add_clauses(&self, clauses: &[Clause], uses: &mut Uses) {
        clauses.iter().for_each(|clause| clause.for_each_expr(&mut |expr| self.add_uses(expr, uses)));
    }

    fn add_uses(&self, expr: &Expr, uses: &mut Uses) {
        expr.walk(&mut |inner| match &inner.kind {
            ExprKind::AllMembers(entity) | ExprKind::Member(entity, _) => {
                uses.push((Definition::Entity(*entity), inner.span));
            }
            ExprKind::Attribute(_, entity, position) => {
                uses.push((Definition::Attribute(*entity, *position), inner.span));
            }
            ExprKind::Allocated(alloc, _) => uses.push((Definition::Alloc(*alloc), inner.span)),
            ExprKind::Component(components, _) => {
                uses.push((Definition::Components(*components), inner.span));
            }
            ExprKind::Call(function, _) => self.add_function(*function, inner.span, uses),
            _ => {}
        });
    }

    fn add_function(&self, function: FunctionId, span: Span, uses: &mut Uses) {
        // A function that calls itself is missing here; that is an error of its own.
        if let Some(used) = self.functions.get(function.index()) {
            uses.extend(used.iter().map(|definition| (*definition, span)));
        }
    }
}
