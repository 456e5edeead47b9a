//! Texts that are almost right: a bounded run of what `fuzz/` does without end.

use std::time::{Duration, Instant};

use weft_ovn_lang::action::{self, Context, Options, Pipeline, Zone};
use weft_ovn_lang::encode::{Place, encode, table};
use weft_ovn_lang::expr::{self, compile};
use weft_ovn_lang::symbol::SymbolTable;

use crate::random::Random;
use crate::world::{Chassis, Numbers, World};

const TEXTS: usize = 20_000;

/// One text may take this long in a debug build on a busy machine.
const LIMIT: Duration = Duration::from_secs(5);

/// Pieces of `texts` put together at random, and a few characters changed.
fn garbage(random: &mut Random, texts: &[&str]) -> String {
    let pick = |random: &mut Random| -> String {
        let text: Vec<char> = texts[random.below(texts.len() as u64) as usize].chars().collect();
        let from = random.below(text.len() as u64 + 1) as usize;
        let to = from + random.below((text.len() - from) as u64 + 1) as usize;
        match random.below(6) {
            0..4 => text.iter().collect(),
            4 => text[from..].iter().collect(),
            _ => text[from..to].iter().collect(),
        }
    };
    let mut text = pick(random);
    for _ in 0..random.below(3) {
        text.push_str([" && ", " || ", "; ", " ", "", ", "][random.below(6) as usize]);
        text.push_str(&pick(random));
    }
    let mut characters: Vec<char> = text.chars().take(600).collect();
    for _ in 0..random.below(6).saturating_sub(2) {
        const ODD: [char; 16] =
            ['(', ')', '{', '}', '[', ']', '!', '=', '"', '\\', '/', ':', '0', 'x', '$', 'ü'];
        let place = random.below(characters.len() as u64 + 1) as usize;
        characters.insert(place, ODD[random.below(16) as usize]);
    }
    characters.into_iter().collect()
}

fn recorded(column: usize) -> Vec<&'static str> {
    let lines = include_str!("vectors/northd.tsv").lines();
    lines.filter_map(|line| line.split('\t').nth(column)).collect()
}

fn within_limit<T>(text: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    assert!(start.elapsed() < LIMIT, "{text} took {:?}", start.elapsed());
    done
}

#[test]
fn no_text_of_a_match_breaks_anything() {
    let (symbols, world) = (SymbolTable::ovn(), World::of_vectors());
    let (texts, mut random) = (recorded(3), Random(3));
    let mut parsed = 0;
    for _ in 0..TEXTS {
        let text = garbage(&mut random, &texts);
        within_limit(&text, || {
            let Ok(expr) = expr::parse(&text, symbols) else { return };
            parsed += 1;
            let printed = expr.text(symbols);
            let again = expr::parse(&printed, symbols).map(|e| e.text(symbols));
            assert_eq!(again.as_ref(), Ok(&printed), "{text}");
            if let Ok(compiled) = compile(&expr, symbols, &world) {
                assert!(compiled.flows(symbols, &world).is_ok(), "{text}");
            }
        });
    }
    assert!(parsed > TEXTS / 25, "only {parsed} texts parsed");
}

#[test]
fn no_text_of_actions_breaks_anything() {
    let (symbols, world) = (SymbolTable::ovn(), World::of_vectors());
    let context = Context { symbols, options: Options::ovn(), pipeline: Pipeline::Egress, table: 3 };
    let place = Place {
        is_switch: false,
        datapath_key: 1,
        common_zone: Zone::Snat,
        pipeline: Pipeline::Egress,
        table: 3,
        output_table: table::SAVE_INPORT,
        uuid: 7,
        controller_meter: Some(3),
        explicit_arp_ns_output: false,
        register_consolidation: false,
    };
    let (texts, mut random) = (recorded(4), Random(4));
    let mut parsed = 0;
    for _ in 0..TEXTS {
        let text = garbage(&mut random, &texts);
        within_limit(&text, || {
            let Ok(found) = action::parse(&text, &context) else { return };
            parsed += 1;
            let printed = found.text(&context);
            let again = action::parse(&printed, &context).map(|p| p.text(&context));
            assert_eq!(again.as_ref(), Ok(&printed), "{text}");
            let mut chassis = Chassis { world: &world, numbers: Numbers::default() };
            // Some of what parses has no encoding, which is an error and nothing worse.
            let _ = encode(&found.actions, symbols, &place, &mut chassis);
        });
    }
    assert!(parsed > TEXTS / 25, "only {parsed} texts parsed");
}
