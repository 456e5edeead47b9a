//! The flows of many logical flows together (`ofctrl_add_flow`, `ofctrl_add_or_append_conj_flow`,
//! `flow_is_preferred`).

use std::collections::BTreeMap;
use std::sync::Arc;

use weft_openflow::{Action, Match};
use weft_ovn_lang::action::Pipeline;
use weft_ovn_lang::encode::table;
use weft_ovn_lang::expr::Conjunction;

use crate::flow::LogicalFlow;
use crate::translate::Translation;

/// What there is one flow for in a switch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The OpenFlow table.
    pub table: u8,
    /// The priority.
    pub priority: u16,
    /// The match.
    pub matches: Match,
}

/// A flow that one logical flow asks for, or the flow of all clauses of conjunctive matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The logical flow; 0 for clauses, which several may have in common.
    pub uuid: u128,
    /// What the flow does; none if it drops packets.
    pub actions: Arc<[Action]>,
}

impl Candidate {
    /// The cookie: the first 32 bits of the logical flow's UUID.
    pub fn cookie(&self) -> u32 {
        (self.uuid >> 96) as u32
    }
}

/// Those who ask for flows with one key.
#[derive(Debug, Default)]
struct Wanted {
    /// In the order of their UUIDs.
    candidates: Vec<Candidate>,
    clauses: Vec<Conjunction>,
}

/// The flow for a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice<'t> {
    /// The key.
    pub key: &'t Key,
    /// The flows that have the same right to it, at least one; the first is the one for the switch.
    pub candidates: Vec<Candidate>,
}

/// OpenFlow flows by table, priority and match, with those who ask for them.
#[derive(Debug, Default)]
pub struct FlowTable {
    flows: BTreeMap<Key, Wanted>,
    /// How many ids of conjunctive matches were given out.
    conjunctions: u32,
}

impl FlowTable {
    /// Adds the flows of a logical flow on one datapath.
    pub fn add(&mut self, flow: &LogicalFlow, translation: Translation) {
        let first = match flow.pipeline {
            Pipeline::Ingress => table::INGRESS,
            Pipeline::Egress => table::EGRESS,
        };
        for one in translation.matches {
            let one = one.with_conjunctions_from(self.conjunctions);
            let key = Key { table: first + flow.table, priority: flow.priority, matches: one.matches };
            let wanted = self.flows.entry(key).or_default();
            if !one.conjunctions.is_empty() {
                wanted.clauses.extend(one.conjunctions);
                continue;
            }
            if let Err(position) = wanted.candidates.binary_search_by_key(&flow.uuid, |c| c.uuid) {
                let candidate = Candidate { uuid: flow.uuid, actions: translation.actions.clone() };
                wanted.candidates.insert(position, candidate);
            }
        }
        self.conjunctions += translation.conjunctions;
    }

    /// The flow for each key: one that lets packets go on before one that drops them, and that before clauses.
    pub fn choices(&self) -> impl Iterator<Item = Choice<'_>> {
        self.flows.iter().map(|(key, wanted)| Choice { key, candidates: wanted.preferred() })
    }
}

impl Wanted {
    fn preferred(&self) -> Vec<Candidate> {
        let goes_on = |candidate: &&Candidate| !candidate.actions.is_empty();
        let preferred: Vec<Candidate> = self.candidates.iter().filter(goes_on).cloned().collect();
        if !preferred.is_empty() {
            return preferred;
        }
        if !self.candidates.is_empty() {
            return self.candidates.clone();
        }
        let mut clauses = self.clauses.clone();
        clauses.sort_unstable();
        clauses.dedup();
        let actions = clauses.into_iter().map(|Conjunction { id, clause, clauses }| Action::Conjunction {
            id,
            clause,
            clauses,
        });
        vec![Candidate { uuid: 0, actions: actions.collect() }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use weft_openflow::Field;
    use weft_ovn_lang::expr::FlowMatch;

    fn flow(uuid: u128) -> LogicalFlow {
        LogicalFlow {
            uuid,
            pipeline: Pipeline::Egress,
            table: 3,
            priority: 7,
            matches: String::new(),
            actions: String::new(),
            controller_meter: None,
            port: None,
            connection_ports: false,
        }
    }

    fn translation(conjunctions: &[Conjunction], actions: &[Action]) -> Translation {
        let mut matches = Match::any();
        matches.set_exact(Field::METADATA, 1);
        let one = FlowMatch { matches, conjunctions: conjunctions.to_vec() };
        Translation { matches: vec![one], conjunctions: conjunctions.len() as u32, actions: actions.into() }
    }

    /// Cookie and actions of those who have a right to the only key.
    fn chosen(table: &FlowTable) -> Vec<(u32, String)> {
        let choices: Vec<Choice<'_>> = table.choices().collect();
        assert_eq!(choices.len(), 1);
        assert_eq!((choices[0].key.table, choices[0].key.priority), (51, 7));
        choices[0].candidates.iter().map(|c| (c.cookie(), Action::list_text(&c.actions))).collect()
    }

    #[test]
    fn clauses_of_several_logical_flows_are_one_flow_without_a_cookie() {
        let mut table = FlowTable::default();
        let clause = |clause| Conjunction { id: 1, clause, clauses: 2 };
        table.add(&flow(5 << 96), translation(&[clause(0)], &[]));
        table.add(&flow(4 << 96), translation(&[clause(1)], &[]));
        assert_eq!(chosen(&table), [(0, "conjunction(1,1/2),conjunction(2,2/2)".to_owned())]);
    }

    #[test]
    fn what_goes_on_wins_over_drops_and_these_over_clauses() {
        let mut table = FlowTable::default();
        table.add(&flow(1 << 96), translation(&[Conjunction { id: 1, clause: 0, clauses: 2 }], &[]));
        table.add(&flow(9 << 96), translation(&[], &[]));
        assert_eq!(chosen(&table), [(9, "drop".to_owned())]);
        table.add(&flow(3 << 96), translation(&[], &[Action::CtClear]));
        table.add(&flow(2 << 96), translation(&[], &[Action::CtClear]));
        assert_eq!(chosen(&table), [(2, "ct_clear".to_owned()), (3, "ct_clear".to_owned())]);
    }
}
