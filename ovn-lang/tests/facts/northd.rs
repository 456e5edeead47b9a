//! What OVN's northd writes.

use std::sync::Arc;

use weft_openflow::decode::{decode_instructions, decode_match};
use weft_openflow::parse::parse_flow;
use weft_openflow::{Action as FlowAction, Flow as OpenFlow, Version, encode_instructions, encode_match};
use weft_ovn_lang::action::{self, Context, Options, Pipeline, Zone};
use weft_ovn_lang::encode::{Environment, Features, Place, encode, table};
use weft_ovn_lang::expr::{self, AddressSet, Conjunction, Expr, FlowMatch, Resolution, compile};
use weft_ovn_lang::lexer::expand_templates;
use weft_ovn_lang::reason::{Answer, can_both_hold};
use weft_ovn_lang::symbol::SymbolTable;

/// A world where every name stands for something.
struct Everything {
    set: AddressSet,
    group: Vec<Arc<str>>,
    /// Whether ports live here.
    resident: bool,
}

impl Resolution for Everything {
    fn address_set(&self, _: &str) -> Option<&AddressSet> {
        Some(&self.set)
    }

    fn port_group(&self, _: &str) -> Option<&[Arc<str>]> {
        Some(&self.group)
    }

    fn port_key(&self, name: &str) -> Option<u32> {
        Some(name.len() as u32 + 1)
    }

    fn is_chassis_resident(&self, _: &str) -> bool {
        self.resident
    }
}

impl Environment for Everything {
    fn port_key(&self, name: &str) -> Option<u32> {
        Resolution::port_key(self, name)
    }

    fn is_local_port(&self, _: &str) -> bool {
        true
    }

    fn tunnel_port(&self, _: &str) -> Option<u16> {
        Some(1)
    }

    fn has_collector_set(&self, _: u32) -> bool {
        true
    }

    fn group(&mut self, _: &str) -> Option<u32> {
        Some(1)
    }

    fn meter(&mut self, _: &str) -> Option<u32> {
        Some(1)
    }

    fn features(&self) -> Features {
        Features { ct_zero_snat: true, dp_hash_l4_symmetric: true, meters: true }
    }
}

/// The text with a value for every template variable.
fn expanded(text: &str, ipv6: bool) -> Option<String> {
    let address = if ipv6 { "fd00::9" } else { "10.9.9.9" };
    expand_templates(text, |name| Some(if name.contains("port") { "80" } else { address })).text
}

/// Whether the match and the actions of a logical flow parse, print back to a text of the same meaning, and
/// have an encoding.
pub(crate) fn check(pipeline: &str, stage: u8, matches: &str, actions: &str) -> Result<(), String> {
    flows(pipeline, stage, matches, actions).map(|_| ())
}

/// The flows of a switch for a logical flow that [`check`] finds right.
pub(crate) fn flows(
    pipeline: &str,
    stage: u8,
    matches: &str,
    actions: &str,
) -> Result<Vec<OpenFlow>, String> {
    let symbols = SymbolTable::ovn();
    let ipv6 = matches.contains("ip6");
    let (matches, actions) =
        (expanded(matches, ipv6).unwrap_or_default(), expanded(actions, ipv6).unwrap_or_default());
    let pipeline = if pipeline == "ingress" { Pipeline::Ingress } else { Pipeline::Egress };
    let context = Context { symbols, options: Options::ovn(), pipeline, table: stage };

    let parsed = expr::parse(&matches, symbols).map_err(|e| e.to_string())?;
    let printed = parsed.text(symbols);
    let again = expr::parse(&printed, symbols).map_err(|e| format!("{printed}: {e}"))?;
    if again.text(symbols) != printed {
        return Err(format!("broken: {printed} prints as {}", again.text(symbols)));
    }

    let parsed_actions = action::parse(&actions, &context).map_err(|e| e.to_string())?;
    let printed = parsed_actions.text(&context);
    if without_space(&printed) != without_space(&actions) {
        // northd leaves out what is the default, and writes numbers and addresses as users do.
        let again = action::parse(&printed, &context).map_err(|e| format!("broken: {printed}: {e}"))?;
        if again.text(&context) != printed {
            return Err(format!("broken: {printed} prints as {}", again.text(&context)));
        }
    }

    let whole = match parsed_actions.prerequisites {
        Some(more) => parsed.and(more),
        None => parsed,
    };
    let matches = flow_matches(&whole, symbols)?;
    let place = Place {
        is_switch: false,
        datapath_key: 1,
        common_zone: Zone::Dnat,
        pipeline,
        table: stage,
        output_table: if pipeline == Pipeline::Ingress { table::OUTPUT } else { table::SAVE_INPORT },
        uuid: 1,
        controller_meter: None,
        explicit_arp_ns_output: true,
        register_consolidation: true,
    };
    let encoded = encode(&parsed_actions.actions, symbols, &place, &mut everything(true));
    let encoded = encoded.map_err(|e| format!("broken: {e}"))?;
    Ok(matches.into_iter().map(|found| flow(found, &encoded)).collect())
}

