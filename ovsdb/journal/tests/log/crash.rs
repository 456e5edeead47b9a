//! No acknowledged record is lost, wherever the process stops and whatever the file system refuses.

use std::path::Path;

use nix::errno::Errno;
use weft_ovsdb_journal::{Files, LogError, OpenMode, SimulatedFiles, Surviving};

use crate::support::{open, read_all};

const PATH: &str = "/db";

/// What the load has been told about its numbers.
#[derive(Debug, Default)]
struct Acknowledged {
    appended: Vec<u32>,
    synced: Vec<u32>,
}

/// Appends the numbers from `first` on, each second one synced, and replaces the log halfway, keeping up the
/// old one meanwhile. Goes on after errors, as a server does.
fn load(files: &SimulatedFiles, first: u32, acknowledged: &mut Acknowledged) -> Result<(), LogError> {
    let mut log = open(files, Path::new(PATH), OpenMode::Create)?;
    let mut all: Vec<u32> = read_all(&mut log).0.iter().map(|text| number(text)).collect();
    let mut replacement = None;
    for n in first..first + 12 {
        if n == first + 4 || log.must_be_replaced() {
            replacement = log.start_replacement().ok().and_then(|mut new| {
                all.iter().try_for_each(|&n| new.append(&record(n))).ok()?;
                Some(new)
            });
        }
        if (n == first + 8 || log.must_be_replaced())
            && let Some(new) = replacement.take()
        {
            // A failure leaves the old file, which has everything.
            let _ = log.finish_replacement(new);
        }
        if log.append(&record(n)).is_err() {
            continue;
        }
        let durable = n % 2 == 1;
        if durable && log.sync().is_err() {
            // Refused: the number must not count, though it may turn up.
            let _ = log.unappend();
            continue;
        }
        all.push(n);
        acknowledged.appended.push(n);
        if durable {
            acknowledged.synced = acknowledged.appended.clone();
        }
        if replacement.as_mut().is_some_and(|new| new.append(&record(n)).is_err()) {
            replacement = None;
        }
    }
    Ok(())
}

fn record(n: u32) -> String {
    format!("{{\"n\":{n},\"text\":\"{}\"}}", "x".repeat(40))
}

fn number(text: &str) -> u32 {
    let digits: String = text.chars().skip(5).take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

fn found(files: &SimulatedFiles) -> Vec<u32> {
    match open(files, Path::new(PATH), OpenMode::ReadOnly) {
        Ok(mut log) => read_all(&mut log).0.iter().map(|text| number(text)).collect(),
        Err(_) => Vec::new(),
    }
}

/// Whether all of `expected` are among `found`, in order, and nothing twice.
fn assert_kept(found: &[u32], expected: &[u32], place: &str) {
    let missing: Vec<_> = expected.iter().filter(|n| !found.contains(n)).collect();
    assert!(missing.is_empty(), "{place}: lost {missing:?} of {expected:?}, found {found:?}");
    assert!(found.is_sorted_by(|a, b| a < b), "{place}: {found:?}");
}

#[test]
fn a_stop_at_any_step_loses_nothing_acknowledged() {
    let steps = {
        let files = SimulatedFiles::new();
        load(&files, 0, &mut Acknowledged::default()).unwrap();
        files.steps()
    };
    assert!(steps > 30, "{steps}");
    for step in 0..steps {
        let files = SimulatedFiles::new();
        files.stop_at(step);
        let mut acknowledged = Acknowledged::default();
        let _ = load(&files, 0, &mut acknowledged);
        for surviving in [Surviving::Written, Surviving::Synced, Surviving::Torn] {
            let place = format!("stopped at step {step}, {surviving:?}");
            let expected = match surviving {
                Surviving::Written => &acknowledged.appended,
                Surviving::Synced | Surviving::Torn => &acknowledged.synced,
            };
            let after = files.after(surviving);
            assert_kept(&found(&after), expected, &place);
            // The next process goes on from there, unless the file was just being created.
            let mut next = Acknowledged::default();
            if let Err(error) = load(&after, 100, &mut next) {
                assert!(error.details.ends_with("unexpected file format") && expected.is_empty(), "{place}");
                continue;
            }
            assert_eq!(next.appended.len(), 12, "{place}");
            assert_kept(&found(&after), &[expected.as_slice(), &next.appended].concat(), &place);
        }
    }
}

#[test]
fn a_refusal_at_any_step_loses_nothing_acknowledged() {
    for error in [Errno::EIO, Errno::ENOSPC] {
        for step in 0..60 {
            let files = SimulatedFiles::new();
            files.refuse_at(step, error);
            let mut acknowledged = Acknowledged::default();
            let result = load(&files, 0, &mut acknowledged);
            let place = format!("{error} at step {step}: {result:?}");
            assert_kept(&found(&files), &acknowledged.appended, &place);
            assert_kept(&found(&files.after(Surviving::Synced)), &acknowledged.synced, &place);
            if result.is_ok() {
                assert!(acknowledged.appended.len() >= 9, "{place}: {acknowledged:?}");
            }
        }
    }
}

#[test]
fn a_full_disk_loses_nothing_and_frees_what_a_failed_replacement_took() {
    let needed = {
        let files = SimulatedFiles::new();
        load(&files, 0, &mut Acknowledged::default()).unwrap();
        files.used_bytes()
    };
    for capacity in (0..2 * needed).step_by(37) {
        let files = SimulatedFiles::new();
        files.set_capacity_bytes(Some(capacity));
        let mut acknowledged = Acknowledged::default();
        load(&files, 0, &mut acknowledged).unwrap();
        let place = format!("{capacity} bytes");
        assert_eq!(found(&files), acknowledged.appended, "{place}");
        assert_kept(&found(&files.after(Surviving::Synced)), &acknowledged.synced, &place);
        assert_eq!(files.open(Path::new("/db.tmp"), OpenMode::ReadOnly).unwrap_err().raw_os_error(), Some(2));
        // With space again it goes on.
        files.set_capacity_bytes(None);
        let mut next = Acknowledged::default();
        load(&files, 100, &mut next).unwrap();
        assert_eq!(next.appended.len(), 12, "{place}");
        assert_kept(&found(&files), &[acknowledged.appended, next.appended].concat(), &place);
    }
}

#[test]
fn after_a_failed_sync_only_a_replacement_helps() {
    let files = SimulatedFiles::new();
    let mut log = open(&files, Path::new(PATH), OpenMode::Create).unwrap();
    log.append(&record(0)).unwrap();
    files.refuse_at(files.steps(), Errno::EIO);
    let error = log.sync().unwrap_err();
    assert_eq!(error.to_string(), "I/O error: /db: fsync failed (Input/output error)");
    assert!(log.must_be_replaced());
    assert_eq!(log.sync(), Err(error.clone()));
    assert_eq!(log.append(&record(1)), Err(error));
    let mut replacement = log.start_replacement().unwrap();
    replacement.append(&record(0)).unwrap();
    log.finish_replacement(replacement).unwrap();
    assert!(!log.must_be_replaced());
    log.append(&record(1)).unwrap();
    log.sync().unwrap();
    assert_eq!(found(&files.after(Surviving::Synced)), [0, 1]);
}
