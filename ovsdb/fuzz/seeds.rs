//! The seed corpora, for the tests that make a bounded run of a target.

use std::path::PathBuf;

/// The seeds of a target, in the order of their bytes.
pub(crate) fn seeds(target: &str) -> Vec<Vec<u8>> {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let entries = std::fs::read_dir(directory).expect("the corpus is there");
    let mut seeds: Vec<Vec<u8>> = entries
        .map(|entry| std::fs::read(entry.expect("an entry").path()).expect("a seed is readable"))
        .collect();
    seeds.sort_unstable();
    seeds
}
