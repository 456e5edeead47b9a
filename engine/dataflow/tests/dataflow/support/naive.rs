//! A plan evaluated from scratch, as slowly and plainly as can be.

use std::collections::{BTreeMap, BTreeSet};

use weft_plan::plan::{
    Aggregation, AggregationKind, HeadId, JoinInput, JoinSide, NodeId, NodeKind, Plan, Step,
};
use weft_plan::scalar::Scalar;
use weft_syntax::ast::BinaryOp;
use weft_value::Value;

use super::{Bag, Values};

/// What an allocation gave: by scope and holder.
pub(crate) type Ids = BTreeMap<(Value, Value), i64>;

/// Evaluates plans; remembers only what allocations gave.
#[derive(Default)]
pub(crate) struct Naive {
    pub(crate) ids: BTreeMap<String, Ids>,
}

impl Naive {
    /// The rows of every head, given the rows of every table.
    pub(crate) fn evaluate(&mut self, plan: &Plan, tables: &[Bag]) -> BTreeMap<HeadId, Bag> {
        let mut nodes: Vec<(Bag, usize)> = Vec::new();
        let mut heads: BTreeMap<HeadId, Bag> = BTreeMap::new();
        for node in &plan.nodes {
            let rows = |id: NodeId| &nodes[id.0 as usize].0;
            let key_width = |id: NodeId| nodes[id.0 as usize].1;
            let mut key = 0;
            let mut output = Bag::new();
            match &node.kind {
                NodeKind::Unit => add(&mut output, vec![], 1),
                NodeKind::Input { table } => output = tables[*table as usize].clone(),
                NodeKind::Map { input, steps: list } => {
                    rows(*input)
                        .iter()
                        .for_each(|(row, count)| steps(list, row.clone(), *count, &mut output));
                }
                NodeKind::Union { inputs } => {
                    for input in inputs {
                        rows(*input).iter().for_each(|(row, count)| add(&mut output, row.clone(), *count));
                    }
                }
                NodeKind::Arrange { input, key: columns, value } => {
                    key = columns.len();
                    for (row, count) in rows(*input) {
                        let row = columns.iter().chain(value).map(|c| row[*c as usize].clone()).collect();
                        add(&mut output, row, *count);
                    }
                }
                NodeKind::Distinct { input } => {
                    key = key_width(*input);
                    rows(*input).keys().for_each(|row| add(&mut output, row.clone(), 1));
                }
                NodeKind::Join { inputs, steps: list } => {
                    join(plan, inputs, &nodes)
                        .into_iter()
                        .for_each(|(row, count)| steps(list, row, count, &mut output));
                }
                NodeKind::Reduce { input, aggregation } => {
                    key = key_width(*input);
                    output = reduce(aggregation, rows(*input), key);
                }
                NodeKind::Allocate { input, name } => {
                    let memory = self.ids.entry(name.clone()).or_default();
                    output = allocate(rows(*input), memory);
                }
                NodeKind::Components { input } => output = components(rows(*input)),
                NodeKind::Sink { input, head } => {
                    let rows = rows(*input).clone();
                    rows.into_iter()
                        .for_each(|(row, count)| add(heads.entry(*head).or_default(), row, count));
                }
            }
            nodes.push((output, key));
        }
        heads.retain(|_, bag| !bag.is_empty());
        heads
    }
}

/// The rows of a join's first input with the rest of those of the others that have its key.
fn join(plan: &Plan, inputs: &[JoinInput], nodes: &[(Bag, usize)]) -> Vec<(Values, i64)> {
    let rows = |input: &JoinInput| &nodes[input.node.0 as usize].0;
    let Some((first, others)) = inputs.split_first() else { return Vec::new() };
    let key = nodes[first.node.0 as usize].1;
    let mut result = Vec::new();
    for (row, count) in rows(first) {
        let mut combinations = vec![(row.clone(), *count)];
        for input in others {
            let width = width_of(plan, input.node);
            let same: Bag = rows(input)
                .iter()
                .filter(|(other, _)| other[..key] == row[..key])
                .map(|(other, count)| (other[key..].to_vec(), *count))
                .collect();
            combinations = combine(combinations, &same, input.side, width - key);
        }
        result.extend(combinations);
    }
    result
}

/// The groups of rows of equal key, each with its value.
fn reduce(aggregation: &Aggregation, rows: &Bag, key: usize) -> Bag {
    let mut groups: BTreeMap<Values, Vec<Values>> = BTreeMap::new();
    for (row, count) in rows {
        let group = groups.entry(row[..key].to_vec()).or_default();
        (0..*count).for_each(|_| group.push(row[key..].to_vec()));
    }
    let mut output = Bag::new();
    for (group, members) in groups {
        if let Some(value) = aggregate(aggregation, members) {
            add(&mut output, [group, vec![Some(value)]].concat(), 1);
        }
    }
    output
}

fn add(bag: &mut Bag, row: Values, count: i64) {
    *bag.entry(row).or_default() += count;
}

