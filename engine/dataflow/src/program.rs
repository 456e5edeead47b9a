//! A plan made ready to run: its promises checked, its scalars compiled.

use smallvec::SmallVec;
use weft_plan::plan::{Aggregation, HeadId, JoinInput, JoinSide, NodeId, NodeKind, Plan};
use weft_value::{Datum, HostRegistry};

use crate::error::LoadError;
use crate::expression::{Code, Compiler, StageNames};
use crate::shared::SharedInterner;
use crate::steps::Steps;

/// What drivers and sinks run.
pub(crate) struct Program {
    pub(crate) nodes: Vec<Node>,
    /// The nodes' names, apart from what runs.
    pub(crate) names: Vec<String>,
    pub(crate) heads: Vec<HeadCode>,
    pub(crate) stages: StageNames,
    /// Widths of the input tables' rows.
    pub(crate) tables: Vec<usize>,
}

/// A node, with the shape of its rows.
#[repr(align(64))]
pub(crate) struct Node {
    pub(crate) operator: Operator,
    width: u32,
    key_width: Option<u32>,
}

// A visit of a node reads one cache line of it.
const _: () = assert!(size_of::<Node>() <= 64);

impl Node {
    /// Columns of its rows.
    pub(crate) fn width(&self) -> usize {
        self.width as usize
    }

    /// For an arranged node, how many of the columns are the key.
    pub(crate) fn key_width(&self) -> Option<usize> {
        self.key_width.map(|columns| columns as usize)
    }
}

/// An input of a join.
#[derive(Clone, Copy)]
pub(crate) struct Joined {
    node: u32,
    pub(crate) side: JoinSide,
}

impl Joined {
    /// An arranged node.
    pub(crate) fn node(self) -> usize {
        self.node as usize
    }
}

/// What a node does: [`NodeKind`], compiled.
pub(crate) enum Operator {
    Unit,
    Input { table: usize },
    Map { input: usize, steps: Steps },
    Union { inputs: Box<[usize]> },
    Arrange { input: usize, columns: SmallVec<[u16; 8]> },
    Distinct { input: usize },
    Join { inputs: SmallVec<[Joined; 2]>, steps: Steps },
    Reduce { input: usize, aggregation: Box<Aggregation> },
    Allocate { input: usize, name: String },
    Components { input: usize },
    Sink { input: usize, head: HeadId },
}

/// The columns of a head.
pub(crate) struct HeadCode {
    pub(crate) columns: Vec<Code>,
}

impl Operator {
    /// The nodes that it reads.
    pub(crate) fn inputs(&self) -> Vec<usize> {
        match self {
            Operator::Unit | Operator::Input { .. } => Vec::new(),
            Operator::Union { inputs } => inputs.to_vec(),
            Operator::Join { inputs, .. } => inputs.iter().map(|input| input.node()).collect(),
            Operator::Map { input, .. }
            | Operator::Arrange { input, .. }
            | Operator::Distinct { input }
            | Operator::Reduce { input, .. }
            | Operator::Allocate { input, .. }
            | Operator::Components { input }
            | Operator::Sink { input, .. } => vec![*input],
        }
    }

    /// The nodes whose index it reads.
    pub(crate) fn indexed_inputs(&self) -> Vec<usize> {
        match self {
            Operator::Join { .. } | Operator::Distinct { .. } | Operator::Reduce { .. } => self.inputs(),
            _ => Vec::new(),
        }
    }

    pub(crate) fn steps(&self) -> Option<&Steps> {
        match self {
            Operator::Map { steps, .. } | Operator::Join { steps, .. } => Some(steps),
            _ => None,
        }
    }
}

impl Program {
    /// Checks and compiles a plan.
    pub(crate) fn new(
        plan: &Plan,
        hosts: &HostRegistry,
        interner: &SharedInterner,
    ) -> Result<Program, LoadError> {
        let interner = interner.read();
        let compiler = Compiler::new(&interner, &plan.hosts, hosts)?;
        let mut nodes: Vec<Node> = Vec::with_capacity(plan.nodes.len());
        for (position, node) in plan.nodes.iter().enumerate() {
            let loaded = Loader { plan, compiler: &compiler, nodes: &nodes }.node(&node.kind);
            let (operator, width, key_width) = loaded.map_err(|problem| LoadError::Plan {
                node: position,
                name: node.name.clone(),
                problem,
            })?;
            let key_width = key_width.map(|columns| columns as u32);
            nodes.push(Node { operator, width: width as u32, key_width });
        }
        let mut heads = Vec::with_capacity(plan.heads.len());
        for head in &plan.heads {
            let columns = head.columns.iter().map(|column| compiler.code(column)).collect::<Result<_, _>>();
            let columns = columns.map_err(|problem| LoadError::Head { name: head.name.clone(), problem })?;
            heads.push(HeadCode { columns });
        }
        let tables = plan.tables.iter().map(weft_plan::plan::InputTable::width).collect();
        let names = plan.nodes.iter().map(|node| node.name.clone()).collect();
        Ok(Program { nodes, names, heads, stages: StageNames::new(&plan.stages), tables })
    }

    /// Gives every datum in the code to `mark`.
    pub(crate) fn constants(&self, mark: &mut dyn FnMut(Datum)) {
        for steps in self.nodes.iter().filter_map(|node| node.operator.steps()) {
            steps.constants(mark);
        }
        for column in self.heads.iter().flat_map(|head| &head.columns) {
            column.constants(mark);
        }
    }
}

