//! Flows of matches whose sets and ports change, member by member.

use std::collections::HashMap;

use weft_openflow::Match;

use super::compile::{CompileError, Compiled, FlowMatch, Slot, constrain, field};
use super::expand::{Address, AddressSet, SetError, address_set, parse_address, port_group};
use super::operand::compare_port;
use super::resolution::Resolution;
use super::tree::{Compare, Constant, Relation};
use crate::symbol::SymbolTable;

/// What a change of a set means for the flows of a match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// These flows come or go with the member, and no other.
    Flows(Vec<FlowMatch>),
    /// The match must be compiled anew.
    Recompile,
}

impl Compiled {
    /// All flows.
    ///
    /// # Errors
    /// A set that the match names is gone.
    pub fn flows(
        &self,
        table: &SymbolTable,
        resolution: &dyn Resolution,
    ) -> Result<Vec<FlowMatch>, CompileError> {
        let mut flows = self.fixed.clone();
        let mut index: HashMap<Match, usize> =
            flows.iter().enumerate().map(|(n, f)| (f.matches.clone(), n)).collect();
        for slot in &self.slots {
            for flow in slot.flows(table, resolution)? {
                match index.get(&flow.matches) {
                    Some(&position) => merge(&mut flows[position], flow),
                    None => {
                        index.insert(flow.matches.clone(), flows.len());
                        flows.push(flow);
                    }
                }
            }
        }
        Ok(flows)
    }

    /// The flows that come when `address` was added to the set `name`, or that go when it was removed.
    ///
    /// `set` is the set without the address. Costs no more than the flows that come or go.
    ///
    /// # Errors
    /// The text is no address.
    pub fn address_changed(
        &self,
        table: &SymbolTable,
        resolution: &dyn Resolution,
        name: &str,
        set: &AddressSet,
        address: &str,
    ) -> Result<Change, CompileError> {
        let address = parse_address(address)?;
        let is_set = |c: &Constant| matches!(c, Constant::AddressSet(n) if &**n == name);
        // The form of the match is another for sets of none or one, and for one that has every address.
        if self.expanded.iter().any(is_set) || !set.is_plain() || address.1 == Some(0) {
            return Ok(Change::Recompile);
        }
        let slots = self.slots.iter().filter(|s| s.within.constants.values.iter().any(is_set));
        let mut flows = Vec::new();
        for slot in slots {
            let twin = set.has_twin(&address, slot.within.field.bits);
            if twin || slot.within.check_width(table, name, &address).is_err() {
                return Ok(Change::Recompile);
            }
            flows.extend(slot.flow(&slot.within.member(&address), table, resolution)?);
        }
        Ok(self.changed(flows))
    }

    /// The flows that come when `port` was added to the group `name`, or that go when it was removed.
    ///
    /// `others` are the ports of the group besides. A change of a port's key is the removal of the port with
    /// its old key and the addition with the new one.
    ///
    /// # Errors
    /// Those of the match, which it had before.
    pub fn port_changed(
        &self,
        table: &SymbolTable,
        resolution: &dyn Resolution,
        name: &str,
        others: &[std::sync::Arc<str>],
        port: &str,
    ) -> Result<Change, CompileError> {
        let is_group = |c: &Constant| matches!(c, Constant::PortGroup(n) if &**n == name);
        let bound = others.iter().any(|other| resolution.port_key(other).is_some());
        if self.expanded.iter().any(is_group) || others.len() < 2 || !bound {
            return Ok(Change::Recompile);
        }
        let slots = self.slots.iter().filter(|s| s.within.constants.values.iter().any(is_group));
        let mut flows = Vec::new();
        for slot in slots {
            let compare = compare_port(&slot.within.field, Relation::Equal, &port.into());
            flows.extend(slot.flow(&compare, table, resolution)?);
        }
        Ok(self.changed(flows))
    }

    /// A flow that is there for another reason must neither be added again nor go.
    fn changed(&self, flows: Vec<FlowMatch>) -> Change {
        let there = |flow: &FlowMatch| self.fixed.iter().any(|f| f.matches == flow.matches);
        if flows.iter().any(there) { Change::Recompile } else { Change::Flows(flows) }
    }

    /// Whether no two slots make the same flow.
    pub(super) fn slots_are_disjoint(&self) -> bool {
        let mut seen = std::collections::HashSet::new();
        self.slots.iter().all(|s| seen.insert((&s.base, s.within.field)))
    }
}

fn merge(found: &mut FlowMatch, flow: FlowMatch) {
    if found.conjunctions.is_empty() || flow.conjunctions.is_empty() {
        found.conjunctions.clear();
    } else {
        found.conjunctions.extend(flow.conjunctions);
    }
}

impl Slot {
    fn flows(
        &self,
        table: &SymbolTable,
        resolution: &dyn Resolution,
    ) -> Result<Vec<FlowMatch>, CompileError> {
        let compares: Vec<Compare> = match self.within.only_set() {
            Some(Constant::AddressSet(name)) => {
                let member = |address: &Address| self.within.member(address);
                address_set(resolution, name)?.addresses().map(member).collect()
            }
            Some(Constant::PortGroup(name)) => {
                let compare = |port| compare_port(&self.within.field, Relation::Equal, port);
                port_group(resolution, name)?.iter().map(compare).collect()
            }
            _ => {
                return Err(CompileError::Set(SetError::UnknownAddressSet(
                    self.within.constants.to_string(),
                )));
            }
        };
        let mut flows = Vec::with_capacity(compares.len());
        for compare in compares {
            flows.extend(self.flow(&compare, table, resolution)?);
        }
        Ok(flows)
    }

    /// The flow of one member; none for a port that there is not.
    fn flow(
        &self,
        compare: &Compare,
        table: &SymbolTable,
        resolution: &dyn Resolution,
    ) -> Result<Option<FlowMatch>, CompileError> {
        let mut matches = self.base.clone();
        let bound = constrain(compare, field(table, compare.symbol)?, resolution, &mut matches)?;
        let conjunctions = self.conjunction.into_iter().collect();
        Ok(bound.then_some(FlowMatch { matches, conjunctions }))
    }
}
