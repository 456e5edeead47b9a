//! Time, as rules know it: the deadlines that they emit, and the rows whose deadline has passed.
//!
//! To the rules it is a database of its own (`timer.schema`): they write `Deadline` and `Queue` and read
//! `Expired`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use weft_dataflow::{Diff, InputChange};
use weft_plan::plan::Plan;
use weft_value::{Interner, Value};

/// What rules call it.
const DATABASE: &str = "timer";

/// A table of it that rules write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimerTable {
    /// When a row is too old: `row`, `at_ms`, `queue`.
    Deadline,
    /// How many of a kind pass together: `name`, `limit`, `interval_ms`.
    Queue,
}

impl TimerTable {
    /// The table of an output; none when it is another database's.
    #[must_use]
    pub fn of(database: &str, table: &str) -> Option<Self> {
        match table {
            _ if database != DATABASE => None,
            "Deadline" => Some(Self::Deadline),
            "Queue" => Some(Self::Queue),
            _ => None,
        }
    }
}

/// When it passes, and the row's UUID.
type Deadline = (i64, u128);

/// Deadlines of one kind.
#[derive(Debug, Default)]
struct Queue {
    /// How many may pass together, 0 for any number, and how long the next ones wait then, in milliseconds;
    /// with how often that is emitted.
    settings: BTreeMap<(i64, i64), Diff>,
    waiting: BTreeMap<Deadline, Diff>,
    passed: BTreeMap<Deadline, Diff>,
    /// None passes before.
    resume_ms: i64,
}

impl Queue {
    fn next_ms(&self) -> Option<i64> {
        self.waiting.keys().next().map(|(at_ms, _)| self.resume_ms.max(*at_ms))
    }

    /// Changes how often a deadline is emitted. Returns its row when it had passed and is gone.
    fn change(&mut self, deadline: Deadline, diff: Diff) -> Option<u128> {
        let has_passed = self.passed.contains_key(&deadline);
        let held = if has_passed { &mut self.passed } else { &mut self.waiting };
        let is_gone = change_count(held, deadline, diff);
        (has_passed && is_gone).then_some(deadline.1)
    }

    /// The rows whose deadlines pass now.
    fn pass(&mut self, now_ms: i64) -> Vec<u128> {
        let (limit, interval_ms) = self.settings.keys().next().copied().unwrap_or_default();
        let mut rows = Vec::new();
        while self.next_ms().is_some_and(|next_ms| next_ms <= now_ms) {
            let Some((deadline, count)) = self.waiting.pop_first() else { break };
            self.passed.insert(deadline, count);
            rows.push(deadline.1);
            if limit > 0 && rows.len() as i64 == limit {
                self.resume_ms = now_ms.saturating_add(interval_ms);
                break;
            }
        }
        rows
    }
}

/// Changes how often something is emitted. Says whether it is gone now.
fn change_count<K: Ord + Copy>(counts: &mut BTreeMap<K, Diff>, key: K, diff: Diff) -> bool {
    let count = counts.entry(key).or_default();
    *count += diff;
    let is_gone = *count == 0;
    if is_gone {
        counts.remove(&key);
    }
    is_gone
}

/// The deadlines that rules emit.
#[derive(Debug)]
pub struct Timer {
    /// Position of `Expired` among the plan's tables; none when no rule reads it.
    expired: Option<u32>,
    queues: HashMap<Arc<str>, Queue>,
}

impl Timer {
    /// A timer for the rules of a plan.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let mut tables = plan.tables.iter();
        let expired = tables.position(|table| table.database == DATABASE && table.table == "Expired");
        Self { expired: expired.map(|position| position as u32), queues: HashMap::new() }
    }

    /// Takes in a changed row of a table. What follows for `Expired` is added to `changes`.
    pub fn change_row(
        &mut self,
        table: TimerTable,
        key: &[Value],
        columns: &[(&str, Value)],
        diff: Diff,
        interner: &Interner,
        changes: &mut Vec<InputChange>,
    ) {
        let column = |name: &str| columns.iter().find(|(column, _)| *column == name).map(|(_, value)| value);
        let number = |name: &str| if let Some(Value::Int(number)) = column(name) { *number } else { 0 };
        match (table, key) {
            (TimerTable::Deadline, [Value::Uuid(row)]) => {
                let Some(Value::String(queue)) = column("queue") else { return };
                let queue = self.queues.entry(queue.clone()).or_default();
                if let Some(row) = queue.change((number("at_ms"), *row), diff) {
                    self.expire(row, -1, interner, changes);
                }
            }
            (TimerTable::Queue, [Value::String(name)]) => {
                let queue = self.queues.entry(name.clone()).or_default();
                change_count(&mut queue.settings, (number("limit"), number("interval_ms")), diff);
            }
            _ => {}
        }
    }

    /// Adds to `changes` the rows whose deadlines pass now.
    pub fn pass(&mut self, now_ms: i64, interner: &Interner, changes: &mut Vec<InputChange>) {
        let rows: Vec<u128> = self.queues.values_mut().flat_map(|queue| queue.pass(now_ms)).collect();
        rows.into_iter().for_each(|row| self.expire(row, 1, interner, changes));
    }

    fn expire(&self, row: u128, diff: Diff, interner: &Interner, changes: &mut Vec<InputChange>) {
        let Some(table) = self.expired else { return };
        let row = interner.uuid(row);
        changes.push(InputChange { table, row: [row, row].into_iter().collect(), diff });
    }

    /// When the next deadline passes.
    #[must_use]
    pub fn next_ms(&self) -> Option<i64> {
        self.queues.values().filter_map(Queue::next_ms).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A queue with deadlines at these times, of rows 1, 2 and so on.
    fn queue(limit: i64, times_ms: &[i64]) -> Queue {
        let mut queue = Queue { settings: BTreeMap::from([((limit, 5000), 1)]), ..Queue::default() };
        for (row, at_ms) in (1..).zip(times_ms) {
            assert_eq!(queue.change((*at_ms, row), 1), None);
        }
        queue
    }

    #[test]
    fn deadlines_pass_in_order_and_once() {
        let mut queue = queue(0, &[30, 10, 20]);
        assert_eq!(queue.next_ms(), Some(10));
        assert_eq!(queue.pass(9), Vec::<u128>::new());
        assert_eq!(queue.pass(20), [2, 3]);
        assert_eq!(queue.pass(20), Vec::<u128>::new());
        assert_eq!(queue.next_ms(), Some(30));
    }

    #[test]
    fn no_more_than_the_limit_pass_together() {
        let mut queue = queue(2, &[10, 20, 30]);
        assert_eq!(queue.pass(100), [1, 2]);
        assert_eq!(queue.next_ms(), Some(5100));
        assert_eq!(queue.pass(5099), Vec::<u128>::new());
        assert_eq!(queue.pass(5100), [3]);
    }

    #[test]
    fn a_row_that_is_seen_again_is_no_longer_too_old() {
        let mut queue = queue(0, &[10]);
        assert_eq!(queue.pass(10), [1]);
        // The new deadline comes before the old one goes.
        assert_eq!(queue.change((50, 1), 1), None);
        assert_eq!(queue.change((10, 1), -1), Some(1));
        assert_eq!(queue.next_ms(), Some(50));
        assert_eq!(queue.change((50, 1), -1), None);
        assert_eq!(queue.next_ms(), None);
    }
}
