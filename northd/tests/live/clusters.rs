//! Databases of three servers each, whose leaders change.

use serde_json::json;

use crate::contents::Contents;
use crate::generator::{Generator, STABLE_SWITCHES};
use crate::harness::{self, Cluster, Connection, Installation, Kind, central, sync};
use crate::kill_anything::{from_nothing, identities};

/// How often each cluster loses its leader.
const ROUNDS: usize = 3;

fn change(northbound: &mut Connection, generator: &mut Generator, count: usize) {
    for _ in 0..count {
        northbound.transact(&generator.change());
    }
}

#[test]
fn a_leader_that_dies_under_load_is_replaced_and_nothing_is_lost() {
    let Some(installation) = Installation::find() else { return };
    let directory = tempfile::Builder::new().prefix("wn").tempdir().expect("a temporary directory");
    let (north_files, south_files) = (directory.path().join("n"), directory.path().join("s"));
    let mut northbound = Cluster::start(&installation, Kind::Northbound, &north_files);
    let mut southbound = Cluster::start(&installation, Kind::Southbound, &south_files);
    let mut client = northbound.connect();
    client.transact(&[json!({ "op": "insert", "table": "NB_Global", "row": {} })]);
    let (north_remotes, south_remotes) = (northbound.remotes(), southbound.remotes());
    let mut northd =
        harness::start(&installation, directory.path(), "northd", [&north_remotes, &south_remotes]);
    let mut generator = Generator::new(7);
    client.transact(&generator.stable(STABLE_SWITCHES));
    sync(&mut client);
    let before = identities(&mut southbound.connect());
    assert_eq!(before.len(), 2 * STABLE_SWITCHES);

    for _ in 0..ROUNDS {
        change(&mut client, &mut generator, 8);
        let killed = southbound.kill_leader();
        change(&mut client, &mut generator, 8);
        sync(&mut client);
        southbound.launch(killed);

        change(&mut client, &mut generator, 8);
        let killed = northbound.kill_leader();
        client = northbound.connect();
        change(&mut client, &mut generator, 8);
        sync(&mut client);
        northbound.launch(killed);
    }
    assert!(northd.is_running(), "{}", northd.log());
    assert_eq!(northd.control(&["status"]).trim_end(), "Status: active");
    assert_eq!(identities(&mut southbound.connect()), before);
    let survived = Contents::read(&mut southbound.connect());
    northd.kill();
    let expected = from_nothing(&installation, &north_remotes, &mut client);
    assert!(expected.table("Logical_Flow").len() > 100);
    survived.assert_equal(&expected, "after the elections (+) and from nothing (-)");
}

#[test]
fn a_leader_that_hands_over_is_followed() {
    let Some(mut central) = central() else { return };
    let cluster =
        Cluster::start(&central.installation, Kind::Southbound, &central.directory.path().join("s"));
    central.northd.kill();
    let (northbound, remotes) = (central.northbound.remote(), cluster.remotes());
    let northd =
        harness::start(&central.installation, central.directory.path(), "follower", [&northbound, &remotes]);
    central.sync();
    let first = cluster.leader_remote();
    assert!(northd.log().contains(&format!("{first}: connected")), "{}", northd.log());
    cluster.transfer_leadership();
    central.sync();
    let next = cluster.leader_remote();
    assert_ne!(next, first);
    assert!(northd.log().contains(&format!("{next}: connected")), "{}", northd.log());
    northd.wait_for_control(&["sb-connection-status"], "connected");
}
