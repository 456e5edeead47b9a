//! Texts that are almost right: a bounded run of what `fuzz/` does without end.

use std::time::{Duration, Instant};

use crate::any_text::{is_actions, is_match};
use crate::random::Random;
use crate::world::World;

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

/// How many of many texts like those in a column of the vectors are accepted.
fn accepted(column: usize, seed: u64, accepts: impl Fn(&str) -> bool) -> usize {
    let (texts, mut random) = (recorded(column), Random(seed));
    let texts = (0..TEXTS).map(|_| garbage(&mut random, &texts));
    texts.filter(|text| within_limit(text, || accepts(text))).count()
}

#[test]
fn no_text_of_a_match_breaks_anything() {
    let world = World::of_vectors();
    let parsed = accepted(3, 3, |text| is_match(text, &world));
    assert!(parsed > TEXTS / 25, "only {parsed} texts parsed");
}

#[test]
fn no_text_of_actions_breaks_anything() {
    let world = World::of_vectors();
    let parsed = accepted(4, 4, |text| is_actions(text, &world));
    assert!(parsed > TEXTS / 25, "only {parsed} texts parsed");
}

/// Found by fuzzing.
#[test]
fn texts_that_broke_something_once_do_no_harm() {
    let world = World::of_vectors();
    assert!(!is_match("is_chassis_resident(\"a\0b\")", &world));
    assert!(!is_actions("outport = \"a\0b\"; next;", &world));
}
