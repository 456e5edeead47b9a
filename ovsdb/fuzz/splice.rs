//! Seeds spliced into one another, for the tests that make a bounded run of a target.

use proptest::prelude::*;
use proptest::sample::Index;

/// A seed with pieces of another in the place of some of its own, and single bytes changed.
pub(crate) fn spliced(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let which = any::<[Index; 2]>();
    let cuts = prop::collection::vec(any::<[Index; 4]>(), 1..4);
    let bytes = prop::collection::vec((any::<Index>(), any::<u8>()), 0..3);
    (which, cuts, bytes).prop_map(move |(which, cuts, bytes)| {
        let donor = which[1].get(&seeds);
        let mut data = which[0].get(&seeds).clone();
        for [from, to, start, end] in cuts {
            let replaced = between(from, to, data.len());
            data.splice(replaced, donor[between(start, end, donor.len())].iter().copied());
        }
        for (at, byte) in bytes {
            if !data.is_empty() {
                let at = at.index(data.len());
                data[at] = byte;
            }
        }
        data
    })
}

fn between(one: Index, other: Index, length: usize) -> std::ops::Range<usize> {
    let (one, other) = (one.index(length + 1), other.index(length + 1));
    one.min(other)..one.max(other)
}
