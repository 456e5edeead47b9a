//! Transactions that no client means, made from good ones: a bounded run of the fuzz target `transaction`.

#[path = "../../../fuzz/seeds.rs"]
mod seeds;
mod session;

use proptest::prelude::*;

/// The seeds, which are text.
fn seeds() -> Vec<String> {
    seeds::seeds("transaction")
        .into_iter()
        .map(|seed| String::from_utf8(seed).expect("a seed is text"))
        .collect()
}

#[test]
fn the_seeds_change_databases() {
    let changed: usize = seeds().iter().map(|seed| session::run(seed)).sum();
    assert!(changed >= seeds().len(), "{changed}");
}

/// Replaces a piece of one text by a piece of another.
fn splice(text: &str, from: usize, length: usize, donor: &str, start: usize, taken: usize) -> String {
    let boundary = |text: &str, at: usize| {
        (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
    };
    let (from, to) = (boundary(text, from), boundary(text, from + length));
    let (start, end) = (boundary(donor, start), boundary(donor, start + taken));
    format!("{}{}{}", &text[..from], &donor[start..end], &text[to..])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, ..ProptestConfig::default() })]

    #[test]
    fn spliced_seeds_do_no_harm(
        which in any::<[prop::sample::Index; 2]>(),
        cuts in prop::collection::vec((0usize..2000, 0usize..30, 0usize..2000, 0usize..30), 1..6),
    ) {
        let seeds = seeds();
        let donor = which[1].get(&seeds);
        let mut text = which[0].get(&seeds).clone();
        for (from, length, start, taken) in cuts {
            let bounded = |at: usize, text: &str| at % text.len().max(1);
            text = splice(&text, bounded(from, &text), length, donor, bounded(start, donor), taken);
        }
        session::run(&text);
    }

    #[test]
    fn any_json_in_the_place_of_a_member_does_no_harm(
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        value in prop::sample::select(vec!["null", "1", "-0.5", "\"\"", "\"a\"", "[]", "{}", "[\"set\",[]]", "[\"map\",[[1,2]]]", "true", "[[]]", "9e999", "[\"uuid\",\"\"]"]),
    ) {
        let seeds = seeds();
        let seed = which.get(&seeds);
        let places: Vec<usize> = seed.match_indices([':', ',', '[']).map(|(at, _)| at + 1).collect();
        let start = *at.get(&places);
        let length = seed[start..].find([',', '}', ']']).unwrap_or(0);
        session::run(&splice(seed, start, length, value, 0, value.len()));
    }
}
