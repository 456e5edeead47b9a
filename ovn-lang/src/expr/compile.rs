//! Matches turned into matches of OpenFlow flows (`expr_to_matches`).

use std::collections::HashMap;
use std::sync::Arc;

use weft_openflow::{Field, Match};

use super::expand::SetError;
use super::normalize::normalize;
use super::resolution::Resolution;
use super::tree::{Compare, Constant, Expr, In, Operand};
use crate::symbol::{Source, SymbolId, SymbolTable};

/// Why a match has no flows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// A set is not what the match needs.
    #[error(transparent)]
    Set(#[from] SetError),
    /// The table of symbols contradicts itself.
    #[error("{0}")]
    Symbol(String),
    /// The switch has no such field.
    #[error("{0} can be written but not matched")]
    NoField(String),
    /// Multiplied out, the match has too many parts.
    #[error("the match has too many combinations")]
    TooLarge,
}

/// A clause of a conjunctive match that a flow satisfies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Conjunction {
    /// Which conjunctive match, from 1.
    pub id: u32,
    /// Which clause, from 0.
    pub clause: u8,
    /// Of how many.
    pub clauses: u8,
}

/// The match of one flow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowMatch {
    /// What it matches.
    pub matches: Match,
    /// The clauses that it satisfies; a flow without any runs the actions of the logical flow.
    pub conjunctions: Vec<Conjunction>,
}

/// A place where each member of one set makes one flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) within: In,
    /// What the flow matches besides.
    pub(super) base: Match,
    pub(super) conjunction: Option<Conjunction>,
}

/// The flows of one match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compiled {
    /// Flows that depend on no set, or on sets that were looked into.
    pub(super) fixed: Vec<FlowMatch>,
    /// Places of sets that were not.
    pub(super) slots: Vec<Slot>,
    /// How many conjunctive matches there are; their ids are 1 to this, for the caller to move.
    pub conjunctions: u32,
    /// Sets and groups that were looked into: when they change, the match is compiled anew.
    pub(super) expanded: Vec<Constant>,
    /// Ports that were asked for: when their keys change, the match is compiled anew.
    pub ports: Vec<Arc<str>>,
    /// Ports that were asked for their chassis.
    pub residents: Vec<Arc<str>>,
}

/// Turns a parsed match, joined with the prerequisites of the actions, into matches of flows.
///
/// # Errors
/// [`CompileError`].
pub fn compile(
    expr: &Expr,
    table: &SymbolTable,
    resolution: &dyn Resolution,
) -> Result<Compiled, CompileError> {
    let keep = |within: &In| makes_slot(within, table, resolution);
    match compile_keeping(expr, table, resolution, &keep)? {
        Some(compiled) if compiled.slots_are_disjoint() => Ok(compiled),
        _ => compile_keeping(expr, table, resolution, &|_| false)?.ok_or(CompileError::TooLarge),
    }
}

/// Whether each member of the set that `within` names makes one flow, whatever the members are.
fn makes_slot(within: &In, table: &SymbolTable, resolution: &dyn Resolution) -> bool {
    match within.only_set() {
        Some(Constant::AddressSet(name)) => resolution.address_set(name).is_some_and(|set| {
            set.is_plain()
                && set.fits(table.get(within.field.symbol).width)
                && !set.has_twins(within.field.bits)
        }),
        Some(Constant::PortGroup(name)) => resolution.port_group(name).is_some_and(|ports| {
            ports.len() >= 2 && ports.iter().any(|port| resolution.port_key(port).is_some())
        }),
        _ => false,
    }
}

