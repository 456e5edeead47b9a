//! What the tests of sessions share.

pub(crate) mod cluster;
pub(crate) mod fake;
pub(crate) mod server;

use std::time::Duration;

use weft_ovsdb::{Batch, Event, Events, SessionOptions, TableSelection};

/// Options that replicate the names of logical switches.
pub(crate) fn options(remote: &str) -> SessionOptions {
    let schema = weft_ovsdb_schema::northbound().expect("the embedded schema is well formed");
    let mut options = SessionOptions::new(schema, remote.parse().expect("a remote"));
    options.tables = vec![TableSelection::columns("Logical_Switch", ["name", "external_ids"])];
    options
}

/// The next event; a guard keeps a broken test from waiting forever.
pub(crate) async fn next(events: &mut Events) -> Event {
    let event = tokio::time::timeout(Duration::from_secs(60), events.recv()).await;
    event.expect("an event within a minute").expect("the session runs")
}

/// Skips events up to one that `choose` accepts; a guard keeps a broken test from waiting forever.
pub(crate) async fn until<T>(events: &mut Events, choose: impl Fn(&Event) -> Option<T>) -> T {
    let mut skipped = Vec::new();
    let choice = tokio::time::timeout(Duration::from_secs(30), async {
        loop {
            let event = events.recv().await.expect("the session runs");
            match choose(&event) {
                Some(chosen) => return chosen,
                None => skipped.push(event),
            }
        }
    });
    let choice = choice.await;
    assert!(choice.is_ok(), "none of these events is the one expected: {skipped:?}");
    choice.expect("an event was chosen")
}

/// Skips events up to the first contents.
pub(crate) async fn initial(events: &mut Events) -> Batch {
    until(events, |event| if let Event::Initial(batch) = event { Some(batch.clone()) } else { None }).await
}

/// Skips events up to the next batch of changes.
pub(crate) async fn changes(events: &mut Events) -> Batch {
    until(events, |event| if let Event::Changes(batch) = event { Some(batch.clone()) } else { None }).await
}

/// Skips events up to the next resynchronisation.
pub(crate) async fn resynced(events: &mut Events) -> Batch {
    until(events, |event| if let Event::Resynced(batch) = event { Some(batch.clone()) } else { None }).await
}

/// Old and new names of the switches of a batch, sorted.
pub(crate) fn names(batch: &Batch) -> Vec<(Option<String>, Option<String>)> {
    let name =
        |row: &Option<weft_ovsdb::Row>| row.as_ref().map(|row| row[0].as_str().expect("a name").to_owned());
    let mut names: Vec<_> =
        batch.changes.iter().map(|change| (name(&change.old), name(&change.new))).collect();
    names.sort();
    names
}

/// An insertion of a switch of this name, as [`names`] shows it.
pub(crate) fn inserted(name: &str) -> (Option<String>, Option<String>) {
    (None, Some(name.to_owned()))
}
