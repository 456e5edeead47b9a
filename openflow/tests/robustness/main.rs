//! Bytes and texts that are almost right: a bounded run of the fuzz target `wire`.

mod input;
#[path = "../../../ovsdb/fuzz/splice.rs"]
mod splice;

use std::path::Path;
use std::time::{Duration, Instant};

use proptest::prelude::*;

/// One input may take this long in a debug build on a busy machine.
const LIMIT: Duration = Duration::from_secs(5);

fn seeds() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/wire");
    let entries = std::fs::read_dir(folder).expect("the corpus is there");
    let mut seeds: Vec<Vec<u8>> = entries
        .map(|entry| std::fs::read(entry.expect("an entry").path()).expect("a seed is readable"))
        .collect();
    seeds.sort_unstable();
    seeds
}

#[test]
fn the_seeds_are_good() {
    let seeds = seeds();
    assert!(seeds.len() >= 50, "{}", seeds.len());
    for seed in seeds {
        assert!(input::run(&seed), "{seed:02x?}");
    }
}

#[test]
fn deeply_nested_actions_end() {
    // Clones in clones on the wire, as deep as 16 bits of length allow, and in text.
    let mut bytes = Vec::new();
    for depth in 0..4000_u16 {
        bytes.extend([0xff, 0xff]);
        bytes.extend((16 * (4000 - depth)).to_be_bytes());
        bytes.extend([0, 0, 0x23, 0x20, 0, 42, 0, 0, 0, 0, 0, 0]);
    }
    let actions: Vec<u8> = std::iter::once(3).chain(bytes).collect();
    assert!(!input::run(&actions));
    let text = format!("\x07{}", "clone(".repeat(10_000));
    assert!(!input::run(text.as_bytes()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn spliced_seeds_do_no_harm(bytes in splice::spliced(seeds())) {
        let start = Instant::now();
        input::run(&bytes);
        prop_assert!(start.elapsed() < LIMIT);
    }

    #[test]
    fn any_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        input::run(&bytes);
    }
}
