//! The lock that a session wants (RFC 7047 sections 4.1.8 to 4.1.10).

use super::connection::Connection;
use super::event::Event;

/// The lock wanted, and how far it is.
#[derive(Debug, Default)]
pub(super) struct Lock {
    wanted: Option<String>,
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// There is no connection, or nothing is wanted.
    #[default]
    Idle,
    /// The answer to the request with this id is awaited.
    Requested(u64),
    /// Somebody else owns it; the server will tell when that changes.
    Waiting,
    Held,
}

impl Lock {
    pub(super) fn new(wanted: Option<String>) -> Self {
        Self { wanted, state: State::Idle }
    }

    /// Asks for the lock on a new connection.
    pub(super) fn connected(&mut self, connection: &mut Connection) {
        if let Some(name) = &self.wanted {
            self.state = State::Requested(request(connection, "lock", name));
        }
    }

    /// Notes that the connection is gone, and the lock with it.
    pub(super) fn disconnected(&mut self) -> Option<Event> {
        let held = std::mem::take(&mut self.state) == State::Held;
        held.then_some(Event::LockLost)
    }

    /// Wants another lock or none.
    pub(super) fn want(
        &mut self,
        wanted: Option<String>,
        connection: Option<&mut Connection>,
    ) -> Option<Event> {
        if self.wanted == wanted {
            return None;
        }
        let Some(connection) = connection else {
            self.wanted = wanted;
            return None;
        };
        let lost = self.give_up(connection);
        self.wanted = wanted;
        self.connected(connection);
        lost
    }

    /// Takes the lock from whoever owns it.
    pub(super) fn steal(&mut self, name: String, connection: &mut Connection) -> Option<Event> {
        if self.state == State::Held && self.wanted.as_ref() == Some(&name) {
            return None;
        }
        // A server refuses a second request for a lock that was not unlocked in between.
        let lost = self.give_up(connection);
        self.state = State::Requested(request(connection, "steal", &name));
        self.wanted = Some(name);
        lost
    }

    fn give_up(&mut self, connection: &mut Connection) -> Option<Event> {
        if let (Some(name), true) = (&self.wanted, self.state != State::Idle) {
            request(connection, "unlock", name);
        }
        self.disconnected()
    }

    /// Takes the answer to a request, if it is the one awaited.
    pub(super) fn answered(&mut self, id: u64, locked: bool) -> Option<Event> {
        if self.state != State::Requested(id) {
            return None;
        }
        self.state = if locked { State::Held } else { State::Waiting };
        Some(if locked { Event::LockAcquired } else { Event::LockContended })
    }

    /// Takes a `locked` or `stolen` notification (RFC 7047 sections 4.1.9 and 4.1.10).
    pub(super) fn notified(&mut self, name: &str, locked: bool) -> Option<Event> {
        if self.wanted.as_deref() != Some(name) || (self.state == State::Held) == locked {
            return None;
        }
        self.state = if locked { State::Held } else { State::Waiting };
        Some(if locked { Event::LockAcquired } else { Event::LockLost })
    }
}

fn request(connection: &mut Connection, method: &str, name: &str) -> u64 {
    connection.request(method, |out| weft_ovsdb_schema::write_json_string(name, out))
}
