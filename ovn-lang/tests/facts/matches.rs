//! What matches mean.

use std::collections::BTreeSet;

use crate::world::{World, expected_error, is_at, symbols};
use weft_ovn_lang::expr::{Expr, compile, parse, parse_resolved};
use weft_ovn_lang::lexer::{Kind, tokens};
use weft_ovn_lang::symbol::{Source, Symbol, SymbolTable};

fn pairs(vectors: &'static str) -> Vec<(&'static str, &'static str)> {
    vectors
        .lines()
        .map(|line| line.split_once(" => ").unwrap_or((line.trim_end_matches(" =>"), "")))
        .collect()
}

/// What a symbol stands for.
fn meaning(symbol: &Symbol, table: &SymbolTable) -> String {
    match &symbol.source {
        Source::Subfield { parent, offset } => {
            let parent = &table.get(*parent).name;
            match symbol.width {
                1 => format!("{parent}[{offset}]"),
                width => format!("{parent}[{offset}..{}]", offset + width - 1),
            }
        }
        Source::Predicate(text) => text.clone(),
        Source::Ovn(_) => symbol.name.clone(),
        Source::Field(field) => field.info().code(0).map_or(field.name(), |c| c.name).to_string(),
    }
}

#[test]
fn symbols_stand_for_the_same() {
    let table = SymbolTable::ovn();
    let vectors: Vec<(&str, &str)> = include_str!("vectors/symbols.txt")
        .lines()
        .map(|l| l.split_once(" = ").expect("name = meaning"))
        .collect();
    assert_eq!(vectors.len(), 47);
    for (name, expected) in vectors {
        let symbol = table.get(table.find(name).expect(name));
        assert_eq!(meaning(symbol, table), expected, "{name}");
    }
}

#[test]
fn texts_are_cut_into_the_same_tokens() {
    let vectors = pairs(include_str!("vectors/lexer.txt"));
    assert_eq!(vectors.len(), 78);
    for (text, expected) in vectors {
        let shown: Vec<String> = tokens(text)
            .into_iter()
            .filter(|t| t.kind != Kind::End)
            .map(|t| match t.kind {
                Kind::Error(_) => "error".to_string(),
                kind => kind.to_string(),
            })
            .collect();
        assert_eq!(shown.join(" "), expected, "{text}");
    }
}

#[test]
fn matches_are_accepted_and_printed_alike_and_refused_at_the_same_place() {
    let (table, world) = (symbols(), World::of_vectors());
    let vectors = pairs(include_str!("vectors/match.txt"));
    assert_eq!(vectors.len(), 131);
    for (text, expected) in vectors {
        match (parse_resolved(text, &table, &world), expected_error(expected)) {
            (Ok(expr), None) => assert_eq!(expr.text(&table), expected, "{text}"),
            (Err(error), Some(place)) => {
                assert!(is_at(text, error.span.clone(), place), "{text}: {error:?}, not at {place:?}");
            }
            (found, _) => panic!("{text}: expected {expected}, found {found:?}"),
        }
    }
}

#[test]
fn prerequisites_are_added_alike() {
    let table = symbols();
    let vectors = pairs(include_str!("vectors/annotation.txt"));
    assert_eq!(vectors.len(), 24);
    for (text, expected) in vectors {
        let annotated =
            parse(text, &table).map_err(|e| e.to_string()).and_then(|expr| expr.annotated(&table));
        match (annotated, expected_error(expected)) {
            (Ok(expr), None) => assert_eq!(expr.text(&table), expected, "{text}"),
            (Err(_), Some(_)) => {}
            (found, _) => panic!("{text}: expected {expected}, found {found:?}"),
        }
    }
}

#[test]
fn comparisons_are_simplified_alike() {
    let (table, world) = (symbols(), World::of_vectors());
    let vectors = pairs(include_str!("vectors/simplification.txt"));
    assert_eq!(vectors.len(), 10);
    for (text, expected) in vectors {
        let expr = parse(text, &table).expect(text).annotated(&table).expect(text);
        let simplified = expr.simplified(&table).with_chassis(&|port| world.ports.contains_key(port));
        assert_eq!(simplified.text(&table), expected, "{text}");
    }
}

/// Flows as text, sorted: the match and the clauses it satisfies.
fn flows(text: &str, table: &SymbolTable, world: &World) -> BTreeSet<String> {
    let compiled = compile(&parse(text, table).expect(text), table, world).expect(text);
    let flows = compiled.flows(table, world).expect(text);
    let shown = |flow: weft_ovn_lang::expr::FlowMatch| {
        let matches = flow.matches.to_string();
        let matches = if matches.is_empty() { "any".to_string() } else { matches };
        let clauses =
            flow.conjunctions.iter().map(|c| format!(" conjunction({},{}/{})", c.id, c.clause, c.clauses));
        let clauses = clauses.collect::<Vec<_>>().join(",");
        if clauses.is_empty() { matches } else { format!("{matches}:{clauses}") }
    };
    flows.into_iter().map(shown).collect()
}

#[test]
fn matches_become_the_same_flows() {
    let (table, world) = (symbols(), World::of_vectors());
    let mut vectors: Vec<(&str, BTreeSet<String>)> = Vec::new();
    for line in include_str!("vectors/flows.txt").lines() {
        match (line.strip_prefix("    "), vectors.last_mut()) {
            (Some("none"), Some(_)) => {}
            (Some(flow), Some((_, flows))) => {
                flows.insert(flow.to_string());
            }
            _ => vectors.push((line, BTreeSet::new())),
        }
    }
    assert_eq!(vectors.len(), 36);
    for (text, expected) in vectors {
        assert_eq!(flows(text, &table, &world), expected, "{text}");
    }
}

#[test]
fn being_different_from_several_networks_takes_few_flows() {
    let (table, world) = (symbols(), World::of_vectors());
    let networks = "ip4.src != {172.168.13.0/24, 172.168.14.0/24, 172.168.15.0/24}";
    assert!(flows(networks, &table, &world).len() <= 30);
    let addresses = "ip4.dst != {179.141.79.238/32, 23.87.193.64/32, 240.238.112.253/32}";
    assert!(flows(addresses, &table, &world).len() <= 100);
}

#[test]
fn what_is_printed_parses_back_to_the_same_tree() {
    let (table, world) = (symbols(), World::of_vectors());
    for (text, _) in pairs(include_str!("vectors/match.txt")) {
        let Ok(expr) = parse_resolved(text, &table, &world) else { continue };
        let again: Expr = parse(&expr.text(&table), &table).expect(text);
        assert_eq!(again.text(&table), expr.text(&table));
    }
}
