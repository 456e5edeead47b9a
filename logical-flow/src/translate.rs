//! Logical flows on one datapath (`consider_logical_flow__`, `add_matches_to_flow_table`).

use std::sync::Arc;

use weft_openflow::{Action, Field};
use weft_ovn_lang::action::Pipeline;
use weft_ovn_lang::encode::{EncodeError, Place, encode, table};
use weft_ovn_lang::expr::{CompileError, FlowMatch, Resolution, compile};
use weft_ovn_lang::symbol::{SymbolTable, logical_field};

use crate::flow::{Datapath, LogicalFlow};
use crate::prepare::Prepared;
use crate::surroundings::Surroundings;

/// Why a logical flow has no OpenFlow flows on a datapath.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TranslateError {
    /// The match says what no flow can.
    #[error(transparent)]
    Match(#[from] CompileError),
    /// The actions say what the switch cannot do.
    #[error(transparent)]
    Actions(#[from] EncodeError),
}

/// The OpenFlow flows of a logical flow on one datapath.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// What they match. Those without clauses run the actions.
    pub matches: Vec<FlowMatch>,
    /// How many conjunctive matches they have; their ids are 1 to this.
    pub conjunctions: u32,
    /// What packets that match are for; none if they are dropped.
    pub actions: Arc<[Action]>,
}

impl Translation {
    fn none() -> Translation {
        Translation { matches: Vec::new(), conjunctions: 0, actions: Arc::new([]) }
    }
}

/// The OpenFlow flows of a logical flow on one of its datapaths.
///
/// There are none where the match never holds, or holds for ports only that have nothing to do with the chassis.
///
/// # Errors
/// [`TranslateError`].
pub fn translate(
    flow: &LogicalFlow,
    prepared: &Prepared,
    datapath: &Datapath,
    surroundings: &mut dyn Surroundings,
) -> Result<Translation, TranslateError> {
    if let Some(port) = &flow.port {
        let key = Resolution::port_key(surroundings, port);
        if !key.is_some_and(|key| surroundings.is_related_port(key)) {
            return Ok(Translation::none());
        }
    }
    let compiled = compile(&prepared.matches, prepared.symbols, surroundings)?;
    let mut matches = compiled.flows(prepared.symbols, surroundings)?;
    if matches.is_empty() {
        return Ok(Translation::none());
    }
    let controller_meter = flow.controller_meter.as_ref().and_then(|meter| surroundings.meter(meter));
    let place = Place {
        is_switch: datapath.is_switch,
        datapath_key: datapath.key,
        common_zone: datapath.common_zone,
        pipeline: flow.pipeline,
        table: flow.table,
        output_table: match flow.pipeline {
            Pipeline::Ingress => table::OUTPUT,
            Pipeline::Egress => table::SAVE_INPORT,
        },
        uuid: flow.uuid,
        controller_meter,
        explicit_arp_ns_output: datapath.explicit_arp_ns_output,
        register_consolidation: datapath.register_consolidation,
    };
    let actions = encode(&prepared.actions, SymbolTable::ovn(), &place, surroundings)?;
    if datapath.is_switch {
        let port = match flow.pipeline {
            Pipeline::Ingress => logical_field::INPORT,
            Pipeline::Egress => logical_field::OUTPORT,
        };
        matches.retain(|flow| match flow.matches.get(port) {
            Some((key, _)) if key != 0 => surroundings.is_related_port(key as u32),
            _ => true,
        });
    }
    for flow in &mut matches {
        flow.matches.set_exact(Field::METADATA, datapath.key.into());
    }
    Ok(Translation { matches, conjunctions: compiled.conjunctions, actions: actions.into() })
}
