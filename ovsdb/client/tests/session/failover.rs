//! A cluster of three installed ovsdb-servers whose leader is killed under load.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use weft_ovsdb::{Batch, Event, Events, RowId, SessionHandle, Transaction, start};
use weft_ovsdb_schema::Value;

use crate::support::cluster::{Cluster, MEMBERS};
use crate::support::server::installed;
use crate::support::{initial, names, options, until};

/// How often the leader is killed.
const KILLS: usize = 3;

/// Names whose insertion was acknowledged.
type Acknowledged = Arc<Mutex<BTreeSet<String>>>;

/// Inserts switches one after the other, for ever; one whose fate is unknown is not counted.
async fn insert(handle: SessionHandle, acknowledged: Acknowledged) {
    for n in 0_u64.. {
        let (name, mut transaction) = (format!("s{n}"), Transaction::new());
        let value = Value::from(name.as_str());
        transaction.insert("Logical_Switch", RowId::Anonymous, [("name", &value)]);
        match handle.transact(transaction).await {
            Ok(_) => _ = locked(&acknowledged).insert(name),
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

/// What a session has seen.
#[derive(Default)]
struct Seen {
    names: BTreeSet<String>,
    remotes: Vec<String>,
    disappeared: Vec<String>,
    reasons: Vec<String>,
}

impl Seen {
    fn note(&mut self, batch: &Batch) {
        for (old, new) in names(batch) {
            match new {
                Some(name) => _ = self.names.insert(name),
                None => self.disappeared.extend(old),
            }
        }
    }
}

/// Follows a session's events until it is dropped.
async fn follow(mut events: Events, seen: Arc<Mutex<Seen>>) {
    while let Some(event) = events.recv().await {
        let mut seen = locked(&seen);
        match event {
            Event::Connected { remote, .. } => seen.remotes.push(remote.to_string()),
            Event::Disconnected { reason, .. } => seen.reasons.push(reason),
            Event::Initial(batch) | Event::Resynced(batch) | Event::Changes(batch) => seen.note(&batch),
            _ => {}
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits, while others work, until something holds.
async fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..1200 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(holds(), "{what} does not happen");
}

#[tokio::test(flavor = "multi_thread")]
async fn killing_the_leader_loses_nothing_and_no_session_goes_back() {
    let Some(prefix) = installed() else { return };
    let cluster = Cluster::start(&prefix);
    let (acknowledged, seen) =
        (Acknowledged::default(), [(); 2].map(|()| Arc::new(Mutex::new(Seen::default()))));
    let (writer, events) = start(options(&cluster.remotes())).unwrap();
    let mut anywhere = options(&cluster.remotes());
    anywhere.leader_only = false;
    let (_reader, reader_events) = start(anywhere).unwrap();
    tokio::spawn(follow(events, Arc::clone(&seen[0])));
    tokio::spawn(follow(reader_events, Arc::clone(&seen[1])));
    let load = tokio::spawn(insert(writer, Arc::clone(&acknowledged)));
    let count = || locked(&acknowledged).len();

    for _ in 0..KILLS {
        let before = count();
        wait_until("a commit", || count() >= before + 20).await;
        let leader = tokio::task::block_in_place(|| cluster.leader());
        cluster.kill(leader);
        let killed_at = count();
        wait_until("a commit after the leader's end", || count() >= killed_at + 20).await;
        tokio::task::block_in_place(|| {
            cluster.launch(leader);
            cluster.rejoined(leader);
            // A session that may be anywhere moves on; where it comes it must not find the past.
            (0..MEMBERS).for_each(|member| cluster.disconnect_clients(member));
        });
    }
    wait_until("a commit in the end", {
        let before = count();
        move || count() > before
    })
    .await;
    load.abort();
    let _ = load.await;
    let acknowledged = locked(&acknowledged).clone();
    for (seen, what) in seen.iter().zip(["the leader's client", "the client of any member"]) {
        wait_until(what, || locked(seen).names.is_superset(&acknowledged)).await;
        let seen = locked(seen);
        assert!(seen.disappeared.is_empty(), "{what} saw {:?} go away", seen.disappeared);
        assert!(seen.remotes.len() > KILLS, "{what} was connected to {:?}", seen.remotes);
    }
    let leader = tokio::task::block_in_place(|| cluster.leader());
    let last = locked(&seen[0]).remotes.last().cloned();
    assert_eq!(last, Some(cluster.remote(leader)));
    let (_other, mut events) = start(options(&cluster.remotes())).unwrap();
    let contents: BTreeSet<String> =
        names(&initial(&mut events).await).into_iter().filter_map(|row| row.1).collect();
    assert!(contents.is_superset(&acknowledged));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_without_a_majority_is_left() {
    let Some(prefix) = installed() else { return };
    let cluster = Cluster::start(&prefix);
    let leader = cluster.leader();
    let last = (0..MEMBERS).find(|member| *member != leader).unwrap();
    let mut options = options(&cluster.remote(last));
    options.leader_only = false;
    let (_handle, mut events) = start(options).unwrap();
    initial(&mut events).await;
    (0..MEMBERS).filter(|member| *member != last).for_each(|member| cluster.kill(member));
    let reason = until(&mut events, |event| match event {
        Event::Disconnected { reason, .. } => Some(reason.clone()),
        _ => None,
    });
    assert_eq!(reason.await, "the server is disconnected from its cluster");
}
