//! Random functions, entities and rules.

use super::shape::{Entity, Function, Kind, Scope, TABLES};
use super::writer::Writer;

/// How deep operators are nested.
const DEPTH: usize = 2;

/// What every program can write to.
const OUTPUTS: &str = "
pipeline switch.ingress over Datapath { stage first stage second }
entity Datapath from dp in nb.Switch { }
output sb.Port_Set { key name, tier write ports, ids }
";

/// The text of a program, which the checker may refuse.
pub(super) struct Draft {
    pub(super) rules: String,
    pub(super) shuffled: String,
}

impl Draft {
    pub(super) fn new(seed: u64) -> Self {
        let mut writer = Writer::new(seed);
        let mut rules = OUTPUTS.to_owned();
        for _ in 0..writer.generator.below(3) {
            rules += &writer.function();
        }
        for _ in 0..writer.generator.below(4) {
            rules += &if writer.generator.chance(20) { writer.group() } else { writer.entity() };
        }
        let mut shuffled = rules.clone();
        for position in 0..=writer.generator.below(3) {
            let (mut clauses, scope) = writer.body(DEPTH);
            let heads = writer.heads(&scope);
            let rule = |clauses: &[String]| {
                format!("rule r{position} {{\n    {}\n{heads}}}\n", clauses.join("\n    "))
            };
            rules += &rule(&clauses);
            let half = writer.generator.below(clauses.len());
            clauses.rotate_left(half);
            clauses.reverse();
            shuffled += &rule(&clauses);
        }
        Self { rules, shuffled }
    }
}

impl Writer {
    fn function(&mut self) -> String {
        let name = self.fresh("f");
        let parameters = [Kind::Row(self.generator.below(TABLES.len())), Kind::Int];
        let scope: Scope = parameters.iter().map(|kind| (self.fresh("p"), kind.clone())).collect();
        let result = match self.generator.below(4) {
            0 => Kind::Int,
            1 => Kind::Text,
            2 => Kind::Bool,
            _ => Kind::Text.optional(),
        };
        let body = self.expr(&scope, &result, DEPTH);
        let list: Vec<String> = scope.iter().map(|(name, kind)| format!("{name}: {kind}")).collect();
        let text = format!("fn {name}({}) -> {result} = {body}\n", list.join(", "));
        self.functions.push(Function { name, parameters: parameters.to_vec(), result });
        text
    }

    fn entity(&mut self) -> String {
        let table = self.generator.below(TABLES.len());
        let key = self.fresh("e");
        let mut scope = vec![(key.clone(), Kind::Row(table))];
        let filter = if self.generator.chance(30) {
            format!(" where {}", self.expr(&scope, &Kind::Bool, 1))
        } else {
            String::new()
        };
        let mut text =
            format!("entity E{} from {key} in nb.{}{filter} {{\n", self.entities.len(), TABLES[table]);
        let mut attributes = Vec::new();
        for _ in 0..=self.generator.below(4) {
            let name = self.fresh("a");
            let (value, kind) = self.attribute(&scope, &name);
            text += &format!("    {name} = {value}\n");
            scope.push((name.clone(), kind.clone()));
            attributes.push((name, kind));
        }
        self.entities.push(Entity { table: Some(table), attributes });
        text + "}\n"
    }

    /// The value of an attribute with its `else`, and its type.
    fn attribute(&mut self, scope: &Scope, name: &str) -> (String, Kind) {
        match self.generator.below(6) {
            0 => (self.expr(scope, &Kind::Int, DEPTH), Kind::Int),
            1 => (self.expr(scope, &Kind::Bool, DEPTH), Kind::Bool),
            2 => {
                let value = self.expr(scope, &Kind::Text.optional(), DEPTH);
                (format!("{value} else warn \"no {name}\""), Kind::Text)
            }
            3 => {
                let kind = Kind::Row(self.generator.below(3));
                let value = self.expr(scope, &kind.clone().optional(), DEPTH);
                (format!("{value} else skip"), kind)
            }
            _ => {
                let element = self.element();
                let mut parts = Vec::new();
                for _ in 0..=self.generator.below(2) {
                    let (clauses, inner) = self.comprehension(scope, 1);
                    parts.push(format!("set {{ {} for {clauses} }}", self.expr(&inner, &element, 1)));
                }
                (parts.join(" | "), element.set())
            }
        }
    }

    fn group(&mut self) -> String {
        let table = self.generator.below(TABLES.len());
        let row = self.fresh("e");
        let scope = vec![(row.clone(), Kind::Row(table))];
        let key = self.expr(&scope, &Kind::Text, DEPTH);
        let (number, text) = (self.expr(&scope, &Kind::Int, 1), self.expr(&scope, &Kind::Text, 1));
        let attributes = [("count", "size"), ("sum", "total"), ("set", "texts")];
        let mut lines = String::new();
        for (aggregate, name) in attributes {
            let value = if aggregate == "set" { &text } else { &number };
            lines += &format!("    {name} = {aggregate} {{ {value} }}\n");
        }
        let entity = self.entities.len();
        self.entities.push(Entity {
            table: None,
            attributes: vec![
                ("key".to_owned(), Kind::Text),
                ("size".to_owned(), Kind::Int),
                ("total".to_owned(), Kind::Int),
                ("texts".to_owned(), Kind::Text.set()),
            ],
        });
        format!(
            "entity E{entity} from {row} in nb.{} group by ({key}) as (key) {{\n{lines}}}\n",
            TABLES[table]
        )
    }

    fn heads(&mut self, scope: &Scope) -> String {
        let mut heads = String::new();
        for _ in 0..=self.generator.below(3) {
            heads += &format!("    {}\n", self.head(scope, true));
        }
        heads
    }

    fn head(&mut self, scope: &Scope, may_nest: bool) -> String {
        match self.generator.below(if may_nest { 8 } else { 5 }) {
            0 | 1 => format!("warn {}", self.expr(scope, &Kind::Text, DEPTH)),
            2 => {
                let texts = [self.expr(scope, &Kind::Text, 1), self.expr(scope, &Kind::Int, 1)];
                format!("warn \"${{{}}} ${{{}}}\"", texts[0], texts[1])
            }
            3 => self.flow(scope),
            4 => {
                let (name, tier) = (self.expr(scope, &Kind::Text, 1), self.expr(scope, &Kind::Int, 1));
                let port = self.expr(scope, &Kind::Text, 1);
                format!("emit sb.Port_Set[name: {name}, tier: {tier}] {{ ports += {port} }}")
            }
            5 | 6 => {
                let (clauses, inner) = self.repetition(scope);
                format!("for {clauses} {{ {} }}", self.head(&inner, false))
            }
            _ => {
                let condition = self.expr(scope, &Kind::Bool, 1);
                let (then, otherwise) = (self.head(scope, false), self.head(scope, false));
                format!("if {condition} {{ {then} }} else {{ {otherwise} }}")
            }
        }
    }

    fn flow(&mut self, scope: &Scope) -> String {
        let (priority, text) = (self.expr(scope, &Kind::Int, 1), self.expr(scope, &Kind::Text, 1));
        let name = self.fresh("d");
        let mut inner = scope.clone();
        inner.push((format!("{name}.row"), Kind::Row(0)));
        let condition = self.expr(&inner, &Kind::Bool, 1);
        format!(
            "flow first[{priority}] for all {name} in Datapath where {condition} \
             {{ match \"${{{text}}}\" actions \"next;\" }}"
        )
    }
}
