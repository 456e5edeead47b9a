//! Streams that no peer means, made from good ones: a bounded run of the fuzz target `framing`.

mod stream;

use std::path::PathBuf;

use proptest::prelude::*;

fn seeds() -> Vec<Vec<u8>> {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/framing");
    let entries = std::fs::read_dir(directory).expect("the corpus is there");
    let mut seeds: Vec<Vec<u8>> = entries
        .map(|entry| std::fs::read(entry.expect("an entry").path()).expect("a seed is readable"))
        .collect();
    seeds.sort_unstable();
    seeds
}

#[test]
fn the_seeds_do_no_harm() {
    let seeds = seeds();
    assert_eq!(seeds.len(), 4);
    seeds.iter().for_each(|seed| stream::run(seed));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn spliced_seeds_do_no_harm(
        which in any::<[prop::sample::Index; 2]>(),
        cuts in prop::collection::vec(any::<[prop::sample::Index; 4]>(), 1..4),
        bytes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
    ) {
        let seeds = seeds();
        let donor = which[1].get(&seeds);
        let mut data = which[0].get(&seeds).clone();
        for cut in cuts {
            let (mut from, mut to) = (cut[0].index(data.len() + 1), cut[1].index(data.len() + 1));
            let (mut start, mut end) = (cut[2].index(donor.len() + 1), cut[3].index(donor.len() + 1));
            if from > to {
                std::mem::swap(&mut from, &mut to);
            }
            if start > end {
                std::mem::swap(&mut start, &mut end);
            }
            data.splice(from..to, donor[start..end].iter().copied());
        }
        for (at, byte) in bytes {
            if !data.is_empty() {
                let at = at.index(data.len());
                data[at] = byte;
            }
        }
        stream::run(&data);
    }
}
