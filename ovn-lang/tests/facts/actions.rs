//! What actions mean.

use crate::world::{Chassis, Numbers, World, expected_error, is_at, symbols};
use weft_openflow::Action as Flow;
use weft_ovn_lang::action::{Context, Options, Pipeline, Zone, parse};
use weft_ovn_lang::encode::{Place, encode, table};

/// What a vector says about a text.
#[derive(Default)]
struct Expected {
    error: Option<Option<&'static str>>,
    prints: Option<&'static str>,
    needs: Option<&'static str>,
    encodes: Option<&'static str>,
    group: Option<(usize, &'static str)>,
}

fn vectors() -> Vec<(&'static str, Expected)> {
    let mut vectors: Vec<(&str, Expected)> = Vec::new();
    for line in include_str!("vectors/actions.txt").lines() {
        let (Some(fact), Some((_, expected))) = (line.strip_prefix("    "), vectors.last_mut()) else {
            vectors.push((line, Expected::default()));
            continue;
        };
        match fact.split_once(' ') {
            Some(("prints", text)) => expected.prints = Some(text),
            Some(("needs", text)) => expected.needs = Some(text),
            Some(("encodes", text)) => expected.encodes = Some(text),
            Some(("group", text)) => {
                let (id, text) = text.split_once(' ').expect("a number and a text");
                expected.group = Some((id.parse().expect("a number"), text));
            }
            _ if fact.starts_with('!') => expected.error = expected_error(fact),
            _ => {}
        }
    }
    vectors
}

#[test]
fn actions_are_accepted_and_printed_alike_and_refused_at_the_same_place() {
    let table = symbols();
    let context =
        Context { symbols: &table, options: Options::ovn(), pipeline: Pipeline::Ingress, table: 10 };
    let vectors = vectors();
    assert_eq!(vectors.len(), 512);
    let mut wrong = Vec::new();
    for (text, expected) in vectors {
        match (parse(text, &context), expected.error) {
            (Ok(parsed), None) => {
                let printed = parsed.text(&context);
                if printed != expected.prints.unwrap_or(text) {
                    wrong.push(format!("{text}: printed as {printed}"));
                }
                let needs = parsed.prerequisites.as_ref().map(|p| p.text(&table));
                if needs.as_deref() != expected.needs {
                    wrong.push(format!("{text}: needs {needs:?}"));
                }
                assert_eq!(parse(&printed, &context), Ok(parsed), "{printed}");
            }
            (Err(error), Some(place)) => {
                if !is_at(text, error.span.clone(), place) {
                    wrong.push(format!("{text}: {error:?}, not at {place:?}"));
                }
            }
            (found, _) => wrong.push(format!("{text}: {found:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn actions_are_encoded_alike() {
    let (table, world) = (symbols(), World::of_vectors());
    let context =
        Context { symbols: &table, options: Options::ovn(), pipeline: Pipeline::Ingress, table: 10 };
    let place = Place {
        is_switch: true,
        datapath_key: 0xab_cdef,
        common_zone: Zone::Dnat,
        pipeline: Pipeline::Ingress,
        table: 10,
        output_table: table::SAVE_INPORT,
        uuid: 0xaaaa_aaaa_bbbb_bbbb_cccc_cccc_dddd_dddd,
        controller_meter: None,
        explicit_arp_ns_output: true,
        register_consolidation: true,
    };
    let ports: World = World {
        ports: world
            .ports
            .iter()
            .filter(|(n, _)| !["lsp2", "lsp3"].contains(&n.as_str()))
            .map(|(n, k)| (n.clone(), *k))
            .collect(),
        ..World::default()
    };
    let mut chassis = Chassis { world: &ports, numbers: Numbers::default() };
    let (mut encoded, mut wrong) = (0, Vec::new());
    for (text, expected) in vectors() {
        let Some(expected_flow) = expected.encodes else { continue };
        encoded += 1;
        let parsed = parse(text, &context).expect(text);
        let actions = encode(&parsed.actions, &table, &place, &mut chassis).expect(text);
        let found = Flow::list_text(&actions);
        if found != expected_flow {
            wrong.push(format!("{text}:\n  found {found}\n  not   {expected_flow}"));
        }
        if let Some((id, text)) = expected.group {
            assert_eq!(chassis.numbers.groups.get(id - 1).map(String::as_str), Some(text));
        }
    }
    assert_eq!(encoded, 249);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