/// Checks one node against those before it.
struct Loader<'a> {
    plan: &'a Plan,
    compiler: &'a Compiler<'a>,
    nodes: &'a [Node],
}

type Loaded = Result<(Operator, usize, Option<usize>), String>;

impl Loader<'_> {
    fn node(&self, kind: &NodeKind) -> Loaded {
        Ok(match kind {
            NodeKind::Unit => (Operator::Unit, 0, None),
            NodeKind::Input { table } => {
                let shape = self.plan.tables.get(*table as usize);
                let shape = shape.ok_or_else(|| format!("there is no table {table}"))?;
                (Operator::Input { table: *table as usize }, shape.width(), None)
            }
            NodeKind::Map { input, steps } => {
                let (steps, width) = Steps::new(steps, self.read(*input)?.width(), self.compiler)?;
                (Operator::Map { input: input.0 as usize, steps }, width, None)
            }
            NodeKind::Union { inputs } => self.union(inputs)?,
            NodeKind::Arrange { input, key, value } => {
                let width = self.read(*input)?.width();
                let columns = || key.iter().chain(value);
                if let Some(column) = columns().find(|column| **column as usize >= width) {
                    return Err(format!("there is no column {column} among {width}"));
                }
                let columns = columns().map(|column| u16::try_from(*column));
                let columns = columns.collect::<Result<SmallVec<[u16; 8]>, _>>();
                let columns = columns.map_err(|_| format!("its input has {width} columns"))?;
                let width = columns.len();
                (Operator::Arrange { input: input.0 as usize, columns }, width, Some(key.len()))
            }
            NodeKind::Distinct { input } => {
                let (node, key_width) = self.arranged(*input)?;
                (Operator::Distinct { input: input.0 as usize }, node.width(), Some(key_width))
            }
            NodeKind::Join { inputs, steps } => {
                let (steps, width) = Steps::new(steps, self.joined_width(inputs)?, self.compiler)?;
                let inputs = inputs.iter().map(|input| Joined { node: input.node.0, side: input.side });
                let inputs = inputs.collect();
                (Operator::Join { inputs, steps }, width, None)
            }
            NodeKind::Reduce { input, aggregation } => {
                let key_width = self.reducible(*input, aggregation)?;
                let aggregation = Box::new(aggregation.clone());
                (Operator::Reduce { input: input.0 as usize, aggregation }, key_width + 1, Some(key_width))
            }
            NodeKind::Allocate { input, name } => {
                self.has_width(*input, 6)?;
                (Operator::Allocate { input: input.0 as usize, name: name.clone() }, 3, None)
            }
            NodeKind::Components { input } => {
                self.has_width(*input, 2)?;
                (Operator::Components { input: input.0 as usize }, 2, None)
            }
            NodeKind::Sink { input, head } => {
                let width = self.read(*input)?.width();
                if head.0 as usize >= self.plan.heads.len() {
                    return Err(format!("there is no head {}", head.0));
                }
                (Operator::Sink { input: input.0 as usize, head: *head }, width, None)
            }
        })
    }

    fn read(&self, node: NodeId) -> Result<&Node, String> {
        let found = self.nodes.get(node.0 as usize);
        found.ok_or_else(|| format!("it reads node {}, which does not stand before it", node.0))
    }

    fn arranged(&self, node: NodeId) -> Result<(&Node, usize), String> {
        let found = self.read(node)?;
        let key_width = found.key_width().ok_or_else(|| format!("node {} is not arranged", node.0))?;
        Ok((found, key_width))
    }

    /// Columns of the combinations of a join's inputs.
    fn joined_width(&self, inputs: &[JoinInput]) -> Result<usize, String> {
        let Some(first) = inputs.first().filter(|first| first.side == JoinSide::Inner) else {
            return Err("a join begins with an inner input".to_owned());
        };
        let (_, key_width) = self.arranged(first.node)?;
        let mut width = key_width;
        for input in inputs {
            let (node, other_width) = self.arranged(input.node)?;
            if other_width != key_width {
                return Err(format!("its keys have {key_width} and {other_width} columns"));
            }
            width += match input.side {
                JoinSide::Inner => node.width() - key_width,
                JoinSide::Outer => node.width() - key_width + 1,
                JoinSide::Absent => 0,
            };
        }
        Ok(width)
    }

    fn has_width(&self, node: NodeId, width: usize) -> Result<(), String> {
        match self.read(node)?.width() {
            found if found == width => Ok(()),
            found => Err(format!("its input has {found} columns and not {width}")),
        }
    }

    fn union(&self, inputs: &[NodeId]) -> Loaded {
        let Some((first, rest)) = inputs.split_first() else {
            return Err("a union of nothing has no width".to_owned());
        };
        let width = self.read(*first)?.width();
        rest.iter().try_for_each(|input| self.has_width(*input, width))?;
        Ok((Operator::Union { inputs: inputs.iter().map(|input| input.0 as usize).collect() }, width, None))
    }

    /// The width of the key, when the values have the columns that the aggregation wants.
    fn reducible(&self, input: NodeId, aggregation: &Aggregation) -> Result<usize, String> {
        let (node, key_width) = self.arranged(input)?;
        let columns = crate::aggregate::value_width(aggregation);
        if node.width() - key_width < columns {
            return Err(format!(
                "its input has {} value columns, fewer than {columns}",
                node.width() - key_width
            ));
        }
        Ok(key_width)
    }
}
