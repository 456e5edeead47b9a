//! Relations: the nodes that tables, entities, attributes, ids and components are.

use std::collections::BTreeSet;

use weft_lang::expr::Expr;
use weft_lang::program::{AttributeValue, EntityId, Members, TableId};
use weft_lang::types::Type;

use crate::atom::{Bindings, Question, Relation};
use crate::build::Stream;
use crate::lift::{Body, Lifter, ScopeKind, unwrapped};
use crate::plan::{Aggregation, AggregationKind, InputRows, NodeId, NodeKind, Step};
use crate::planner::{Planner, position};
use crate::scalar::Scalar;

impl Planner<'_> {
    /// All sets of columns that tell the rows of a relation apart, `key_of` first.
    pub(crate) fn row_keys(&self, relation: &Relation) -> Vec<BTreeSet<u32>> {
        let mut keys = vec![self.key_of(relation)];
        if let Relation::Table(table) = relation {
            let table = &self.program.tables[table.index()];
            let of_columns = |key: &Vec<usize>| key.iter().map(|column| position(column + 1)).collect();
            keys.extend(table.keys.iter().map(of_columns));
        }
        keys
    }

    /// Whether no two rows of a relation agree in these columns.
    pub(crate) fn is_key(&self, relation: &Relation, columns: &BTreeSet<u32>) -> bool {
        self.row_keys(relation).iter().any(|key| key.is_subset(columns))
    }

    /// A column of a table in its rows: the UUID, then the columns of the schema.
    pub(crate) fn place_in_table(&self, table: TableId, column: usize) -> u32 {
        let is_uuid = self.program.tables[table.index()].columns[column].name == "_uuid";
        if is_uuid { 0 } else { position(column + 1) }
    }

    /// The columns that tell the rows of a relation apart; of a table, the UUID.
    pub(crate) fn key_of(&self, relation: &Relation) -> BTreeSet<u32> {
        match relation {
            Relation::Collection(..) => [0, 1].into(),
            Relation::Attribute(entity, at) if self.is_member_set(*entity, *at) => [0, 1].into(),
            Relation::Table(_)
            | Relation::Entity(_)
            | Relation::Attribute(..)
            | Relation::Alloc(_)
            | Relation::Components(_) => [0].into(),
            Relation::Lookup(_, columns) => (0..position(columns.len())).collect(),
            Relation::Node(_, width) => (0..*width).collect(),
        }
    }

    /// Position of a relation's column in the rows of its node.
    pub(crate) fn column_of(&mut self, relation: &Relation, column: u32) -> u32 {
        match relation {
            Relation::Table(table) if column > 0 => self.input_column(*table, column as usize - 1),
            _ => column,
        }
    }

    /// The relation arranged by some columns, with others as the value.
    pub(crate) fn arranged_relation(
        &mut self,
        relation: &Relation,
        key: &Bindings,
        values: &Bindings,
    ) -> NodeId {
        let node = self.relation(relation);
        let mut places = |columns: &Bindings| -> Vec<u32> {
            columns.iter().map(|(column, _)| self.column_of(relation, *column)).collect()
        };
        let (key, values) = (places(key), places(values));
        self.graph.arrange(node, key, values)
    }

    /// The node of a relation's rows.
    pub(crate) fn relation(&mut self, relation: &Relation) -> NodeId {
        if let Relation::Table(table) = relation {
            return self.input(*table);
        }
        if let Relation::Node(node, _) = relation {
            return *node;
        }
        if let Some(known) = self.relations.get(relation) {
            return *known;
        }
        if !self.under_way.insert(relation.clone()) {
            // The checker lets nothing depend on itself; what would is empty.
            let unit = self.graph.add(NodeKind::Unit);
            let never = Step::Filter(Scalar::Undefined);
            return self.graph.map(unit, vec![never]);
        }
        let name = self.name_of(relation);
        let outside = self.rename(name);
        let node = match relation {
            Relation::Collection(table, column) => self.collection(*table, *column),
            Relation::Entity(entity) => self.members(*entity),
            Relation::Attribute(entity, at) => self.attribute(*entity, *at),
            Relation::Alloc(alloc) => self.alloc_ids(*alloc),
            Relation::Components(components) => self.components(*components),
            Relation::Lookup(table, columns) => self.least_rows(*table, columns),
            Relation::Table(_) | Relation::Node(..) => NodeId(0),
        };
        self.rename(outside);
        self.relations.insert(relation.clone(), node);
        node
    }

    fn name_of(&self, relation: &Relation) -> String {
        let program = self.program;
        match relation {
            Relation::Table(table) | Relation::Lookup(table, _) => self.table_name(*table),
            Relation::Collection(table, column) => {
                let column = &program.tables[table.index()].columns[*column].name;
                format!("{}.{column}", self.table_name(*table))
            }
            Relation::Entity(entity) => {
                let entity = &program.entities[entity.index()];
                format!("{} {}", self.source(entity.span), entity.name)
            }
            Relation::Attribute(entity, at) => {
                let entity = &program.entities[entity.index()];
                let attribute = &entity.attributes[*at];
                format!("{} {}.{}", self.source(attribute.span), entity.name, attribute.name)
            }
            Relation::Alloc(alloc) => {
                let alloc = &program.allocs[alloc.index()];
                format!("{} {}", self.source(alloc.span), alloc.name)
            }
            Relation::Components(components) => {
                let components = &program.components[components.index()];
                format!("{} {}", self.source(components.span), components.name)
            }
            Relation::Node(..) => String::new(),
        }
    }

    /// Each row with each member: an input of its own, indexed once for all rules.
    fn collection(&mut self, table: TableId, column: usize) -> NodeId {
        let is_map = matches!(self.program.tables[table.index()].columns[column].ty, Type::Map(..));
        let (rows, values) =
            if is_map { (InputRows::Entries, vec![1, 2]) } else { (InputRows::Members, vec![1]) };
        let input = self.member_input(table, column, rows);
        self.graph.arrange(input, vec![0], values)
    }

    /// The least row for each combination of values of the columns.
    fn least_rows(&mut self, table: TableId, columns: &[usize]) -> NodeId {
        let key = columns.iter().map(|column| self.input_column(table, *column)).collect();
        let input = self.input(table);
        let arranged = self.graph.arrange(input, key, vec![0]);
        self.graph.reduce(arranged, Aggregation { kind: AggregationKind::Min, descending: Vec::new() })
    }

    fn members(&mut self, id: EntityId) -> NodeId {
        let program = self.program;
        let entity = &program.entities[id.index()];
        let mut lifter = Lifter::new(self);
        lifter.open(ScopeKind::Extension);
        lifter.clauses(&entity.clauses);
        let mut parts: Vec<Scalar> = entity.key.iter().map(|part| lifter.strict(part)).collect();
        let body = lifter.close();
        if parts.len() == 1 {
            return self.distinct_rows(body, &[parts.remove(0)]);
        }
        let rows = self.distinct_rows(body, &parts);
        let parts = (0..position(parts.len())).map(Scalar::Column).collect();
        self.graph.map(
            rows,
            vec![Step::Push(Scalar::Tuple(parts)), Step::Project(vec![position(entity.key.len())])],
        )
    }

    fn attribute(&mut self, id: EntityId, at: usize) -> NodeId {
        let program = self.program;
        let entity = &program.entities[id.index()];
        match &entity.attributes[at].value {
            AttributeValue::Value { expr, unwrap, .. } => self.value_attribute(id, expr, *unwrap),
            AttributeValue::Members(parts) => self.member_set(id, parts),
        }
    }

    fn value_attribute(&mut self, id: EntityId, expr: &Expr, unwrap: bool) -> NodeId {
        let mut lifter = Lifter::new(self);
        lifter.open(ScopeKind::Extension);
        let key = lifter.member_of(id);
        let value = unwrapped(lifter.strict(expr), unwrap, &expr.ty);
        let body = lifter.close();
        self.rows(&body, &[Scalar::Column(key), value])
    }

    fn member_set(&mut self, id: EntityId, parts: &[Members]) -> NodeId {
        let mut all_unique = parts.len() == 1;
        let mut inputs = Vec::new();
        for part in parts {
            let mut lifter = Lifter::new(self);
            lifter.open(ScopeKind::Extension);
            let key = lifter.member_of(id);
            lifter.clauses(&part.clauses);
            let value = lifter.strict(&part.value);
            let body = lifter.close();
            let (stream, scalars) = self.stream_of(&body, &[Scalar::Column(key), value]);
            all_unique &= self.is_unique(&stream, &scalars);
            inputs.push(self.rows_of(stream, &scalars));
        }
        let rows = self.graph.union(inputs);
        if all_unique {
            return rows;
        }
        let arranged = self.graph.arrange(rows, vec![0, 1], Vec::new());
        self.graph.distinct(arranged)
    }

    /// The rows of a body with what these scalars read.
    pub(crate) fn stream_of(&mut self, body: &Body, scalars: &[Scalar]) -> (Stream, Vec<Scalar>) {
        let scalars: Vec<Scalar> = scalars.iter().map(|scalar| self.symbols.resolve(scalar)).collect();
        let needed = scalars.iter().flat_map(|scalar| self.symbols.read_by(scalar)).collect();
        (self.body(&body.atoms, None, &needed), scalars)
    }

    /// The node of these scalars over the rows of a body.
    pub(crate) fn rows(&mut self, body: &Body, scalars: &[Scalar]) -> NodeId {
        let (stream, scalars) = self.stream_of(body, scalars);
        self.rows_of(stream, &scalars)
    }

    /// As `rows`, each once.
    pub(crate) fn distinct_rows(&mut self, body: Body, scalars: &[Scalar]) -> NodeId {
        let (stream, scalars) = self.stream_of(&body, scalars);
        let is_unique = self.is_unique(&stream, &scalars);
        let rows = self.rows_of(stream, &scalars);
        if is_unique {
            return rows;
        }
        let arranged = self.graph.arrange(rows, (0..position(scalars.len())).collect(), Vec::new());
        self.graph.distinct(arranged)
    }

    fn is_unique(&self, stream: &Stream, scalars: &[Scalar]) -> bool {
        let symbols = scalars.iter().filter_map(|scalar| match scalar {
            Scalar::Column(symbol) => Some(*symbol),
            _ => None,
        });
        stream.is_unique_by(&symbols.collect(), &self.symbols)
    }

    /// Heads for the members that an attribute with `else warn` has no value for.
    pub(crate) fn attribute_warnings(&mut self, id: EntityId) {
        let program = self.program;
        let entity = &program.entities[id.index()];
        for (at, attribute) in entity.attributes.iter().enumerate() {
            if let AttributeValue::Value { warn: Some(text), .. } = &attribute.value {
                let source = self.source(text.span);
                self.rename(format!("{source} {}.{} warning", entity.name, attribute.name));
                self.attribute_warning(id, at, text, source);
            }
        }
    }

    fn attribute_warning(&mut self, id: EntityId, at: usize, text: &Expr, source: String) {
        let mut lifter = Lifter::new(self);
        lifter.open(ScopeKind::Extension);
        let key = lifter.member_of(id);
        lifter.open(ScopeKind::Sub);
        let value = lifter.fresh();
        lifter.relate(Relation::Attribute(id, at), vec![(0, key)], vec![(1, value)]);
        lifter.ask(Question::Antijoin);
        let text = lifter.strict(text);
        let body = lifter.close();
        self.warning(&body, text, source);
    }
}
