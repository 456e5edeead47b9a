//! Random expressions.

use super::shape::{Kind, Scope, TABLES};
use super::writer::Writer;

/// Words that data of the test schema has too.
const WORDS: [&str; 8] = ["a", "b", "c", "d", "router", "strict", "drop", ""];

impl Writer {
    /// An expression of this type over the variables in scope, `depth` operators deep at most. It may
    /// have no value.
    pub(super) fn expr(&mut self, scope: &Scope, kind: &Kind, depth: usize) -> String {
        if (depth == 0 || self.generator.chance(45))
            && let Some(path) = self.path(scope, kind)
        {
            return path;
        }
        if depth == 0 || self.generator.chance(10) {
            return self.simple(scope, kind);
        }
        if self.generator.chance(12)
            && let Some(call) = self.call(scope, kind, depth - 1)
        {
            return call;
        }
        let depth = depth - 1;
        match kind {
            Kind::Int => self.int(scope, depth),
            Kind::Bool => self.bool(scope, depth),
            Kind::Text => self.text(scope, depth),
            Kind::Row(_) | Kind::Member(_) => self.reference(scope, kind, depth),
            Kind::Optional(inner) => self.optional(scope, inner, depth),
            Kind::Set(inner) => self.set(scope, inner, depth),
            Kind::Map(inner) => self.map(scope, inner, depth),
        }
    }

    /// An expression without operators.
    fn simple(&mut self, scope: &Scope, kind: &Kind) -> String {
        match kind {
            Kind::Int => self.generator.below(5).to_string(),
            Kind::Bool => self.comparison(scope, 0),
            Kind::Text => format!("\"{}\"", self.choose(&WORDS)),
            Kind::Row(_) | Kind::Member(_) => self.reference(scope, kind, 0),
            Kind::Optional(inner) => format!("({})?", self.simple(scope, inner)),
            Kind::Set(inner) => format!("{{{}}}", self.simple(scope, inner)),
            Kind::Map(inner) => {
                format!("map {{ {}: {} }}", self.simple(scope, &Kind::Text), self.simple(scope, inner))
            }
        }
    }

    fn call(&mut self, scope: &Scope, kind: &Kind, depth: usize) -> Option<String> {
        let fitting: Vec<_> = self.functions.iter().filter(|f| f.result == *kind).cloned().collect();
        let function = self.generator.pick(&fitting)?.clone();
        let arguments: Vec<String> =
            function.parameters.iter().map(|parameter| self.expr(scope, parameter, depth)).collect();
        Some(format!("{}({})", function.name, arguments.join(", ")))
    }

    fn int(&mut self, scope: &Scope, depth: usize) -> String {
        match self.generator.below(9) {
            0 | 1 => {
                let operator = self.choose(&["+", "-", "*", "/", "%"]);
                let (left, right) =
                    (self.expr(scope, &Kind::Int, depth), self.expr(scope, &Kind::Int, depth));
                format!("({left} {operator} {right})")
            }
            2 => format!("({}).length", self.expr(scope, &Kind::Text, depth)),
            3 => {
                let element = self.element();
                format!("({}).size", self.expr(scope, &element.set(), depth))
            }
            4 => self.aggregate(scope, "count", &Kind::Text, depth),
            5 => self.aggregate(scope, "sum", &Kind::Int, depth),
            6 => format!("-({})", self.expr(scope, &Kind::Int, depth)),
            7 => self.branch(scope, &Kind::Int, depth),
            _ => self.coalesce(scope, &Kind::Int, depth),
        }
    }

    fn bool(&mut self, scope: &Scope, depth: usize) -> String {
        match self.generator.below(9) {
            0 | 1 => self.comparison(scope, depth),
            2 => {
                let operator = self.choose(&["and", "or"]);
                let (left, right) =
                    (self.expr(scope, &Kind::Bool, depth), self.expr(scope, &Kind::Bool, depth));
                format!("({left} {operator} {right})")
            }
            3 => format!("not ({})", self.expr(scope, &Kind::Bool, depth)),
            4 | 5 => {
                let not = self.choose(&["", "", "not "]);
                let (clauses, _) = self.comprehension(scope, depth);
                format!("({not}exists({clauses}))")
            }
            6 => {
                let element = self.element();
                let operator = self.choose(&["in", "in", "not in"]);
                let member = self.expr(scope, &element, depth);
                format!("({member} {operator} {})", self.expr(scope, &element.set(), depth))
            }
            7 => {
                let inner = self.scalar();
                let method = self.choose(&["is_some", "is_none"]);
                format!("({}).{method}", self.expr(scope, &inner.optional(), depth))
            }
            _ => {
                let method = self.choose(&["starts_with", "contains"]);
                let (text, part) = (self.expr(scope, &Kind::Text, depth), self.simple(scope, &Kind::Text));
                format!("({text}).{method}({part})")
            }
        }
    }

    /// A comparison; two sides that are the same, or two constants, are rare.
    fn comparison(&mut self, scope: &Scope, depth: usize) -> String {
        let kind = self.scalar();
        let operator = self.choose(&["==", "!=", "!=", "<", ">="]);
        let left = self.expr(scope, &kind, depth);
        let mut right = self.simple(scope, &kind);
        if self.generator.chance(60) || left.starts_with(['"', '0', '1', '2', '3', '4']) {
            right = self.expr(scope, &kind, depth);
        }
        if left == right {
            right = self.simple(scope, &kind);
        }
        format!("({left} {operator} {right})")
    }

