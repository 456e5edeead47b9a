//! Database files that no server wrote, made from good ones: a bounded run of the fuzz target `log`.

mod file;
#[path = "../../../fuzz/seeds.rs"]
mod seeds;
#[path = "../../../fuzz/splice.rs"]
mod splice;

use proptest::prelude::*;

use seeds::seeds;
use splice::spliced;

#[test]
fn the_seeds_do_no_harm() {
    let seeds = seeds("log");
    assert_eq!(seeds.len(), 4);
    seeds.iter().for_each(|seed| file::run(seed));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn spliced_seeds_do_no_harm(data in spliced(seeds("log"))) {
        file::run(&data);
    }
}
