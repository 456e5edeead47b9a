//! `else warn` of clauses.

use std::collections::BTreeSet;

use weft_lang::expr::{Clause, Expr, Pattern};
use weft_lang::program::{Block, Condition, EntityId, Head, VarId};

use crate::lift::{Lifter, ScopeKind};
use crate::planner::Planner;

/// What must hold for a row of a block inside a rule.
#[derive(Clone)]
pub(crate) enum Guard<'b> {
    /// Clauses.
    Clauses(Vec<&'b Clause>),
    /// The condition of its arm.
    Holds(&'b Condition),
    /// The condition of an arm before it does not hold.
    Denied(&'b Condition),
    /// A value that there is not.
    Missing(&'b Expr),
}

impl Planner<'_> {
    /// Heads for the rows that an `else warn` among the clauses of an entity speaks of.
    pub(crate) fn entity_warnings(&mut self, id: EntityId) {
        let program = self.program;
        let entity = &program.entities[id.index()];
        self.clause_warnings(&entity.name, &entity.clauses, &[]);
    }

    fn clause_warnings<'b>(&mut self, name: &str, clauses: &'b [Clause], around: &[Guard<'b>]) {
        for (at, clause) in clauses.iter().enumerate() {
            if let Clause::Let { value, warn: Some(text), .. } = clause {
                let mut guards = around.to_vec();
                guards.push(Guard::Clauses(spoken_of(clauses, at)));
                guards.push(Guard::Missing(value));
                self.let_warning(name, &guards, text);
            }
        }
    }

    /// Heads for the rows that an `else warn` of a block, or of the blocks in it, speaks of.
    pub(crate) fn let_warnings<'b>(&mut self, rule: &str, block: &'b Block, around: &mut Vec<Guard<'b>>) {
        self.clause_warnings(rule, &block.clauses, around);
        let depth = around.len();
        around.push(Guard::Clauses(block.clauses.iter().collect()));
        for head in &block.heads {
            match head {
                Head::For(inner) => self.let_warnings(rule, inner, around),
                Head::If { arms, otherwise } => {
                    let arms_at = around.len();
                    for (condition, inner) in arms {
                        around.push(Guard::Holds(condition));
                        self.let_warnings(rule, inner, around);
                        around.pop();
                        around.push(Guard::Denied(condition));
                    }
                    if let Some(inner) = otherwise {
                        self.let_warnings(rule, inner, around);
                    }
                    around.truncate(arms_at);
                }
                _ => {}
            }
        }
        around.truncate(depth);
    }

    fn let_warning(&mut self, rule: &str, guards: &[Guard<'_>], text: &Expr) {
        let source = self.source(text.span);
        self.rename(format!("{source} {rule} warning"));
        let mut lifter = Lifter::new(self);
        lifter.open(ScopeKind::Extension);
        for guard in guards {
            lifter.guard(guard);
        }
        let text = lifter.strict(text);
        let body = lifter.close();
        self.warning(&body, text, source);
    }
}

/// The clauses whose rows the `else warn` at a position speaks of: all others, but for those that need
/// its variable or another `else warn` that it does not need itself.
fn spoken_of(clauses: &[Clause], position: usize) -> Vec<&Clause> {
    let needed = needs_of(clauses, position);
    let mut absent: BTreeSet<usize> = BTreeSet::from([position]);
    for (other, clause) in clauses.iter().enumerate() {
        if matches!(clause, Clause::Let { warn: Some(_), .. }) && !needed.contains(&other) {
            absent.insert(other);
        }
    }
    loop {
        let missing: BTreeSet<VarId> = absent.iter().flat_map(|other| bound_by(&clauses[*other])).collect();
        let before = absent.len();
        absent.extend((0..clauses.len()).filter(|other| !read_by(&clauses[*other]).is_disjoint(&missing)));
        if absent.len() == before {
            break;
        }
    }
    clauses
        .iter()
        .enumerate()
        .filter(|(other, _)| !absent.contains(other))
        .map(|(_, clause)| clause)
        .collect()
}

/// Positions of the clauses that the one at a position needs, directly or not, and its own.
fn needs_of(clauses: &[Clause], position: usize) -> BTreeSet<usize> {
    let mut needed = BTreeSet::from([position]);
    loop {
        let read: BTreeSet<VarId> = needed.iter().flat_map(|other| read_by(&clauses[*other])).collect();
        let before = needed.len();
        needed.extend((0..clauses.len()).filter(|other| !bound_by(&clauses[*other]).is_disjoint(&read)));
        if needed.len() == before {
            return needed;
        }
    }
}

fn bound_by(clause: &Clause) -> BTreeSet<VarId> {
    match clause {
        Clause::From { pattern, .. } | Clause::Let { pattern, .. } => match pattern {
            Pattern::Variable(variable) => BTreeSet::from([*variable]),
            Pattern::Tuple(parts) => parts.iter().flatten().copied().collect(),
        },
        Clause::Where(_) => BTreeSet::new(),
    }
}

/// Variables that a clause reads. Variables have one place where they are bound, so those that it binds
/// inside an expression do no harm.
fn read_by(clause: &Clause) -> BTreeSet<VarId> {
    let mut read = BTreeSet::new();
    clause.for_each_expr(&mut |expr| {
        expr.walk(&mut |part| {
            if let weft_lang::expr::ExprKind::Variable(variable) = part.kind {
                read.insert(variable);
            }
        });
    });
    read
}
