use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::mailbox::{Event, Mailbox};

/// The number of a session, never used again.
pub(crate) type SessionId = u64;

/// How a lock is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockMode {
    /// `lock`: wait for the owner.
    Wait,
    /// `steal`: take it from the owner.
    Steal,
}

/// The locks of all sessions (RFC 7047 sections 4.1.8 to 4.1.10).
#[derive(Debug, Default)]
pub struct Locks {
    /// Who waits for each lock; the first has it.
    queues: BTreeMap<String, VecDeque<Waiter>>,
    /// What each session asked for and did not give back.
    asked: BTreeMap<SessionId, BTreeMap<String, LockMode>>,
    /// What each session owns.
    owned: BTreeMap<SessionId, BTreeSet<String>>,
}

#[derive(Debug)]
struct Waiter {
    session: SessionId,
    mode: LockMode,
    mailbox: Arc<Mailbox>,
}

impl Locks {
    /// Asks for a lock; answers whether the session has it, or `None` if it asked for it before.
    pub fn lock(
        &mut self,
        session: SessionId,
        mailbox: &Arc<Mailbox>,
        name: &str,
        mode: LockMode,
    ) -> Option<bool> {
        let asked = self.asked.entry(session).or_default();
        if asked.contains_key(name) {
            return None;
        }
        asked.insert(name.to_owned(), mode);
        let queue = self.queues.entry(name.to_owned()).or_default();
        let waiter = Waiter { session, mode, mailbox: Arc::clone(mailbox) };
        if mode == LockMode::Steal {
            if let Some(victim) = queue.front() {
                disown(&mut self.owned, victim.session, name);
                victim.mailbox.push_notification("stolen", name);
            }
            // Who stole a lock that is stolen in turn does not get it back by waiting.
            queue.pop_front_if(|victim| victim.mode == LockMode::Steal);
            queue.push_front(waiter);
        } else {
            queue.push_back(waiter);
        }
        let is_owner = queue.front().is_some_and(|first| first.session == session);
        if is_owner {
            self.owned.entry(session).or_default().insert(name.to_owned());
        }
        Some(is_owner)
    }

    /// Gives a lock back; answers whether the session had asked for it.
    pub fn unlock(&mut self, session: SessionId, name: &str) -> bool {
        let Some(asked) = self.asked.get_mut(&session) else { return false };
        if asked.remove(name).is_none() {
            return false;
        }
        if asked.is_empty() {
            self.asked.remove(&session);
        }
        let was_owner = disown(&mut self.owned, session, name);
        if let Some(queue) = self.queues.get_mut(name) {
            queue.retain(|waiter| waiter.session != session);
            match queue.front() {
                Some(next) if was_owner => {
                    self.owned.entry(next.session).or_default().insert(name.to_owned());
                    next.mailbox.push_notification("locked", name);
                }
                Some(_) => {}
                None => _ = self.queues.remove(name),
            }
        }
        true
    }

    /// Gives back all that a session asked for.
    pub fn unlock_all(&mut self, session: SessionId) {
        let asked: Vec<String> =
            self.asked.get(&session).map(|asked| asked.keys().cloned().collect()).unwrap_or_default();
        for name in asked {
            self.unlock(session, &name);
        }
    }

    /// What a session owns; `None` if nothing.
    pub fn owned(&self, session: SessionId) -> Option<&BTreeSet<String>> {
        self.owned.get(&session)
    }

    /// The locks of a session that it has, that it waits for, and that were stolen from it.
    pub fn of_session(&self, session: SessionId) -> [Vec<&str>; 3] {
        let mut locks: [Vec<&str>; 3] = Default::default();
        for (name, mode) in self.asked.get(&session).into_iter().flatten() {
            let owns = self.owned(session).is_some_and(|owned| owned.contains(name));
            let waits = *mode == LockMode::Wait;
            locks[if owns {
                0
            } else if waits {
                1
            } else {
                2
            }]
            .push(name);
        }
        locks
    }
}

fn disown(owned: &mut BTreeMap<SessionId, BTreeSet<String>>, session: SessionId, name: &str) -> bool {
    let Some(names) = owned.get_mut(&session) else { return false };
    let was_owner = names.remove(name);
    if names.is_empty() {
        owned.remove(&session);
    }
    was_owner
}

impl Mailbox {
    fn push_notification(&self, method: &'static str, lock: &str) {
        self.push(Event::Lock { method, name: lock.to_owned() }, usize::MAX);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{LockMode, Locks};
    use crate::session::Mailbox;

    #[test]
    fn a_lock_goes_to_who_waits_longest_and_can_be_stolen() {
        let (mut locks, mailbox) = (Locks::default(), Arc::new(Mailbox::default()));
        assert_eq!(locks.lock(1, &mailbox, "x", LockMode::Wait), Some(true));
        assert_eq!(locks.lock(2, &mailbox, "x", LockMode::Wait), Some(false));
        assert_eq!(locks.lock(2, &mailbox, "x", LockMode::Wait), None);
        assert_eq!(locks.lock(3, &mailbox, "x", LockMode::Steal), Some(true));
        assert_eq!(locks.lock(4, &mailbox, "x", LockMode::Steal), Some(true));
        assert_eq!(locks.of_session(1), [vec![], vec!["x"], vec![]]);
        assert_eq!(locks.of_session(3), [vec![], vec![], vec!["x"]]);
        assert_eq!(locks.of_session(4), [vec!["x"], vec![], vec![]]);
        assert!(locks.unlock(4, "x"));
        assert!(locks.owned(1).is_some_and(|owned| owned.contains("x")));
        locks.unlock_all(1);
        assert!(locks.owned(2).is_some_and(|owned| owned.contains("x")));
        // What was stolen does not come back.
        locks.unlock_all(2);
        assert_eq!(locks.owned(3), None);
        assert!(locks.unlock(3, "x"));
        assert!(!locks.unlock(3, "x"));
    }
}