fn steps(list: &[Step], mut row: Values, count: i64, output: &mut Bag) {
    let Some((step, rest)) = list.split_first() else {
        return add(output, row, count);
    };
    match step {
        Step::Push(value) => row.push(scalar(value, &row)),
        Step::Filter(value) if scalar(value, &row) != Some(Value::Bool(true)) => return,
        Step::Require(value) if scalar(value, &row).is_none() => return,
        Step::Filter(_) | Step::Require(_) => {}
        Step::Project(columns) => row = columns.iter().map(|c| row[*c as usize].clone()).collect(),
        Step::Unnest { value, .. } => {
            let members: BTreeSet<Vec<Value>> = match scalar(value, &row) {
                Some(Value::Set(members)) => members.iter().map(|m| vec![m.clone()]).collect(),
                Some(Value::List(members)) => members.iter().map(|m| vec![m.clone()]).collect(),
                Some(Value::Map(entries)) => {
                    entries.iter().map(|(k, v)| vec![k.clone(), v.clone()]).collect()
                }
                _ => return,
            };
            for member in members {
                let row = row.iter().cloned().chain(member.into_iter().map(Some)).collect();
                steps(rest, row, count, output);
            }
            return;
        }
    }
    steps(rest, row, count, output);
}

/// The scalars that the tests' plans use.
fn scalar(code: &Scalar, row: &Values) -> Option<Value> {
    match code {
        Scalar::Constant(value) => Some(value.clone()),
        Scalar::Column(column) => row[*column as usize].clone(),
        Scalar::Tuple(parts) => {
            Some(Value::Tuple(parts.iter().map(|part| scalar(part, row)).collect::<Option<_>>()?))
        }
        Scalar::If(condition, then, otherwise) => match scalar(condition, row)? {
            Value::Bool(true) => scalar(then, row),
            _ => scalar(otherwise, row),
        },
        Scalar::Binary(operator, left, right) => {
            let (left, right) = (scalar(left, row)?, scalar(right, row)?);
            Some(match (operator, &left, &right) {
                (BinaryOp::Add, Value::Int(a), Value::Int(b)) => Value::Int(a + b),
                (BinaryOp::Div, Value::Int(a), Value::Int(b)) => Value::Int(a.checked_div(*b)?),
                (BinaryOp::Lt, a, b) => Value::Bool(a < b),
                (BinaryOp::Eq, a, b) => Value::Bool(a == b),
                _ => panic!("the naive evaluator does not know {operator:?}"),
            })
        }
        other => panic!("the naive evaluator does not know {other:?}"),
    }
}

fn aggregate(aggregation: &Aggregation, rows: Vec<Values>) -> Option<Value> {
    let order = aggregation.descending.len();
    let mut rows: Vec<Vec<Value>> =
        rows.into_iter().map(|row| row.into_iter().map(|value| value.unwrap()).collect()).collect();
    rows.sort_by(|a, b| {
        let columns = a.iter().zip(b).enumerate().map(|(position, (x, y))| {
            if aggregation.descending.get(position) == Some(&true) { y.cmp(x) } else { x.cmp(y) }
        });
        columns.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    });
    let values = || rows.iter().map(|row| row[order].clone());
    Some(match aggregation.kind {
        AggregationKind::Set => Value::Set(std::sync::Arc::new(values().collect())),
        AggregationKind::List => Value::List(values().collect()),
        AggregationKind::Map => {
            let mut map = BTreeMap::new();
            for row in &rows {
                map.entry(row[order].clone()).or_insert_with(|| row[order + 1].clone());
            }
            Value::Map(std::sync::Arc::new(map))
        }
        AggregationKind::Count => Value::Int(rows.len() as i64),
        AggregationKind::Sum => Value::Int(
            values()
                .map(|value| if let Value::Int(value) = value { value } else { panic!("no number") })
                .sum(),
        ),
        AggregationKind::Min => values().min()?,
        AggregationKind::Max => values().max()?,
        AggregationKind::Least => values().next()?,
        AggregationKind::Number => {
            Value::List((1..).zip(values()).map(|(n, v)| Value::Tuple([Value::Int(n), v].into())).collect())
        }
        AggregationKind::The => {
            let distinct: BTreeSet<Value> = values().collect();
            let only = distinct.len() == 1;
            return distinct.into_iter().next().filter(|_| only);
        }
    })
}

struct Claim {
    scope: Value,
    holder: Value,
    low: i64,
    high: i64,
    request: Option<i64>,
    keep: Option<i64>,
}

/// The id that a claim wants, given what is taken.
type Choice<'c> = dyn Fn(&Claim, &BTreeMap<i64, Value>) -> Option<i64> + 'c;

