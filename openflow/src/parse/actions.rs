//! Actions in text (`ofpacts_parse` in Open vSwitch).

use super::connection::{connection_tracking, nat};
use super::controller::controller;
use super::encapsulation::{decapsulate, encapsulate};
use super::error::ParseError;
use super::fields::{check_packet_larger, load, moved, older, set_field, writable};
use super::learn::learn;
use super::number::{bytes, number, port, table, u8_of, u16_of, u32_of, u64_of};
use super::output::{enqueue, output, resubmit};
use super::pairs::{Pair, Pairs, Part};
use super::sample::sample;
use super::spread::{bundle, multipath};
use super::subfield;
use crate::action::{Action, Actions, OlderSet};
use crate::order::{Outer, verify};
use crate::version::Version;

/// How deep actions may be nested.
const MAX_DEPTH: usize = 100;

/// Parses actions, as a packet-out or a bucket has them; `drop` or nothing is no action.
///
/// # Errors
/// What is no action, wrong arguments, and actions that cannot be together.
pub fn parse_actions(text: &str) -> Result<Actions, ParseError> {
    actions(Part::new(text), Outer::ActionList, 0)
}

/// Parses what a flow has after `actions=`: actions and instructions.
///
/// # Errors
/// Those of [`parse_actions`].
pub fn parse_instructions(text: &str) -> Result<Actions, ParseError> {
    instructions(Part::new(text))
}

pub(super) fn instructions(text: Part<'_>) -> Result<Actions, ParseError> {
    actions(text, Outer::Flow, 0)
}

/// Actions at a place, inside of `depth` others.
pub(super) fn actions(text: Part<'_>, outer: Outer, depth: usize) -> Result<Actions, ParseError> {
    if depth > MAX_DEPTH {
        return Err(text.error(format!("actions can be nested {MAX_DEPTH} deep at most")));
    }
    let mut found = Actions::new();
    let mut drop = None;
    for pair in Pairs::new(text) {
        if pair.key.text.eq_ignore_ascii_case("drop") {
            drop = Some(pair.key);
        } else {
            found.push(action(pair, depth)?);
        }
    }
    if let Some(drop) = drop.filter(|_| !found.is_empty()) {
        return Err(drop.error("drop cannot be with other actions"));
    }
    // Open vSwitch checks the order in text as OpenFlow 1.1 has it, where a meter is an instruction.
    verify(&found, Version::V1_3, outer).map_err(|wrong| text.error(wrong))?;
    Ok(found)
}

fn action(pair: Pair<'_>, depth: usize) -> Result<Action, ParseError> {
    let Pair { key, value } = pair;
    let name = key.text.to_ascii_lowercase();
    if let Some(set) = OlderSet::from_name(&name) {
        return older(set, value);
    }
    if let Some(action) = simple(&name, value)? {
        return Ok(action);
    }
    match name.as_str() {
        "output" | "output_reg" => output(value),
        "enqueue" => enqueue(value),
        "resubmit" => resubmit(value),
        "controller" => controller(value),
        "bundle" => bundle(value, false),
        "bundle_load" => bundle(value, true),
        "multipath" => multipath(value),
        "set_field" => set_field(value),
        "load" => load(value),
        "move" => moved(value),
        "push" => subfield::subfield(value).map(Action::Push),
        "pop" => writable(value).map(Action::Pop),
        "check_pkt_larger" => check_packet_larger(value),
        "learn" => learn(value),
        "sample" => sample(value),
        "ct" => connection_tracking(value, depth),
        "nat" => nat(value),
        "clone" => actions(value, Outer::Clone, depth + 1).map(Action::Clone),
        "write_actions" => actions(value, Outer::WriteActions, depth + 1).map(Action::WriteActions),
        "encap" => encapsulate(value),
        "decap" => decapsulate(value),
        "conjunction" => conjunction(value),
        "fin_timeout" => fin_timeout(value),
        "write_metadata" => write_metadata(value),
        "apply_actions" => Err(key.error("actions without an instruction are those to apply")),
        _ => match port(key) {
            Some(port) => Ok(Action::Output { port, max_len: 0 }),
            None => Err(key.error(format!("`{}` is not an action", key.text))),
        },
    }
}

