//! Random clauses.

use super::shape::{Kind, Scope, TABLES};
use super::writer::Writer;

impl Writer {
    /// Clauses of a comprehension, with the variables in scope after them.
    pub(super) fn comprehension(&mut self, scope: &Scope, depth: usize) -> (String, Scope) {
        self.clauses(scope, false, depth)
    }

    /// Clauses of a `for` head.
    pub(super) fn repetition(&mut self, scope: &Scope) -> (String, Scope) {
        self.clauses(scope, true, 1)
    }

    fn clauses(&mut self, scope: &Scope, has_earlier: bool, depth: usize) -> (String, Scope) {
        let mut scope = scope.clone();
        let mut clauses = self.source(&mut scope, has_earlier, depth);
        if self.generator.chance(50) {
            let condition = self.expr(&scope, &Kind::Bool, depth);
            clauses += &format!(" where {condition}");
        }
        if self.generator.chance(25) {
            clauses += &format!(", {}", self.binding(&mut scope, false, depth));
        }
        if self.generator.chance(15) {
            clauses += &format!(", {}", self.source(&mut scope, true, depth));
        }
        (clauses, scope)
    }

    /// `x in source`, joined with what is in scope when there is something before it.
    fn source(&mut self, scope: &mut Scope, has_earlier: bool, depth: usize) -> String {
        let (source, kind) = match self.generator.below(10) {
            0..4 => {
                let element = self.element();
                match self.path(scope, &element.clone().set()) {
                    Some(path) => return self.bind(scope, &path, element),
                    None => self.whole(),
                }
            }
            4 => match self.path(scope, &Kind::Map(Box::new(Kind::Text))) {
                Some(path) => {
                    let (key, value) = (self.fresh("k"), self.fresh("v"));
                    scope.push((key.clone(), Kind::Text));
                    scope.push((value.clone(), Kind::Text));
                    return format!("({key}, {value}) in {path}");
                }
                None => self.whole(),
            },
            5 => {
                let element = self.element();
                let set = self.expr(scope, &element.clone().set(), depth);
                if !has_earlier {
                    return self.bind(scope, &set, element);
                }
                self.whole()
            }
            _ => self.whole(),
        };
        let outer = scope.clone();
        let clause = self.bind(scope, &source, kind.clone());
        let Some((name, _)) = scope.last().cloned() else { return clause };
        if !has_earlier && self.generator.chance(50) {
            return clause;
        }
        let own = vec![(name, kind)];
        format!("{clause} where {}", self.connection(&outer, &own))
    }

    fn bind(&mut self, scope: &mut Scope, source: &str, kind: Kind) -> String {
        let name = self.fresh("x");
        scope.push((name.clone(), kind));
        format!("{name} in {source}")
    }

    /// A table or an entity.
    fn whole(&mut self) -> (String, Kind) {
        if !self.entities.is_empty() && self.generator.chance(40) {
            let entity = self.generator.below(self.entities.len());
            return (format!("E{entity}"), Kind::Member(entity));
        }
        let table = self.generator.below(TABLES.len());
        (format!("nb.{}", TABLES[table]), Kind::Row(table))
    }

    /// A condition that joins a new variable with those before it.
    fn connection(&mut self, outer: &Scope, own: &Scope) -> String {
        for kind in [Kind::Row(1), Kind::Row(3)] {
            if self.generator.chance(40)
                && let Some(set) = self.path(outer, &kind.clone().set())
                && let Some(row) = self.path(own, &kind)
            {
                return format!("{row} in {set}");
            }
            if self.generator.chance(40)
                && let Some(row) = self.path(outer, &kind)
                && let Some(set) = self.path(own, &kind.set())
            {
                return format!("{row} in {set}");
            }
        }
        let mut kinds = [Kind::Text, Kind::Int, Kind::Text.optional(), Kind::Int.optional()];
        kinds.rotate_left(self.generator.below(4));
        for kind in &kinds {
            if let Some(left) = self.path(own, kind)
                && let Some(right) = self.path(outer, kind)
            {
                return format!("{left} == {right}");
            }
        }
        let (left, right) = (self.expr(own, &Kind::Text, 1), self.expr(outer, &Kind::Text, 1));
        format!("{left} == {right}")
    }

    /// `let x = e`, with or without `else`.
    fn binding(&mut self, scope: &mut Scope, may_warn: bool, depth: usize) -> String {
        let kind = match self.generator.below(4) {
            0 => Kind::Int,
            1 => Kind::Text,
            2 => Kind::Row(1),
            _ => Kind::Row(2),
        };
        let name = self.fresh("y");
        let clause = match self.generator.below(4) {
            0 => format!("let {name} = {}", self.expr(scope, &kind, depth)),
            1 if may_warn => {
                let value = self.expr(scope, &kind.clone().optional(), depth);
                let text = self.expr(scope, &Kind::Text, 1);
                format!("let {name} = {value} else warn \"no {name} \" + {text}")
            }
            _ => {
                let value = self.expr(scope, &kind.clone().optional(), depth);
                format!("let {name} = {value} else skip")
            }
        };
        scope.push((name, kind));
        clause
    }

    /// Clauses of a rule, each on its own, with the variables in scope after them.
    pub(super) fn body(&mut self, depth: usize) -> (Vec<String>, Scope) {
        let mut scope = Scope::new();
        let (source, kind) = self.whole();
        let mut clauses = vec![format!("from {}", self.bind(&mut scope, &source, kind))];
        for _ in 0..self.generator.below(4) {
            let clause = match self.generator.below(5) {
                0 | 1 => {
                    let source = self.source(&mut scope, true, depth);
                    match source.split_once(" where ") {
                        Some((source, condition)) => {
                            clauses.push(format!("where {condition}"));
                            format!("from {source}")
                        }
                        None => format!("from {source}"),
                    }
                }
                2 | 3 => format!("where {}", self.expr(&scope, &Kind::Bool, depth)),
                _ => self.binding(&mut scope, true, depth),
            };
            clauses.push(clause);
        }
        (clauses, scope)
    }
}
