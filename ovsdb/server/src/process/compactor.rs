//! Compaction without being asked, at ovsdb-server's times.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::server::Server;
use crate::storage::Hosted;

/// The shortest time from one compaction to the next, to which up to as much again is added at random, so that
/// not all databases are compacted at once.
const LEAST_PAUSE: Duration = Duration::from_secs(600);
/// After this time a database is compacted however little has changed.
const GREATEST_PAUSE: Duration = Duration::from_secs(24 * 3600);
/// The time from one look at the databases to the next.
const TICK: Duration = Duration::from_secs(1);

struct Schedule {
    least: Instant,
    greatest: Instant,
}

impl Schedule {
    fn new(now: Instant) -> Self {
        let random = Uuid::new_v4().as_u64_pair().0 % LEAST_PAUSE.as_secs();
        Self { least: now + LEAST_PAUSE + Duration::from_secs(random), greatest: now + GREATEST_PAUSE }
    }
}

/// Compacts databases when it is time or has to be, and frees what they do not need, for ever.
pub(super) async fn compact_in_time(server: Arc<Server>) {
    let mut schedules: BTreeMap<Arc<str>, Schedule> = BTreeMap::new();
    loop {
        tokio::time::sleep(TICK).await;
        let now = Instant::now();
        let databases = server.databases();
        schedules.retain(|name, _| databases.iter().any(|hosted| hosted.name() == name));
        for hosted in databases {
            hosted.contents().forget_unused_texts();
            let schedule = schedules.entry(Arc::clone(hosted.name())).or_insert_with(|| Schedule::new(now));
            let is_time = now >= schedule.least;
            if (is_time || hosted.must_be_compacted())
                && compact(Arc::clone(&hosted), now >= schedule.greatest).await
            {
                *schedule = Schedule::new(now);
            }
        }
    }
}

async fn compact(hosted: Arc<Hosted>, is_due: bool) -> bool {
    let compacted = tokio::task::spawn_blocking(move || hosted.compact_if_worthwhile(is_due)).await;
    compacted.unwrap_or(false)
}
