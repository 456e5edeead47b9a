use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;
use weft_ovsdb_database::Commit;

/// What others tell a session.
#[derive(Clone, Debug)]
pub enum Event {
    /// A database has changed.
    Commit(Arc<Commit>),
    /// A database is no longer there, or has another schema.
    Gone(Arc<str>),
    /// The session got or lost a lock.
    Lock {
        /// `locked` or `stolen`.
        method: &'static str,
        /// The lock.
        name: String,
    },
    /// The session is to end, for this reason; without a reason there is nothing to log.
    End(Option<Arc<str>>),
    /// The set of databases changed, so that a session that does not watch it is to end, for this reason.
    EndUnlessAware(Arc<str>),
}

/// Where a session finds what others tell it.
#[derive(Debug, Default)]
pub struct Mailbox {
    state: Mutex<State>,
    wake: Notify,
}

#[derive(Debug, Default)]
struct State {
    events: VecDeque<Event>,
    /// Changed rows in the commits that wait.
    pending_rows: usize,
    /// Whether so much waited that the session is to end.
    overflowed: bool,
}

impl Mailbox {
    /// Adds an event, of commits at most so many rows: beyond that the session is too slow to be kept.
    pub fn push(&self, event: Event, limit_rows: usize) {
        let mut state = self.state.lock();
        if state.overflowed {
            return;
        }
        if let Event::Commit(commit) = &event {
            state.pending_rows += rows(commit);
        }
        if state.pending_rows > limit_rows {
            *state = State { overflowed: true, ..State::default() };
        } else {
            state.events.push_back(event);
        }
        drop(state);
        self.wake.notify_one();
    }

    /// Takes all events.
    pub fn take(&self) -> VecDeque<Event> {
        let mut state = self.state.lock();
        state.pending_rows = 0;
        std::mem::take(&mut state.events)
    }

    /// Whether more was waiting than is kept.
    pub fn has_overflowed(&self) -> bool {
        self.state.lock().overflowed
    }

    /// Takes the first event that ends the session, leaving the others.
    pub fn take_end(&self) -> Option<Event> {
        let mut state = self.state.lock();
        let is_end = |event: &Event| matches!(event, Event::End(_) | Event::EndUnlessAware(_));
        let position = state.events.iter().position(is_end)?;
        state.events.remove(position)
    }

    /// Waits until there may be an event.
    pub async fn changed(&self) {
        self.wake.notified().await;
    }
}

fn rows(commit: &Commit) -> usize {
    commit.tables.iter().map(|(_, changes)| changes.len()).sum()
}