/// LANGUAGE.md, section *emit*: requests, then what a holder has, then the lowest free.
fn allocate(rows: &Bag, memory: &mut Ids) -> Bag {
    let number = |value: &Option<Value>| match value {
        Some(Value::Int(value)) => Some(*value),
        _ => None,
    };
    let claims: Vec<Claim> = rows
        .keys()
        .map(|row| Claim {
            holder: row[0].clone().unwrap(),
            scope: row[1].clone().unwrap(),
            low: number(&row[2]).unwrap(),
            high: number(&row[3]).unwrap(),
            request: number(&row[4]),
            keep: number(&row[5]),
        })
        .collect();
    let mut scopes: BTreeMap<Value, Vec<Claim>> = BTreeMap::new();
    for claim in claims {
        scopes.entry(claim.scope.clone()).or_default().push(claim);
    }
    let (mut given, mut output) = (Ids::new(), Bag::new());
    for (scope, mut claims) in scopes {
        claims.sort_by(|a, b| a.holder.cmp(&b.holder));
        let before = |claim: &Claim| memory.get(&(scope.clone(), claim.holder.clone())).copied();
        let mut taken: BTreeMap<i64, Value> = BTreeMap::new();
        let requests: BTreeSet<i64> = claims.iter().filter_map(|claim| claim.request).collect();
        for id in requests {
            let wants = |claim: &&Claim| claim.request == Some(id) && (claim.low..=claim.high).contains(&id);
            let rank = |claim: &&Claim| match before(claim) {
                Some(had) if had == id => 0,
                None if claim.keep == Some(id) => 1,
                _ => 2,
            };
            if let Some(winner) = claims.iter().filter(wants).min_by_key(rank) {
                taken.insert(id, winner.holder.clone());
            }
        }
        let choices: [&Choice<'_>; 3] =
            [&|claim, _| before(claim), &|claim, _| claim.keep, &|claim, taken| {
                (claim.low..=claim.high).find(|id| !taken.contains_key(id))
            }];
        for choose in choices {
            for claim in &claims {
                let has_one = taken.values().any(|holder| *holder == claim.holder);
                let id = choose(claim, &taken).filter(|id| (claim.low..=claim.high).contains(id));
                if let Some(id) = id.filter(|id| !has_one && !taken.contains_key(id)) {
                    taken.insert(id, claim.holder.clone());
                }
            }
        }
        for claim in &claims {
            let id = taken.iter().find(|(_, holder)| **holder == claim.holder).map(|(id, _)| *id);
            if let Some(id) = id {
                given.insert((scope.clone(), claim.holder.clone()), id);
            }
            let shown = id.map_or(Value::None, Value::Int);
            let unmet = Value::Bool(claim.request.is_some() && claim.request != id);
            add(&mut output, vec![Some(claim.holder.clone()), Some(shown), Some(unmet)], 1);
        }
    }
    *memory = given;
    output
}

fn components(edges: &Bag) -> Bag {
    let mut least: BTreeMap<Value, Value> = BTreeMap::new();
    let ends: Vec<(Value, Value)> =
        edges.keys().map(|row| (row[0].clone().unwrap(), row[1].clone().unwrap())).collect();
    for node in ends.iter().flat_map(|(a, b)| [a, b]) {
        least.insert(node.clone(), node.clone());
    }
    for _ in 0..least.len() {
        for (a, b) in &ends {
            let low = least[a].clone().min(least[b].clone());
            least.insert(a.clone(), low.clone());
            least.insert(b.clone(), low);
        }
    }
    least.into_iter().map(|(node, least)| (vec![Some(node), Some(least)], 1)).collect()
}

/// Combinations with what an input of a join has for their key.
fn combine(combinations: Vec<(Values, i64)>, rows: &Bag, side: JoinSide, width: usize) -> Vec<(Values, i64)> {
    let mut result = Vec::new();
    for (row, count) in combinations {
        let with = |values: &Values, flag: &[Option<Value>]| [&row, values.as_slice(), flag].concat();
        let flag =
            |is_found| if side == JoinSide::Outer { vec![Some(Value::Bool(is_found))] } else { vec![] };
        match side {
            JoinSide::Absent if rows.is_empty() => result.push((row, count)),
            JoinSide::Absent => {}
            JoinSide::Outer if rows.is_empty() => {
                result.push((with(&vec![None; width], &flag(false)), count));
            }
            JoinSide::Inner | JoinSide::Outer => {
                result.extend(rows.iter().map(|(values, times)| (with(values, &flag(true)), count * times)));
            }
        }
    }
    result
}

/// Columns of an arranged node's rows.
fn width_of(plan: &Plan, node: NodeId) -> usize {
    match &plan.nodes[node.0 as usize].kind {
        NodeKind::Arrange { key, value, .. } => key.len() + value.len(),
        NodeKind::Distinct { input } => width_of(plan, *input),
        NodeKind::Reduce { input, .. } => key_width_of(plan, *input) + 1,
        _ => 0,
    }
}

fn key_width_of(plan: &Plan, node: NodeId) -> usize {
    match &plan.nodes[node.0 as usize].kind {
        NodeKind::Arrange { key, .. } => key.len(),
        NodeKind::Distinct { input } | NodeKind::Reduce { input, .. } => key_width_of(plan, *input),
        _ => 0,
    }
}
