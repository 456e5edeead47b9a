//! `kill -9` at random times under load, with compactions going on.

use std::time::Duration;

use crate::support::Server;

/// How often the server is killed, unless `WEFT_KILLS` says otherwise.
const KILLS: u64 = 20;

#[test]
fn no_acknowledged_commit_is_lost_by_kills_under_load() {
    let kills = std::env::var("WEFT_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let (mut server, mut next, mut acknowledged) = (Server::start(), 0, Vec::new());
    for round in 0..kills {
        let (mut client, control) = (server.client(), server.path("db.ctl"));
        let first = next;
        next += 100_000;
        let load = std::thread::spawn(move || {
            let inserted = (first..first + 100_000).take_while(|&n| client.insert(n, n % 3 == 0));
            inserted.collect::<Vec<_>>()
        });
        let compacting = std::thread::spawn(move || {
            if let Ok(mut control) = weft_daemon::unixctl::Client::connect(&control) {
                while control.call("ovsdb-server/compact", &[]).is_ok() {}
            }
        });
        // Not quite regular, so that the kill hits all phases of the work.
        std::thread::sleep(Duration::from_micros(20_000 + (round * 7919) % 60_000));
        let directory = server.kill();
        acknowledged.extend(load.join().unwrap());
        compacting.join().unwrap();
        server = Server::start_in(directory, &["db"]);
        let found = server.client().numbers();
        let missing: Vec<_> = acknowledged.iter().filter(|n| found.binary_search(n).is_err()).collect();
        assert!(missing.is_empty(), "round {round}: lost {missing:?}");
    }
    assert!(acknowledged.len() as u64 > kills, "{}", acknowledged.len());
    eprintln!("{kills} kills, {} acknowledged commits, none lost", acknowledged.len());
}