/// Actions with one argument at most.
fn simple(name: &str, value: Part<'_>) -> Result<Option<Action>, ParseError> {
    Ok(Some(match name {
        "group" => Action::Group(u32_of(value)?),
        "meter" => Action::Meter(u32_of(value)?),
        "set_queue" => Action::SetQueue(u32_of(value)?),
        "pop_queue" => Action::PopQueue,
        "ct_clear" => Action::CtClear,
        "exit" => Action::Exit,
        "note" => Action::Note(bytes(value)?),
        "dec_ttl" if value.is_empty() => Action::DecTtl,
        "dec_ttl" => Action::DecTtlFor(dec_ttl(value)?),
        "dec_mpls_ttl" => Action::DecMplsTtl,
        "dec_nsh_ttl" => Action::DecNshTtl,
        "pop_vlan" => Action::PopVlan,
        "strip_vlan" => Action::StripVlan,
        "push_vlan" => Action::PushVlan(ethernet_type(value, [0x8100, 0x88a8])?),
        "push_mpls" => Action::PushMpls(ethernet_type(value, [0x8847, 0x8848])?),
        "pop_mpls" => Action::PopMpls(u16_of(value)?),
        "delete_field" => Action::DeleteField(subfield::field(value)?),
        "clear_actions" => Action::ClearActions,
        "goto_table" => Action::GotoTable(table(value)?),
        _ => return Ok(None),
    }))
}

/// An Ethernet type, one of two.
fn ethernet_type(value: Part<'_>, possible: [u16; 2]) -> Result<u16, ParseError> {
    let found = u16_of(value)?;
    let [one, other] = possible;
    let wrong = || value.error(format!("the Ethernet type is {one:#x} or {other:#x}"));
    possible.contains(&found).then_some(found).ok_or_else(wrong)
}

fn dec_ttl(value: Part<'_>) -> Result<Vec<u16>, ParseError> {
    let found: Vec<u16> = value.pieces(&[',', ' ']).map(u16_of).collect::<Result<_, _>>()?;
    if found.is_empty() { Err(value.error("the number of a controller is missing")) } else { Ok(found) }
}

fn conjunction(value: Part<'_>) -> Result<Action, ParseError> {
    let syntax = || value.error("a conjunction is written as conjunction(id,clause/clauses)");
    let (id, rest) = value.split_once(",").ok_or_else(syntax)?;
    let (clause_part, clauses_part) = rest.split_once("/").ok_or_else(syntax)?;
    let (clause, clauses) = (u8_of(clause_part)?, u8_of(clauses_part)?);
    if !(2..=64).contains(&clauses) {
        return Err(clauses_part.error("a conjunction has 2 to 64 clauses"));
    }
    if !(1..=clauses).contains(&clause) {
        return Err(clause_part.error(format!("the clause is one from 1 to {clauses}")));
    }
    Ok(Action::Conjunction { id: u32_of(id)?, clause: clause - 1, clauses })
}

fn fin_timeout(value: Part<'_>) -> Result<Action, ParseError> {
    let (mut idle_timeout_s, mut hard_timeout_s) = (0, 0);
    for pair in Pairs::new(value) {
        match pair.key.text {
            "idle_timeout" => idle_timeout_s = u16_of(pair.value)?,
            "hard_timeout" => hard_timeout_s = u16_of(pair.value)?,
            other => return Err(pair.key.error(format!("`{other}` is none of idle_timeout, hard_timeout"))),
        }
    }
    Ok(Action::FinTimeout { idle_timeout_s, hard_timeout_s })
}

