//! Streams that no peer means, made from good ones: a bounded run of the fuzz target `framing`.

#[path = "../../../fuzz/seeds.rs"]
mod seeds;
#[path = "../../../fuzz/splice.rs"]
mod splice;
mod stream;

use proptest::prelude::*;

use seeds::seeds;
use splice::spliced;

#[test]
fn the_seeds_do_no_harm() {
    let seeds = seeds("framing");
    assert_eq!(seeds.len(), 4);
    seeds.iter().for_each(|seed| stream::run(seed));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn spliced_seeds_do_no_harm(data in spliced(seeds("framing"))) {
        stream::run(&data);
    }
}