    fn text(&mut self, scope: &Scope, depth: usize) -> String {
        match self.generator.below(7) {
            0 => {
                let (left, right) =
                    (self.expr(scope, &Kind::Text, depth), self.expr(scope, &Kind::Text, depth));
                format!("({left} + {right})")
            }
            1 => format!("({}).text", self.expr(scope, &Kind::Int, depth)),
            2 => {
                let map = self.expr(scope, &Kind::Map(Box::new(Kind::Text)), depth);
                format!("({map})[{}]", self.simple(scope, &Kind::Text))
            }
            3 => self.agreement(scope, &Kind::Text, depth),
            4 => {
                let subject = self.expr(scope, &Kind::Text, depth);
                let (then, otherwise) =
                    (self.simple(scope, &Kind::Text), self.expr(scope, &Kind::Text, depth));
                format!("(case {subject} {{ \"a\", \"b\" => {then}, else => {otherwise} }})")
            }
            5 => self.branch(scope, &Kind::Text, depth),
            _ => self.coalesce(scope, &Kind::Text, depth),
        }
    }

    /// A row or a member, found by a key.
    fn reference(&mut self, scope: &Scope, kind: &Kind, depth: usize) -> String {
        match kind {
            Kind::Member(entity) => match self.entities[*entity].table {
                Some(table) => format!("E{entity}[{}]", self.expr(scope, &Kind::Row(table), depth)),
                None => format!("E{entity}[{}]", self.expr(scope, &Kind::Text, depth)),
            },
            Kind::Row(table) => {
                if depth > 0 && self.generator.chance(40) {
                    return self.agreement(scope, kind, depth);
                }
                let name = TABLES[*table];
                match name {
                    "Acl" => format!("nb.Acl[tier: {}]", self.expr(scope, &Kind::Int, depth)),
                    _ => format!("nb.{name}[name: {}]", self.expr(scope, &Kind::Text, depth)),
                }
            }
            _ => self.simple(scope, kind),
        }
    }

    fn optional(&mut self, scope: &Scope, inner: &Kind, depth: usize) -> String {
        let is_scalar = matches!(inner, Kind::Int | Kind::Text);
        match self.generator.below(4) {
            0 | 1 => format!("({})?", self.expr(scope, inner, depth)),
            2 if is_scalar => {
                let kind = self.choose(&["min", "max"]);
                self.aggregate(scope, kind, inner, depth)
            }
            2 => format!("({})?", self.expr(scope, inner, depth)),
            _ => {
                let condition = self.expr(scope, &Kind::Bool, depth);
                format!("(if {condition} {{ {} }})", self.expr(scope, inner, depth))
            }
        }
    }

    fn set(&mut self, scope: &Scope, inner: &Kind, depth: usize) -> String {
        match self.generator.below(4) {
            0 => {
                let operator = self.choose(&["|", "&", "-"]);
                let kind = inner.clone().set();
                let (left, right) = (self.expr(scope, &kind, depth), self.expr(scope, &kind, depth));
                format!("({left} {operator} {right})")
            }
            1 => {
                let (first, second) = (self.expr(scope, inner, depth), self.expr(scope, inner, depth));
                format!("{{{first}, {second}}}")
            }
            _ => self.aggregate(scope, "set", inner, depth),
        }
    }

    fn map(&mut self, scope: &Scope, inner: &Kind, depth: usize) -> String {
        let key = self.expr(scope, &Kind::Text, depth);
        match self.generator.below(2) {
            0 => {
                let value = self.expr(scope, &inner.clone().optional(), depth);
                format!("(map {{ \"a\": {value} }})")
            }
            _ => {
                let kind = Kind::Map(Box::new(inner.clone()));
                format!("({} - {{{key}}})", self.expr(scope, &kind, depth))
            }
        }
    }

    fn aggregate(&mut self, scope: &Scope, aggregate: &str, value: &Kind, depth: usize) -> String {
        let (clauses, inner) = self.comprehension(scope, depth);
        let value = self.expr(&inner, value, depth);
        format!("({aggregate} {{ {value} for {clauses} }})")
    }

    fn agreement(&mut self, scope: &Scope, value: &Kind, depth: usize) -> String {
        let (clauses, inner) = self.comprehension(scope, depth);
        format!("the({} for {clauses})", self.expr(&inner, value, depth))
    }

    fn branch(&mut self, scope: &Scope, kind: &Kind, depth: usize) -> String {
        let otherwise = self.expr(scope, kind, depth);
        if self.generator.chance(50) {
            let option = self.scalar();
            let name = self.fresh("o");
            let value = self.expr(scope, &option.clone().optional(), depth);
            let mut inner = scope.clone();
            inner.push((name.clone(), option));
            let then = self.expr(&inner, kind, depth);
            return format!("(if ({value}) is Some({name}) {{ {then} }} else {{ {otherwise} }})");
        }
        let condition = self.expr(scope, &Kind::Bool, depth);
        let then = self.expr(scope, kind, depth);
        format!("(if {condition} {{ {then} }} else {{ {otherwise} }})")
    }

    fn coalesce(&mut self, scope: &Scope, kind: &Kind, depth: usize) -> String {
        let value = if self.generator.chance(50) {
            self.expr(scope, &kind.clone().optional(), depth)
        } else {
            self.expr(scope, kind, depth)
        };
        format!("({value} ?? {})", self.simple(scope, kind))
    }

    fn scalar(&mut self) -> Kind {
        if self.generator.chance(50) { Kind::Int } else { Kind::Text }
    }

    /// A type of members of sets.
    pub(super) fn element(&mut self) -> Kind {
        match self.generator.below(4) {
            0 => Kind::Int,
            1 => Kind::Text,
            2 => Kind::Row(1),
            _ => Kind::Row(3),
        }
    }
}