fn write_metadata(value: Part<'_>) -> Result<Action, ParseError> {
    let (metadata, mask) = match value.split_once("/") {
        Some((metadata, mask)) => (metadata, number(mask, u64::MAX.into())? as u64),
        None => (value, u64::MAX),
    };
    Ok(Action::WriteMetadata { metadata: u64_of(metadata)?, mask })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(text: &str) -> Result<String, (usize, String)> {
        let found = parse_instructions(text).map_err(|e| (e.position, e.message))?;
        Ok(Action::list_text(&found))
    }

    fn same(text: &str) {
        assert_eq!(again(text).as_deref(), Ok(text));
    }

    #[test]
    fn what_prints_parses() {
        same("drop");
        same(
            "output:1,LOCAL,CONTROLLER:65535,group:3,set_queue:4,pop_queue,enqueue:5:6,output:NXM_NX_REG0[0..15]",
        );
        same("output(port=7,max_len=100),resubmit(,5),resubmit:7,resubmit(7,8),resubmit(,9,ct)");
        same(
            "ct(commit,force,table=3,zone=NXM_NX_REG13[0..15],nat(src=10.0.0.1-10.0.0.9:5-7,persistent,hash),\
             exec(set_field:0x1->ct_mark),alg=ftp)",
        );
        same("ct(nat),ct_clear,clone(push:NXM_NX_REG0[],pop:NXM_NX_REG1[]),note:00.01.02,exit");
        same(
            "learn(table=5,idle_timeout=3,priority=7,delete_learned,cookie=0x9,eth_type=0x800,\
             NXM_OF_IP_SRC[],NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],load:0x1->NXM_NX_REG0[0..3],\
             load:NXM_OF_IN_PORT[]->NXM_NX_REG1[0..15],output:NXM_OF_IN_PORT[])",
        );
        same("controller(reason=no_match,max_len=5,id=3,userdata=01.02,pause,meter_id=9)");
        same(
            "check_pkt_larger(1500)->NXM_NX_REG0[3],sample(probability=5,collector_set_id=1,\
             obs_domain_id=2,obs_point_id=NXM_NX_REG0[],sampling_port=3,egress)",
        );
        same(
            "multipath(eth_src,50,modulo_n,4,0,NXM_NX_REG0[0..7]),\
             bundle(symmetric_l4,60,hrw,ofport,members:1,2),\
             bundle_load(nw_src,0,active_backup,ofport,NXM_NX_REG0[0..15],members:3)",
        );
        same(
            "push_vlan:0x8100,pop_vlan,strip_vlan,push_mpls:0x8847,pop_mpls:0x0800,dec_ttl,dec_ttl(1,2),\
             dec_mpls_ttl,dec_nsh_ttl,encap(nsh(md_type=1,tlv(0x1000,10,0x12345678))),encap(ethernet),decap(),\
             decap(packet_type(ns=1,type=0x800)),delete_field:tun_metadata3,fin_timeout(idle_timeout=3)",
        );
        same(
            "mod_dl_src:00:00:00:00:00:01,mod_nw_dst:1.2.3.4,mod_tp_src:80,set_mpls_label(5),set_tunnel:0x5,\
             set_tunnel64:0x5,mod_vlan_vid:3,set_vlan_pcp:2,mod_nw_tos:252,mod_nw_ecn:1,mod_nw_ttl:9",
        );
        same("meter:3,output:1,clear_actions,write_actions(output:2),write_metadata:0x5/0xff,goto_table:9");
        same("conjunction(7,1/2),note:01");
    }

    #[test]
    fn other_forms_mean_the_same() {
        assert_eq!(again("1,IN_PORT,controller").as_deref(), Ok("output:1,IN_PORT,CONTROLLER:65535"));
        assert_eq!(again("set_nw_ttl:5").as_deref(), Ok("mod_nw_ttl:5"));
        assert_eq!(
            again("load:0x10000000000000002->xxreg0").as_deref(),
            Ok("load:0x2->NXM_NX_XXREG0[0..63],load:0x1->NXM_NX_XXREG0[64..127]")
        );
        assert_eq!(again("set_field:5/0xf->reg0").as_deref(), Ok("set_field:0x5/0xf->reg0"));
    }

    #[test]
    fn errors_are_at_their_place() {
        assert_eq!(again("output:1,nothing"), Err((9, "`nothing` is not an action".to_string())));
        assert_eq!(again("drop,output:1"), Err((0, "drop cannot be with other actions".to_string())));
        assert_eq!(again("clone(load:1->reg77)"), Err((14, "`reg77` is not a field".to_string())));
        assert_eq!(again("conjunction(1,3/2)").map_err(|e| e.0), Err(14));
        assert_eq!(again("set_field:1->eth_type").map_err(|e| e.0), Err(13));
        assert!(again(&"clone(".repeat(200)).is_err());
    }
}