/// Compiles with the sets that `keep` tells left as slots; none if one must be looked into.
fn compile_keeping(
    expr: &Expr,
    table: &SymbolTable,
    resolution: &dyn Resolution,
    keep: &dyn Fn(&In) -> bool,
) -> Result<Option<Compiled>, CompileError> {
    let mut residents = Vec::new();
    let mut expanded = Vec::new();
    for leaf in expr.leaves() {
        match leaf {
            Expr::Resident { port, .. } => residents.push(port.clone()),
            Expr::In(within) if !keep(within) => expanded.extend(within.constants.values.iter().cloned()),
            _ => {}
        }
    }
    expanded.retain(|c| matches!(c, Constant::AddressSet(_) | Constant::PortGroup(_)));
    let normal = expr.clone().expanded(table, resolution, keep)?;
    if splits_sets(&normal, table) {
        return Ok(None);
    }
    let normal = normal.annotated(table).map_err(CompileError::Symbol)?;
    let normal = normal.with_chassis(&|port| resolution.is_chassis_resident(port)).simplified(table);
    let normal = normalize(normal, table);
    if normal.too_large {
        return Err(CompileError::TooLarge);
    }
    if normal.needs_members {
        return Ok(None);
    }
    let mut builder =
        Builder { table, resolution, flows: Vec::new(), index: HashMap::new(), slots: Vec::new() };
    let mut ports = Vec::new();
    for leaf in normal.expr.leaves() {
        if let Expr::Compare(Compare { operand: Operand::Port(port), .. }) = leaf {
            ports.push(port.clone());
        }
    }
    let conjunctions = builder.expr(&normal.expr)?;
    let Builder { flows: fixed, slots, .. } = builder;
    Ok(Some(Compiled { fixed, slots, conjunctions, expanded, ports, residents }))
}

/// Whether a set stands beside something else in a disjunction that is joined with another one.
///
/// Each member has its prerequisite for itself then, and is multiplied with the other disjunction, where a set by
/// itself would be a clause.
fn splits_sets(expr: &Expr, table: &SymbolTable) -> bool {
    let has_prerequisite = |part: &Expr| match part {
        Expr::In(within) => table.get(within.field.symbol).prerequisite.is_some(),
        _ => false,
    };
    let is_mixed = |part: &Expr| match part {
        Expr::Or(parts) => part.unique_symbol().is_none() && parts.iter().any(has_prerequisite),
        _ => false,
    };
    match expr {
        Expr::And(parts) => {
            let disjunctions = parts.iter().filter(|part| matches!(part, Expr::Or(_) | Expr::In(_))).count();
            disjunctions >= 2 && parts.iter().any(is_mixed)
                || parts.iter().any(|part| splits_sets(part, table))
        }
        Expr::Or(parts) => parts.iter().any(|part| splits_sets(part, table)),
        _ => false,
    }
}

struct Builder<'a> {
    table: &'a SymbolTable,
    resolution: &'a dyn Resolution,
    flows: Vec<FlowMatch>,
    index: HashMap<Match, usize>,
    slots: Vec<Slot>,
}

