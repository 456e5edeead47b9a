//! Whatever dies, and whenever: the end is the same.

use std::time::Duration;

use serde_json::{Value, json};

use crate::contents::Contents;
use crate::generator::{Generator, STABLE_SWITCHES};
use crate::harness::{self, Central, Connection, DatabaseServer, Installation, Kind, central, sync};

const ROUNDS: usize = 50;
/// After so many rounds the contents are compared.
const ROUNDS_BETWEEN_COMPARISONS: usize = 25;

/// The longest time between a change and a kill: long enough for the transaction that follows to be made,
/// sent, written and answered.
const LONGEST_DELAY_US: usize = 60_000;

/// Seed of this run: of the environment, to repeat one, or the number of this process.
fn seed() -> u64 {
    let given = std::env::var("SEED").ok().and_then(|text| text.parse().ok());
    given.unwrap_or_else(|| u64::from(std::process::id()))
}

/// UUIDs, and tunnel keys where there are some, of what stays all the time.
pub(crate) fn identities(southbound: &mut Connection) -> Vec<Value> {
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

/// A network that a client changes, and what is killed meanwhile.
struct Rounds {
    central: Central,
    northbound: Connection,
    generator: Generator,
    serial: usize,
}

impl Rounds {
    /// The next transaction, which says its number.
    fn transaction(&mut self) -> Vec<Value> {
        self.serial += 1;
        let mut operations = self.generator.change();
        let row = json!({ "name": self.serial.to_string() });
        operations.push(json!({ "op": "update", "table": "NB_Global", "where": [], "row": row }));
        operations
    }

    fn change(&mut self, most: usize) {
        for _ in 0..self.generator.random.below(most) {
            let operations = self.transaction();
            self.northbound.transact(&operations);
        }
    }

    fn wait_a_little(&mut self) {
        let delay_us = self.generator.random.below(LONGEST_DELAY_US);
        std::thread::sleep(Duration::from_micros(delay_us as u64));
    }

    /// Kills the Northbound server while it may or may not have committed a transaction; the client goes on
    /// with what is there.
    fn kill_northbound(&mut self) {
        let mut before = self.generator.clone();
        let operations = self.transaction();
        before.random = self.generator.random.clone();
        self.northbound.ask_to_transact(&operations);
        let delay_us = self.generator.random.below(4000);
        std::thread::sleep(Duration::from_micros(delay_us as u64));
        self.central.northbound.kill();
        self.central.northbound.launch();
        self.northbound = self.central.northbound.connect();
        let serial = self.northbound.rows("NB_Global")[0]["name"].clone();
        if serial != json!(self.serial.to_string()) {
            self.generator = before;
        }
    }

    /// Changes the network and kills something before all that follows is written.
    fn round(&mut self) {
        self.change(8);
        let victims = self.generator.random.below(6);
        match victims {
            0 => self.kill_northbound(),
            1 => {
                self.wait_a_little();
                self.central.southbound.kill();
                self.change(4);
                self.central.southbound.launch();
            }
            2 => {
                self.wait_a_little();
                self.central.northd.kill();
                self.change(4);
                self.central.northd.launch();
            }
            3 => {
                self.wait_a_little();
                self.central.southbound.kill();
                self.central.northd.kill();
                self.central.southbound.launch();
                self.change(4);
                self.central.northd.launch();
            }
            4 => {
                self.wait_a_little();
                self.central.southbound.kill();
                self.central.northd.kill();
                self.kill_northbound();
                self.central.northd.launch();
                self.central.southbound.launch();
            }
            // Work catches up now and then, so that kills meet it in all states.
            _ => sync(&mut self.northbound),
        }
    }

    /// Compares the Southbound database with what a new northd makes of the Northbound one from nothing.
    fn compare(&mut self, what: &str) {
        sync(&mut self.northbound);
        assert!(self.central.northd.is_running(), "{}", self.central.northd.log());
        let survived = Contents::of(&self.central);
        self.central.northd.kill();
        let remote = self.central.northbound.remote();
        let expected = from_nothing(&self.central.installation, &remote, &mut self.northbound);
        assert!(expected.table("Logical_Flow").len() > 100);
        survived.assert_equal(&expected, what);
        self.central.northd.launch();
    }
}

/// What a new northd makes of a Northbound database from nothing.
pub(crate) fn from_nothing(
    installation: &Installation,
    remote: &str,
    northbound: &mut Connection,
) -> Contents {
    let directory = tempfile::Builder::new().prefix("wn").tempdir().expect("a temporary directory");
    let southbound = DatabaseServer::start(installation, Kind::Southbound, directory.path());
    let _northd = harness::start(installation, directory.path(), "fresh", [remote, &southbound.remote()]);
    sync(northbound);
    Contents::read(&mut southbound.connect())
}

#[test]
fn killing_anything_at_any_time_changes_nothing_in_the_end() {
    let Some(central) = central() else { return };
    let seed = seed();
    eprintln!("SEED={seed}");
    let northbound = central.northbound.connect();
    let mut rounds = Rounds { central, northbound, generator: Generator::new(seed), serial: 0 };
    rounds.northbound.transact(&rounds.generator.stable(STABLE_SWITCHES));
    sync(&mut rounds.northbound);
    let before = identities(&mut rounds.central.southbound.connect());
    assert_eq!(before.len(), 2 * STABLE_SWITCHES);

    for round in 1..=ROUNDS {
        rounds.round();
        if round % ROUNDS_BETWEEN_COMPARISONS == 0 {
            rounds.compare(&format!("SEED={seed}, round {round}: after the kills (+) and from nothing (-)"));
        }
    }
    assert_eq!(identities(&mut rounds.central.southbound.connect()), before);
}
