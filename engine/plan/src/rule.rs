//! Rules: bodies with their heads.

use std::collections::BTreeSet;

use weft_lang::program::{Block, Condition, Head, Rule};

use crate::atom::Atom;
use crate::build::Stream;
use crate::head::Target;
use crate::lift::{Body, Lifter, ScopeKind};
use crate::plan::HeadKind;
use crate::planner::Planner;
use crate::scalar::Scalar;
use crate::symbol::Symbol;
use crate::warning::Guard;

/// A body with what is made of its rows.
pub(crate) struct Branch {
    pub(crate) atoms: Vec<Atom>,
    pub(crate) targets: Vec<Target>,
    /// Further bodies, whose rows are rows of this one with more to them.
    pub(crate) branches: Vec<Branch>,
    /// Depth of its scope: symbols of a lower level are of the bodies around it.
    pub(crate) level: usize,
}

impl Planner<'_> {
    /// Plans a rule.
    pub(crate) fn rule(&mut self, rule: &Rule) {
        let source = self.source(rule.span);
        self.rename(format!("{source} {}", rule.name));
        let mut lifter = Lifter::new(self);
        let branch = lifter.block(&rule.block);
        let branch = self.simplified_branch(branch);
        self.branch(branch, None);
        self.let_warnings(&rule.name, &rule.block, &mut Vec::new());
    }

    /// Plans a branch over the rows of the one around it.
    fn branch(&mut self, branch: Branch, start: Option<Stream>) {
        let needed = self.needed_by(&branch);
        let mut stream = self.body(&branch.atoms, start.clone(), &needed);
        if branch.targets.len() + branch.branches.len() > 1 {
            let (node, columns) = self.materialise(&stream, &needed);
            stream = stream.at(node, columns);
        }
        for target in branch.targets {
            self.target(&stream, target, start.as_ref());
        }
        for inner in branch.branches {
            self.branch(inner, Some(stream.clone()));
        }
    }

    fn needed_by(&self, branch: &Branch) -> BTreeSet<Symbol> {
        let mut needed: BTreeSet<Symbol> = BTreeSet::new();
        for target in &branch.targets {
            for scalar in target.scalars() {
                needed.extend(self.symbols.read_by(scalar));
            }
        }
        for inner in &branch.branches {
            for atom in &inner.atoms {
                needed.extend(atom.symbols(&self.symbols));
            }
            needed.extend(self.needed_by(inner));
        }
        needed
    }

    /// A head that warns for each row of a body.
    pub(crate) fn warning(&mut self, body: &Body, text: Scalar, source: String) {
        let target = Target { kind: HeadKind::Warning, source, columns: vec![text], class: None };
        let (atoms, level) = (body.atoms.clone(), body.level);
        self.branch(Branch { atoms, targets: vec![target], branches: Vec::new(), level }, None);
    }
}

impl Lifter<'_, '_> {
    /// A block of clauses and heads as a branch.
    fn block(&mut self, block: &Block) -> Branch {
        self.open(ScopeKind::Extension);
        self.clauses(&block.clauses);
        let (targets, branches) = self.heads(&block.heads);
        let body = self.close();
        Branch { atoms: body.atoms, targets, branches, level: body.level }
    }

    fn heads(&mut self, heads: &[Head]) -> (Vec<Target>, Vec<Branch>) {
        let mut branches = Vec::new();
        for head in heads {
            match head {
                Head::If { arms, otherwise } => {
                    let mut earlier: Vec<&Condition> = Vec::new();
                    for (condition, block) in arms {
                        let guards =
                            earlier.iter().copied().map(Guard::Denied).chain([Guard::Holds(condition)]);
                        branches.push(self.guarded(guards.collect(), block));
                        earlier.push(condition);
                    }
                    if let Some(block) = otherwise {
                        let guards = earlier.iter().copied().map(Guard::Denied).collect();
                        branches.push(self.guarded(guards, block));
                    }
                }
                Head::For(block) => branches.push(self.block(block)),
                _ => branches.push(self.leaf(head)),
            }
        }
        (Vec::new(), branches)
    }

    fn guarded(&mut self, guards: Vec<Guard<'_>>, block: &Block) -> Branch {
        self.open(ScopeKind::Extension);
        for guard in guards {
            self.guard(&guard);
        }
        self.clauses(&block.clauses);
        let (targets, branches) = self.heads(&block.heads);
        let body = self.close();
        Branch { atoms: body.atoms, targets, branches, level: body.level }
    }

    /// A head that makes something of each row.
    fn leaf(&mut self, head: &Head) -> Branch {
        self.open(ScopeKind::Extension);
        let target = self.target(head);
        let body = self.close();
        let targets = target.into_iter().collect();
        Branch { atoms: body.atoms, targets, branches: Vec::new(), level: body.level }
    }

    /// Adds what guards an arm.
    pub(crate) fn guard(&mut self, guard: &Guard<'_>) {
        match guard {
            Guard::Clauses(clauses) => self.clauses(clauses.iter().copied()),
            Guard::Holds(Condition::Bool(condition)) => self.condition(condition),
            Guard::Holds(Condition::IsSome { value, variable }) => {
                let value = self.strict(value);
                let symbol = self.fresh();
                self.variables.insert(*variable, Scalar::Column(symbol));
                self.name(symbol, value.unwrapped());
            }
            Guard::Denied(Condition::Bool(condition)) => {
                let value = self.strict(condition);
                self.add(Atom::Filter(value.denied()));
            }
            Guard::Denied(Condition::IsSome { value, .. }) => {
                let value = self.strict(value);
                let is_denied = self.unless_undefined(value.clone().absence(), &value);
                self.add(Atom::Filter(is_denied));
            }
            Guard::Missing(value) => {
                let value = self.lenient(value);
                self.add(Atom::Filter(value.tried().absence()));
            }
        }
    }
}
