//! Allocations and connected components.

use weft_lang::expr::{Clause, Expr, Pattern};
use weft_lang::program::{Alloc, AllocId, ComponentsId};
use weft_value::Value;

use crate::atom::{Atom, Relation};
use crate::lift::{Body, Lifter, ScopeKind};
use crate::plan::{NodeId, NodeKind, Step};
use crate::planner::Planner;
use crate::scalar::Scalar;

impl Planner<'_> {
    /// Holders with their ids.
    pub(crate) fn alloc_ids(&mut self, id: AllocId) -> NodeId {
        let node = self.allocate(id);
        let defined = Step::Require(Scalar::Unwrap(Box::new(Scalar::Column(1))));
        self.graph.map(node, vec![defined, Step::Project(vec![0, 1])])
    }

    fn allocate(&mut self, id: AllocId) -> NodeId {
        let program = self.program;
        let alloc = &program.allocs[id.index()];
        let mut lifter = Lifter::new(self);
        lifter.open(ScopeKind::Extension);
        lifter.clauses(&alloc.clauses);
        let holder = lifter.variables.get(&alloc.holder).cloned().unwrap_or(Scalar::Undefined);
        let scope = alloc.scope.as_ref().map_or(Scalar::Constant(Value::None), |scope| lifter.strict(scope));
        let (lowest, highest) = (lifter.strict(&alloc.range.0), lifter.strict(&alloc.range.1));
        let request = optional_value(&mut lifter, alloc.request.as_ref());
        let keep = optional_value(&mut lifter, alloc.keep.as_ref());
        let body = lifter.close();
        let columns = [holder, scope, lowest, highest, request, keep];
        let input = if binds_only_holder(alloc) {
            self.rows(&body, &columns)
        } else {
            self.distinct_rows(body, &columns)
        };
        self.graph.add(NodeKind::Allocate { input, name: alloc.name.clone() })
    }

    /// The head for holders whose request is not met.
    pub(crate) fn alloc_clash(&mut self, id: AllocId) {
        let program = self.program;
        let alloc = &program.allocs[id.index()];
        let Some(clash) = &alloc.clash else {
            return;
        };
        let source = self.source(clash.span);
        self.rename(format!("{source} {} clash", alloc.name));
        let node = self.allocate(id);
        let unmet = self.graph.map(node, vec![Step::Filter(Scalar::Column(2)), Step::Project(vec![0])]);
        let mut lifter = Lifter::new(self);
        lifter.open(ScopeKind::Extension);
        lifter.clauses(&alloc.clauses);
        if let Some(Scalar::Column(holder)) = lifter.variables.get(&alloc.holder).cloned() {
            lifter.add(Atom::Relation(Relation::Node(unmet, 1), vec![(0, holder)]));
        }
        let text = lifter.strict(clash);
        let body: Body = lifter.close();
        self.warning(&body, text, source);
    }

    /// Nodes with the least node of their component.
    pub(crate) fn components(&mut self, id: ComponentsId) -> NodeId {
        let program = self.program;
        let components = &program.components[id.index()];
        let mut lifter = Lifter::new(self);
        lifter.open(ScopeKind::Extension);
        lifter.clauses(&components.clauses);
        let ends = [lifter.strict(&components.edge.0), lifter.strict(&components.edge.1)];
        let body = lifter.close();
        let input = self.rows(&body, &ends);
        self.graph.add(NodeKind::Components { input })
    }
}

fn optional_value(lifter: &mut Lifter<'_, '_>, expr: Option<&Expr>) -> Scalar {
    match expr {
        Some(expr) => lifter.lenient(expr).tried(),
        None => Scalar::Constant(Value::None),
    }
}

/// Whether each holder has one row.
fn binds_only_holder(alloc: &Alloc) -> bool {
    alloc.clauses.iter().all(|clause| match clause {
        Clause::From { pattern: Pattern::Variable(variable), .. } => *variable == alloc.holder,
        Clause::From { .. } => false,
        Clause::Where(_) | Clause::Let { .. } => true,
    })
}
