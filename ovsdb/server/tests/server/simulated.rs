//! The server's storage on files that stop or fail at every step.

use std::path::Path;
use std::sync::Arc;

use nix::errno::Errno;
use weft_ovsdb_journal::{Log, Magic, OpenMode, SimulatedFiles, Surviving};
use weft_ovsdb_server::{Committed, Hosted, Requester, Store};

use crate::support::SCHEMA;

const PATH: &str = "/db";

fn files() -> SimulatedFiles {
    let files = SimulatedFiles::new();
    let mut log =
        Log::open(Arc::new(files.clone()), Path::new(PATH), OpenMode::Create, &[Magic::STANDALONE]).unwrap();
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    log.append(&schema.to_string()).unwrap();
    log.sync().unwrap();
    files
}

fn open(files: &SimulatedFiles) -> Arc<Hosted> {
    let (database, store) = Store::open(Arc::new(files.clone()), Path::new(PATH)).unwrap();
    Hosted::new(database, store, None)
}

fn numbers(hosted: &Hosted) -> Vec<i64> {
    let contents = hosted.contents();
    let column = contents.catalog().tables[0].column("n").unwrap();
    let mut numbers: Vec<i64> = contents.rows(0).filter_map(|row| row.get(column).as_integer()).collect();
    numbers.sort_unstable();
    numbers
}

/// Inserts ten numbers, every second one durably, and compacts in between; answers what was acknowledged, and
/// what of it before the last durable commit.
fn load(hosted: &Hosted) -> (Vec<i64>, Vec<i64>) {
    let (mut acknowledged, mut durable) = (Vec::new(), Vec::new());
    for n in 0..10 {
        let commit = format!(",{{\"op\":\"commit\",\"durable\":{}}}", n % 2 == 1);
        let params = format!("[\"D\",{{\"op\":\"insert\",\"table\":\"T\",\"row\":{{\"n\":{n}}}}}{commit}]");
        match hosted.transact(&params, &Requester::server()) {
            Committed::Reply(reply) if !reply.contains("error") => acknowledged.push(n),
            Committed::Reply(_) => {}
            other => panic!("{other:?}"),
        }
        if n % 2 == 1 && acknowledged.last() == Some(&n) {
            durable = acknowledged.clone();
        }
        if n == 4 {
            // A failure leaves the file as it was.
            let _ = hosted.compact();
        }
    }
    (acknowledged, durable)
}

#[test]
fn a_stop_at_every_step_loses_no_acknowledged_commit() {
    let steps = {
        let files = files();
        let before = files.steps();
        load(&open(&files));
        before..files.steps()
    };
    assert!(steps.end > steps.start + 20, "{steps:?}");
    for step in steps {
        let files = files();
        files.stop_at(step);
        let (acknowledged, durable) = load(&open(&files));
        for surviving in [Surviving::Written, Surviving::Synced, Surviving::Torn] {
            let kept = if surviving == Surviving::Written { &acknowledged } else { &durable };
            let found = numbers(&open(&files.after(surviving)));
            let missing: Vec<_> = kept.iter().filter(|n| !found.contains(n)).collect();
            assert!(missing.is_empty(), "step {step}, {surviving:?}: lost {missing:?}, found {found:?}");
        }
    }
}

#[test]
fn a_refused_write_is_told_and_the_database_goes_on() {
    for error in [Errno::ENOSPC, Errno::EIO] {
        for step in 2..30 {
            let files = files();
            files.refuse_at(step, error);
            let hosted = open(&files);
            let (acknowledged, durable) = load(&hosted);
            assert!(acknowledged.len() >= 4, "{error} at {step}: {acknowledged:?}");
            // What clients see is what was acknowledged, and the file has it.
            assert_eq!(numbers(&hosted), acknowledged, "{error} at {step}");
            let found = numbers(&open(&files));
            assert!(
                acknowledged.iter().all(|n| found.contains(n)),
                "{error} at {step}: {acknowledged:?}, {found:?}"
            );
            let after = numbers(&open(&files.after(Surviving::Synced)));
            assert!(durable.iter().all(|n| after.contains(n)), "{error} at {step}: {durable:?}, {after:?}");
        }
    }
}

#[test]
fn after_a_failed_sync_a_compaction_makes_the_file_whole() {
    let files = files();
    let hosted = open(&files);
    // The step after the next write is the sync.
    files.refuse_at(files.steps() + 2, Errno::EIO);
    let (acknowledged, _) = load(&hosted);
    hosted.compact().unwrap();
    let params = r#"["D",{"op":"insert","table":"T","row":{"n":77}},{"op":"commit","durable":true}]"#;
    assert!(
        matches!(hosted.transact(params, &Requester::server()), Committed::Reply(reply) if !reply.contains("error"))
    );
    let found = numbers(&open(&files.after(Surviving::Synced)));
    assert_eq!(found, [acknowledged, vec![77]].concat());
}