impl Builder<'_> {
    /// Adds the flows of a normal form; says how many conjunctive matches they have.
    fn expr(&mut self, expr: &Expr) -> Result<u32, CompileError> {
        let mut conjunctions = 0;
        match expr {
            Expr::And(clauses) => self.conjunction(clauses, &mut conjunctions)?,
            Expr::Or(alternatives) => {
                for alternative in alternatives {
                    match alternative {
                        Expr::And(clauses) => self.conjunction(clauses, &mut conjunctions)?,
                        other => self.clause(other, &Match::any(), None).map(|_| ())?,
                    }
                }
            }
            Expr::Boolean(true) => self.add(Match::any(), None),
            Expr::Boolean(false) => {}
            other => self.clause(other, &Match::any(), None).map(|_| ())?,
        }
        Ok(conjunctions)
    }

    /// One flow if no clause has alternatives, a flow for each alternative if one has, and a conjunctive
    /// match if several have.
    fn conjunction(&mut self, clauses: &[Expr], conjunctions: &mut u32) -> Result<(), CompileError> {
        let mut base = Match::any();
        let mut disjunctions = Vec::new();
        for clause in clauses {
            match clause {
                Expr::Compare(compare) => {
                    if !self.constrain(compare, &mut base)? {
                        return Ok(());
                    }
                }
                other => disjunctions.push(other),
            }
        }
        match disjunctions.as_slice() {
            [] => self.add(base, None),
            [only] => {
                self.clause(only, &base, None)?;
            }
            several => {
                *conjunctions += 1;
                let id = *conjunctions;
                for (clause, disjunction) in (0..).zip(several) {
                    let place = Conjunction { id, clause, clauses: several.len() as u8 };
                    if !self.clause(disjunction, &base, Some(place))? {
                        // A clause that nothing satisfies: the match as a whole never holds.
                        return Ok(());
                    }
                }
                base.set_exact(Field::CONJ_ID, id.into());
                self.add(base, None);
            }
        }
        Ok(())
    }

    /// Adds a flow for each alternative; says whether there is one.
    fn clause(
        &mut self,
        clause: &Expr,
        base: &Match,
        place: Option<Conjunction>,
    ) -> Result<bool, CompileError> {
        let alternatives = match clause {
            Expr::Or(alternatives) => alternatives.as_slice(),
            Expr::In(within) => {
                field(self.table, within.field.symbol)?;
                self.slots.push(Slot { within: within.clone(), base: base.clone(), conjunction: place });
                return Ok(true);
            }
            one => std::slice::from_ref(one),
        };
        let mut any = false;
        for alternative in alternatives {
            let Expr::Compare(compare) = alternative else { continue };
            let mut flow = base.clone();
            if self.constrain(compare, &mut flow)? {
                self.add(flow, place);
                any = true;
            }
        }
        Ok(any)
    }

    fn constrain(&self, compare: &Compare, to: &mut Match) -> Result<bool, CompileError> {
        constrain(compare, field(self.table, compare.symbol)?, self.resolution, to)
    }

    /// Adds a flow. Of equal matches one stays: with the clauses of both, or with none if one has none.
    fn add(&mut self, matches: Match, place: Option<Conjunction>) {
        match self.index.get(&matches) {
            Some(&position) => {
                let found = &mut self.flows[position];
                match place {
                    Some(place) if !found.conjunctions.is_empty() => found.conjunctions.push(place),
                    _ => found.conjunctions.clear(),
                }
            }
            None => {
                self.index.insert(matches.clone(), self.flows.len());
                self.flows.push(FlowMatch { matches, conjunctions: place.into_iter().collect() });
            }
        }
    }
}

/// The field of a symbol in a normal form.
pub(super) fn field(table: &SymbolTable, id: SymbolId) -> Result<Field, CompileError> {
    match table.get(id).source {
        Source::Field(field) => Ok(field),
        _ => Err(CompileError::NoField(table.get(id).name.clone())),
    }
}

/// Narrows `to` by a comparison with its field; false if it names a port that there is not.
///
/// The comparison takes the place of one with the same field, as in OVN.
pub(super) fn constrain(
    compare: &Compare,
    field: Field,
    resolution: &dyn Resolution,
    to: &mut Match,
) -> Result<bool, CompileError> {
    let (value, mask) = match &compare.operand {
        Operand::Bits { value, mask } => (*value, *mask),
        Operand::Port(port) => match resolution.port_key(port) {
            Some(key) => (key.into(), field.info().full_mask()),
            None => return Ok(false),
        },
    };
    match field.registers() {
        registers if registers.is_empty() => to.remove(field),
        registers => registers.for_each(|n| to.remove(Field::reg(n))),
    }
    to.set(field, value, mask);
    Ok(true)
}

impl FlowMatch {
    /// Moves the ids of conjunctive matches up by `offset`.
    #[must_use]
    pub fn with_conjunctions_from(mut self, offset: u32) -> FlowMatch {
        for conjunction in &mut self.conjunctions {
            conjunction.id += offset;
        }
        if let Some((id, _)) = self.matches.get(Field::CONJ_ID) {
            self.matches.set_exact(Field::CONJ_ID, id + u128::from(offset));
        }
        self
    }
}
