//! Whether flows name registers of their own kind of datapath.

use std::collections::{BTreeSet, HashMap};

use weft_syntax::span::Span;

use crate::checker::Checker;
use crate::expr::{Clause, Expr, ExprKind, Pattern};
use crate::program::{
    Attribute, AttributeValue, Block, Datapaths, EntityId, Flow, FunctionId, Head, Members, Rule, VarId,
};
use crate::report::{Detail, error};
use crate::types::Type;

/// The registers that a value is made of, by position, with the place where each is named.
type Named = BTreeSet<(usize, Span)>;

/// The registers that values are made of which stand outside the rules.
#[derive(Default, PartialEq)]
struct Definitions {
    functions: Vec<Named>,
    attributes: HashMap<(EntityId, usize), Named>,
}

/// What is known while the blocks of a rule are gone through.
struct Walk<'c> {
    rule: &'c Rule,
    definitions: &'c Definitions,
    /// The registers that bound variables are made of.
    variables: HashMap<VarId, Named>,
    /// Flows that name a register of another kind: the register, where, the flow and its kind.
    wrong: Vec<(usize, Span, Span, String)>,
}

impl Checker<'_> {
    /// Reports registers of one kind of datapath in flows of another. A scope that is the kind of a
    /// pipeline holds in its flows alone; any other scope says only which registers must not overlap.
    pub(crate) fn check_register_use(&mut self) {
        let mut definitions = Definitions::default();
        // Functions read attributes, and attributes call functions.
        loop {
            let next = self.registers_of_definitions(&definitions);
            if next == definitions {
                break;
            }
            definitions = next;
        }
        let mut wrong = Vec::new();
        for rule in &self.program.rules {
            let variables = HashMap::new();
            let mut walk = Walk { rule, definitions: &definitions, variables, wrong: Vec::new() };
            self.registers_in_block(&mut walk, &rule.block);
            wrong.append(&mut walk.wrong);
        }
        wrong.sort();
        wrong.dedup_by_key(|(register, span, ..)| (*register, *span));
        for (register, span, flow, kind) in wrong {
            let register = &self.registers[register];
            let scopes: Vec<&str> = register.scopes.iter().map(|scope| scope.text.as_str()).collect();
            let message = format!(
                "the register `{}` is one of `{}`, not of `{kind}`",
                register.name.text,
                scopes.join("`, `")
            );
            let problem = error("E0412", span, message, "not kept in these flows");
            let problem = problem.related(register.name.span, "declared here");
            self.report.push(problem.related(flow, format!("named in this flow of `{kind}`")));
        }
    }

    /// The registers that functions and attributes name, themselves or by what they are made of.
    fn registers_of_definitions(&self, known: &Definitions) -> Definitions {
        let functions = self.program.functions.iter();
        let functions = functions.map(|function| self.registers_in(known, &HashMap::new(), &function.body));
        let mut definitions = Definitions { functions: functions.collect(), ..Definitions::default() };
        for (entity, position, attribute) in self.attributes() {
            let named = match &attribute.value {
                AttributeValue::Value { expr, .. } => self.registers_in(known, &HashMap::new(), expr),
                AttributeValue::Members(parts) => {
                    parts.iter().flat_map(|part| self.registers_of_members(known, part)).collect()
                }
            };
            if !named.is_empty() {
                definitions.attributes.insert((entity, position), named);
            }
        }
        definitions
    }

    fn attributes(&self) -> impl Iterator<Item = (EntityId, usize, &Attribute)> {
        let entities = (0..).map(EntityId).zip(&self.program.entities);
        entities.flat_map(|(id, entity)| {
            entity.attributes.iter().enumerate().map(move |(position, attribute)| (id, position, attribute))
        })
    }

    fn registers_of_members(&self, definitions: &Definitions, members: &Members) -> Named {
        let mut variables = HashMap::new();
        self.bind_registers(definitions, &mut variables, &members.clauses);
        self.registers_in(definitions, &variables, &members.value)
    }

    fn registers_in(
        &self,
        definitions: &Definitions,
        variables: &HashMap<VarId, Named>,
        expr: &Expr,
    ) -> Named {
        let mut named = Named::new();
        expr.walk(&mut |part| match &part.kind {
            ExprKind::Register(_) => {
                named.extend(self.register_names.get(&part.span).map(|register| (*register, part.span)));
            }
            ExprKind::Variable(variable) => named.extend(variables.get(variable).into_iter().flatten()),
            ExprKind::Attribute(_, entity, position) => {
                named.extend(definitions.attributes.get(&(*entity, *position)).into_iter().flatten());
            }
            ExprKind::Call(FunctionId(function), _) => {
                named.extend(definitions.functions.get(*function as usize).into_iter().flatten());
            }
            _ => {}
        });
        named
    }

    /// What clauses bind is made of the registers of its source.
    fn bind_registers(
        &self,
        definitions: &Definitions,
        variables: &mut HashMap<VarId, Named>,
        clauses: &[Clause],
    ) {
        for clause in clauses {
            let (Clause::Let { pattern, value, .. } | Clause::From { pattern, source: value, .. }) = clause
            else {
                continue;
            };
            let named = self.registers_in(definitions, variables, value);
            if named.is_empty() {
                continue;
            }
            let bound = match pattern {
                Pattern::Variable(variable) => vec![*variable],
                Pattern::Tuple(parts) => parts.iter().flatten().copied().collect(),
            };
            variables.extend(bound.into_iter().map(|variable| (variable, named.clone())));
        }
    }

    fn registers_in_block(&self, walk: &mut Walk<'_>, block: &Block) {
        self.bind_registers(walk.definitions, &mut walk.variables, &block.clauses);
        for head in &block.heads {
            match head {
                Head::Flow(flow) => self.registers_in_flow(walk, flow),
                Head::For(block) => self.registers_in_block(walk, block),
                Head::If { arms, otherwise } => {
                    let blocks = arms.iter().map(|(_, block)| block).chain(otherwise);
                    blocks.for_each(|block| self.registers_in_block(walk, block));
                }
                Head::Emit { .. } | Head::EmitMember { .. } | Head::Warn { .. } => {}
            }
        }
    }

    fn registers_in_flow(&self, walk: &mut Walk<'_>, flow: &Flow) {
        let datapath = match &flow.datapaths {
            Datapaths::One(datapath) => &datapath.ty,
            Datapaths::All { member, .. } => &walk.rule.variables[member.index()].ty,
        };
        let Type::Entity(entity) = datapath else { return };
        let Some(stage) = self.program.stages.iter().find(|stage| stage.datapaths == *entity) else { return };
        let is_kind = |name: &str| self.program.stages.iter().any(|stage| stage.kind == name);
        for text in [&flow.matches, &flow.actions] {
            for (register, span) in self.registers_in(walk.definitions, &walk.variables, text) {
                let scopes = self.registers[register].scopes;
                let holds = scopes.iter().any(|scope| scope.text == stage.kind || !is_kind(&scope.text));
                if !holds && !scopes.is_empty() {
                    walk.wrong.push((register, span, flow.span, stage.kind.clone()));
                }
            }
        }
    }
}
