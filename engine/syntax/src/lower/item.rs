//! Items.

use super::{Lower, child, children, solid_text};
use crate::{
    ast::{
        Alloc, Attribute, AttributeValue, Components, Entity, Expr, ExprKind, Item, ItemKind, Name, Output,
        Pipeline, Test, Type,
    },
    kind::{SyntaxElement, SyntaxKind, SyntaxNode},
};

impl Lower<'_> {
    /// An item; None for what did not parse.
    pub(super) fn item(&mut self, node: &SyntaxNode) -> Option<Item> {
        let kind = match node.kind() {
            SyntaxKind::DatabaseItem => {
                let text = child(node, SyntaxKind::TextExpr);
                let schema_span = self.span(text.as_ref().unwrap_or(node));
                ItemKind::Database {
                    name: self.name(node, 0),
                    schema: self.plain_text_at(node, 0),
                    schema_span,
                }
            }
            SyntaxKind::OutputItem => ItemKind::Output(self.output(node)),
            SyntaxKind::ConstItem => {
                ItemKind::Const { name: self.name(node, 0), value: self.expr_at(node, 0) }
            }
            SyntaxKind::RegisterItem => self.register(node),
            SyntaxKind::PipelineItem => ItemKind::Pipeline(Pipeline {
                kind: self.name(node, 0),
                direction: self.name(node, 1),
                over: self.name(node, 2),
                stages: self.names(node).into_iter().skip(3).collect(),
            }),
            SyntaxKind::RecordItem => {
                ItemKind::Record { name: self.name(node, 0), fields: self.typed_names(node) }
            }
            SyntaxKind::ExternTypeItem => {
                ItemKind::ExternType { name: self.name(node, 0), representation: self.ty_at(node, 0) }
            }
            SyntaxKind::ExternFnItem => ItemKind::ExternFn {
                name: self.name(node, 0),
                parameters: self.typed_names(node),
                result: self.ty_at(node, 0),
            },
            SyntaxKind::FunctionItem => ItemKind::Function {
                name: self.name(node, 0),
                parameters: self.typed_names(node),
                result: self.ty_at(node, 0),
                body: self.expr_at(node, 0),
            },
            SyntaxKind::EntityItem => ItemKind::Entity(self.entity(node)),
            SyntaxKind::AllocItem => ItemKind::Alloc(Box::new(self.alloc(node))),
            SyntaxKind::ComponentsItem => ItemKind::Components(self.components(node)),
            SyntaxKind::RuleItem => {
                ItemKind::Rule { name: self.name(node, 0), block: self.block_below(node) }
            }
            SyntaxKind::TestItem => ItemKind::Test(Test {
                name: self.plain_text_at(node, 0),
                steps: node.children().filter_map(|child| self.step(&child)).collect(),
            }),
            _ => return None,
        };
        Some(Item { doc: doc_before(node), span: self.span(node), kind })
    }

    fn typed_names(&mut self, node: &SyntaxNode) -> Vec<(Name, Type)> {
        children(node, SyntaxKind::TypedName)
            .map(|field| (self.name(&field, 0), self.ty_at(&field, 0)))
            .collect()
    }

    fn register(&mut self, node: &SyntaxNode) -> ItemKind {
        let place = child(node, SyntaxKind::RegisterPlace);
        ItemKind::Register {
            name: self.name(node, 0),
            place: place.as_ref().map(solid_text).unwrap_or_default(),
            place_span: self.span(place.as_ref().unwrap_or(node)),
            scopes: self.names(node).into_iter().skip(1).collect(),
        }
    }

    fn output(&mut self, node: &SyntaxNode) -> Output {
        let mut output = Output {
            database: self.name(node, 0),
            table: self.name(node, 1),
            key: Vec::new(),
            write: Vec::new(),
            init: Vec::new(),
            keep: Vec::new(),
            owns: None,
        };
        for part in node.children() {
            match part.kind() {
                SyntaxKind::OutputKey => output.key.extend(self.names(&part)),
                SyntaxKind::OutputWrite => output.write.extend(self.names(&part)),
                SyntaxKind::OutputInit => {
                    for column in children(&part, SyntaxKind::OutputInitColumn) {
                        output.init.push((self.name(&column, 0), self.expr_at(&column, 0)));
                    }
                }
                SyntaxKind::OutputKeep => {
                    for column in children(&part, SyntaxKind::OutputKeepColumn) {
                        output.keep.push((self.name(&column, 0), self.exprs(&column)));
                    }
                }
                SyntaxKind::OutputOwns => output.owns = Some(self.expr_at(&part, 0)),
                _ => {}
            }
        }
        if output.key.is_empty() {
            self.missing(
                node,
                "an output without `key`",
                "this output",
                "add `key column, …`: it identifies a row",
            );
        }
        output
    }

    fn entity(&mut self, node: &SyntaxNode) -> Entity {
        let mut group_by = Vec::new();
        if let Some(group) = child(node, SyntaxKind::GroupBy) {
            let exprs = self.exprs(&group);
            let names = self.names(&group);
            if exprs.len() != names.len() {
                let span = self.span(&group);
                self.error(
                    "E0117",
                    span,
                    format!("{} values and {} names in `group by`", exprs.len(), names.len()),
                    "every value needs a name",
                    Some("write `group by (a, b) as (name_of_a, name_of_b)`"),
                );
            }
            group_by = exprs.into_iter().zip(names).collect();
        }
        Entity {
            name: self.name(node, 0),
            clauses: self.clauses_below(node),
            group_by,
            attributes: children(node, SyntaxKind::Attribute)
                .map(|attribute| self.attribute(&attribute))
                .collect(),
        }
    }

    fn attribute(&mut self, node: &SyntaxNode) -> Attribute {
        let has_type = node.children().any(|child| child.kind().is_type());
        let value = match child(node, SyntaxKind::Inverse) {
            Some(inverse) => {
                AttributeValue::Inverse { entity: self.name(&inverse, 0), attribute: self.name(&inverse, 1) }
            }
            None => AttributeValue::Expr(self.expr_at(node, 0)),
        };
        Attribute {
            doc: doc_before(node),
            name: self.name(node, 0),
            ty: has_type.then(|| self.ty_at(node, 0)),
            value,
            otherwise: self.otherwise(node),
        }
    }

    fn alloc(&mut self, node: &SyntaxNode) -> Alloc {
        let missing = Expr { span: self.span(node), kind: ExprKind::Missing };
        let mut alloc = Alloc {
            name: self.name(node, 0),
            clauses: self.clauses_below(node),
            scope: None,
            range_low: missing.clone(),
            range_high: missing,
            request: None,
            keep: None,
            clash: None,
        };
        let mut seen = Vec::new();
        for part in node.children() {
            let value = self.expr_at(&part, 0);
            let word = match part.kind() {
                SyntaxKind::AllocScope => {
                    alloc.scope = Some(value);
                    "scope"
                }
                SyntaxKind::AllocRange => {
                    alloc.range_low = value;
                    alloc.range_high = self.expr_at(&part, 1);
                    "range"
                }
                SyntaxKind::AllocRequest => {
                    alloc.request = Some(value);
                    "request"
                }
                SyntaxKind::AllocKeep => {
                    alloc.keep = Some(value);
                    "keep"
                }
                SyntaxKind::AllocClash => {
                    alloc.clash = Some(value);
                    "clash"
                }
                _ => continue,
            };
            self.unique(&part, word, &mut seen);
        }
        if !seen.iter().any(|seen| seen == "range") {
            self.missing(node, "an alloc without `range`", "this alloc", "add `range lowest .. highest`");
        }
        alloc
    }

    fn components(&mut self, node: &SyntaxNode) -> Components {
        let mut edges = children(node, SyntaxKind::ComponentsEdge);
        let edge = edges.next();
        if edge.is_none() {
            self.missing(node, "components without an edge", "these components", "add `edge a, b`");
        }
        if let Some(second) = edges.next() {
            let mut seen = vec!["edge".to_owned()];
            self.unique(&second, "edge", &mut seen);
        }
        let edge = edge.as_ref();
        let position = |position| if edge.is_some() { position } else { usize::MAX };
        Components {
            name: self.name(node, 0),
            clauses: self.clauses_below(node),
            from: self.expr_at(edge.unwrap_or(node), position(0)),
            to: self.expr_at(edge.unwrap_or(node), position(1)),
        }
    }
}

/// The `///` lines right before a node.
fn doc_before(node: &SyntaxNode) -> String {
    let mut lines = Vec::new();
    let mut before = node.prev_sibling_or_token();
    while let Some(SyntaxElement::Token(token)) = before {
        match token.kind() {
            SyntaxKind::DocComment => {
                let text = token.text().trim_start_matches('/');
                lines.push(text.strip_prefix(' ').unwrap_or(text).trim_end().to_owned());
            }
            kind if kind.is_trivia() => {}
            _ => break,
        }
        before = token.prev_sibling_or_token();
    }
    lines.reverse();
    lines.join("\n")
}
