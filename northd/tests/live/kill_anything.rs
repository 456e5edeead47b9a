//! Whatever dies, and whenever: the end is the same.

use serde_json::{Value, json};

use crate::contents::Contents;
use crate::generator::{Generator, STABLE_SWITCHES};
use crate::harness::{Central, Connection, DatabaseServer, Kind, Northd, sync};

const ROUNDS: usize = 50;

/// Seed of this run: of the environment, to repeat one, or the number of this process.
fn seed() -> u64 {
    let given = std::env::var("SEED").ok().and_then(|text| text.parse().ok());
    given.unwrap_or_else(|| u64::from(std::process::id()))
}

/// UUIDs, and tunnel keys where there are some, of what stays all the time.
fn identities(southbound: &mut Connection) -> Vec<Value> {
    let mut found = Vec::new();
    for table in ["Datapath_Binding", "Port_Binding"] {
        for row in southbound.rows(table) {
            let name =
                row["logical_port"].as_str().map_or_else(|| row["external_ids"].to_string(), str::to_owned);
            if name.contains("stable") {
                found.push(json!([table, name, row["_uuid"], row["tunnel_key"]]));
            }
        }
    }
    found.sort_by_key(Value::to_string);
    found
}

fn change(northbound: &mut Connection, generator: &mut Generator, most: usize) {
    for _ in 0..generator.random.below(most) {
        northbound.transact(&generator.change());
    }
}

#[test]
fn killing_anything_at_any_time_changes_nothing_in_the_end() {
    let Some(mut central) = Central::start() else { return };
    let seed = seed();
    eprintln!("SEED={seed}");
    let mut generator = Generator::new(seed);
    let mut northbound = central.northbound.connect();
    northbound.transact(&generator.stable(STABLE_SWITCHES));
    sync(&mut northbound);
    let before = identities(&mut central.southbound.connect());
    assert_eq!(before.len(), 2 * STABLE_SWITCHES);

    for _ in 0..ROUNDS {
        change(&mut northbound, &mut generator, 8);
        match generator.random.below(4) {
            0 => {
                central.northbound.kill();
                central.northbound.launch();
                northbound = central.northbound.connect();
            }
            1 => {
                central.southbound.kill();
                change(&mut northbound, &mut generator, 4);
                central.southbound.launch();
            }
            2 => {
                central.northd.kill();
                change(&mut northbound, &mut generator, 4);
                central.northd.launch();
            }
            // Work catches up now and then, so that kills meet it in all states.
            _ => sync(&mut northbound),
        }
    }
    sync(&mut northbound);
    assert!(central.northd.is_running(), "{}", central.northd.log());
    assert_eq!(identities(&mut central.southbound.connect()), before);
    let survived = central.contents();
    central.northd.kill();

    let fresh_directory = tempfile::Builder::new().prefix("wn").tempdir().unwrap();
    let fresh = DatabaseServer::start(&central.installation, Kind::Southbound, fresh_directory.path());
    let _northd = Northd::start(
        &central.installation,
        fresh_directory.path(),
        "fresh",
        &central.northbound.remote(),
        &fresh.remote(),
    );
    sync(&mut northbound);
    let expected = Contents::read(&mut fresh.connect());
    assert!(expected.table("Logical_Flow").len() > 100);
    survived.assert_equal(&expected, &format!("SEED={seed}: after the kills (+) and from nothing (-)"));
}
