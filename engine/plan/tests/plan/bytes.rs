//! Plans as bytes.

use weft_plan::DecodeError;
use weft_plan::plan::Plan;
use weft_testing::fixtures;

use super::support::plan;

#[test]
fn a_plan_survives_encoding() {
    for fixture in fixtures() {
        let plan = plan(fixture.rules);
        assert_eq!(Plan::decode(&plan.encode()), Ok(plan), "{}", fixture.name);
    }
}

#[test]
fn the_plan_of_the_built_in_rules_survives_encoding() {
    let plan = weft_rules::embedded_plan().unwrap();
    assert_eq!(Plan::decode(&plan.encode()), Ok(plan));
}

#[test]
fn planning_twice_gives_the_same_bytes() {
    for fixture in fixtures() {
        assert_eq!(plan(fixture.rules).encode(), plan(fixture.rules).encode(), "{}", fixture.name);
    }
}

#[test]
fn bytes_of_another_version_are_refused() {
    let mut bytes = Plan::default().encode();
    assert_eq!(bytes, [8, 3], "field 1, version 3");
    bytes[1] = 99;
    assert_eq!(Plan::decode(&bytes), Err(DecodeError::Version { found: 99 }));
}

#[test]
fn bytes_that_are_no_plan_are_refused() {
    assert!(matches!(Plan::decode(b"not a plan"), Err(DecodeError::Malformed(_))));
    // A node of kind 99.
    let node = [8, 3, 50, 2, 16, 99];
    assert_eq!(Plan::decode(&node), Err(DecodeError::Unusable("node")));
}

#[test]
fn every_prefix_of_a_plan_is_refused_or_read_without_a_panic() {
    let bytes = plan("rule r { from p in nb.Port where p.kind == \"a\" warn \"${p.name}\" }").encode();
    for length in 0..bytes.len() {
        let _ = Plan::decode(&bytes[..length]);
    }
}