/// A flow that is a part of conjunctive matches says so, another runs the actions.
fn flow(found: FlowMatch, actions: &[FlowAction]) -> OpenFlow {
    let clause = |c: &Conjunction| FlowAction::Conjunction { id: c.id, clause: c.clause, clauses: c.clauses };
    let actions = match found.conjunctions.as_slice() {
        [] => actions.to_vec(),
        clauses => clauses.iter().map(clause).collect(),
    };
    OpenFlow { table: 8, priority: 100, matches: found.matches, actions, ..OpenFlow::default() }
}

fn without_space(text: &str) -> String {
    text.split_whitespace().collect()
}

fn everything(resident: bool) -> Everything {
    let set = AddressSet::new(["10.1.0.1", "10.1.0.2"]).expect("addresses");
    Everything { set, group: vec!["one".into(), "two".into()], resident }
}

/// A match has flows where its ports live here, or where they do not; unless it can never hold, or not with
/// the members of the sets.
fn flow_matches(expr: &Expr, symbols: &SymbolTable) -> Result<Vec<FlowMatch>, String> {
    for resident in [true, false] {
        let world = everything(resident);
        let compiled = compile(expr, symbols, &world).map_err(|e| e.to_string())?;
        let flows = compiled.flows(symbols, &world).map_err(|e| e.to_string())?;
        if !flows.is_empty() {
            return Ok(flows);
        }
    }
    match can_both_hold(expr, &Expr::Boolean(true), symbols) {
        Ok(Answer::Yes) => Err("broken: has no flows".to_string()),
        _ => Ok(Vec::new()),
    }
}

/// Rows of verdict, pipeline, stage, match and actions.
fn recorded() -> Vec<[&'static str; 5]> {
    let row = |line: &'static str| {
        let columns: Vec<&str> = line.split('\t').collect();
        columns.try_into().expect("a row has five columns")
    };
    include_str!("vectors/northd.tsv").lines().map(row).collect()
}

/// The flows of a switch for everything that northd writes.
pub(crate) fn all_flows() -> Vec<OpenFlow> {
    let accepted = recorded().into_iter().filter(|row| row[0] == "accepted");
    accepted
        .flat_map(|[_, pipeline, stage, matches, actions]| {
            flows(pipeline, stage.parse().expect("a number"), matches, actions).expect("a right flow")
        })
        .collect()
}

/// One logical flow of each shape; `refused` ones are what users wrote into ACLs and options, and OVN's
/// controller refuses them too.
#[test]
fn everything_that_northd_writes_is_understood() {
    let flows = recorded();
    assert_eq!(flows.len(), 3112);
    let mut wrong = Vec::new();
    for [verdict, pipeline, stage, matches, actions] in flows {
        let found = check(pipeline, stage.parse().expect("a number"), matches, actions);
        let broken = found.as_ref().is_err_and(|e| e.starts_with("broken"));
        if broken || found.is_ok() != (verdict == "accepted") {
            wrong.push(format!("{verdict}\t{pipeline}\t{stage}\t{matches}\t{actions}\t{found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// A flow as it comes back from the wire.
fn over_the_wire(flow: &OpenFlow, version: Version) -> OpenFlow {
    let mut bytes = Vec::new();
    encode_match(&flow.matches, version, &mut bytes);
    encode_instructions(&flow.actions, &flow.matches, version, &mut bytes);
    let (matches, length) = decode_match(&bytes).expect("a match");
    let actions = decode_instructions(&bytes[length..], version).expect("instructions");
    OpenFlow { matches, actions, ..flow.clone() }
}

#[test]
fn the_flows_of_northd_survive_text_and_wire() {
    let flows = all_flows();
    assert!(flows.len() > 3000, "{}", flows.len());
    for flow in flows {
        let text = flow.dump_text(None);
        // What is shown for a `dec_ttl` that tells no controller is read as one that tells the first.
        let is_read = !text.contains("dec_ttl()");
        assert!(!is_read || parse_flow(&text).as_ref() == Ok(&flow), "{text}");
        assert_eq!(over_the_wire(&flow, Version::V1_5), flow, "{text}");
        // Before OpenFlow 1.5, a set of a part of a field comes back as loads, which stay what they are.
        let older = over_the_wire(&flow, Version::V1_3);
        assert_eq!(over_the_wire(&older, Version::V1_3), older, "{text}");
        let older_text = older.dump_text(None);
        let again = parse_flow(&older_text).map(|flow| flow.dump_text(None));
        assert!(!is_read || again.as_ref() == Ok(&older_text), "{older_text}");
    }
}
