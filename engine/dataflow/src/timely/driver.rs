//! The driver: hands transactions to worker threads and puts their answers together.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxBuildHasher;
use timely::communication::WorkerGuards;
use weft_plan::plan::{HeadId, Plan};
use weft_value::{HostRegistry, Row};

use crate::change::{Diff, HeadChange, InputChange};
use crate::driver::{AllocationMemory, Driver, NodeProfile, Roots};
use crate::error::LoadError;
use crate::program::Program;
use crate::shared::SharedInterner;

use super::worker::{Answer, Command, Start, serve};

/// Runs a plan as a timely dataflow on several threads: for loads beyond one core, and as an oracle of the
/// direct driver.
///
/// An idle transaction costs as much as the graph has operators. It never reclaims interned values, and
/// while it lives nobody else can on its interner.
pub struct Timely {
    // Dropping the senders lets the workers end, which dropping the guards waits for.
    workers: Vec<Sender<Command>>,
    answers: Receiver<Answer>,
    warnings: Vec<String>,
    widths: Vec<usize>,
    _guards: WorkerGuards<()>,
}

impl Timely {
    /// A driver for a plan with so many workers, and the ids that a driver before it gave.
    ///
    /// # Errors
    /// As [`crate::Direct::new`], and when the workers cannot be started.
    pub fn new(
        plan: &Plan,
        hosts: &HostRegistry,
        interner: SharedInterner,
        memory: &AllocationMemory,
        workers: usize,
    ) -> Result<Timely, LoadError> {
        let program = Arc::new(Program::new(plan, hosts, &interner)?);
        let widths = program.tables.clone();
        let start = Start { program, interner, memory: Arc::new(memory.clone()) };
        let (senders, receivers): (Vec<_>, Vec<_>) = (0..workers.max(1)).map(|_| channel()).unzip();
        let receivers: Vec<_> = receivers.into_iter().map(|receiver| Mutex::new(Some(receiver))).collect();
        let (answer_sender, answers) = channel();
        let guards = timely::execute(timely::Config::process(workers.max(1)), move |worker| {
            let commands = receivers
                .get(worker.index())
                .and_then(|receiver| receiver.lock().unwrap_or_else(PoisonError::into_inner).take());
            if let Some(commands) = commands {
                serve(worker, &start, &commands, &answer_sender);
            }
        });
        let guards = guards.map_err(LoadError::Workers)?;
        Ok(Timely { workers: senders, answers, warnings: Vec::new(), widths, _guards: guards })
    }

    /// Gives the first workers a command each and collects all answers.
    fn ask(&mut self, commands: Vec<Command>) -> Vec<Answer> {
        let expected = commands.len();
        let sent =
            self.workers.iter().zip(commands).filter_map(|(worker, command)| worker.send(command).ok());
        let sent = sent.count();
        let answers: Vec<Answer> = self.answers.iter().take(sent).collect();
        if answers.len() < expected {
            self.warnings.push("a worker has ended".to_owned());
        }
        answers
    }
}

impl Driver for Timely {
    fn transact(&mut self, changes: Vec<InputChange>) -> Vec<HeadChange> {
        let (widths, warnings) = (&self.widths, &mut self.warnings);
        let (fitting, others): (Vec<_>, Vec<_>) = changes
            .into_iter()
            .partition(|change| widths.get(change.table as usize) == Some(&change.row.len()));
        for change in others {
            warnings.push(format!("a row of {} columns for table {}", change.row.len(), change.table));
        }
        let mut commands = vec![Command::Transact(fitting)];
        commands.resize_with(self.workers.len(), || Command::Transact(Vec::new()));
        let mut sums: HashMap<(HeadId, Row), Diff, FxBuildHasher> = HashMap::default();
        for answer in self.ask(commands) {
            self.warnings.extend(answer.warnings);
            for HeadChange { head, row, diff } in answer.changes {
                *sums.entry((head, row)).or_default() += diff;
            }
        }
        let mut changes: Vec<HeadChange> = sums
            .into_iter()
            .filter(|(_, diff)| *diff != 0)
            .map(|((head, row), diff)| HeadChange { head, row, diff })
            .collect();
        changes.sort_by(|a, b| (a.head, &a.row).cmp(&(b.head, &b.row)));
        changes
    }

    fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    /// Does nothing: timely's own logging tells more.
    fn time_nodes(&mut self) {}

    /// Nothing, as for [`Driver::time_nodes`].
    fn profile(&self) -> Vec<NodeProfile> {
        Vec::new()
    }

    fn arranged_rows(&mut self) -> Vec<usize> {
        let commands = self.workers.iter().map(|_| Command::ArrangedRows).collect();
        let mut rows = Vec::new();
        for answer in self.ask(commands) {
            rows.resize(answer.arranged_rows.len(), 0);
            rows.iter_mut().zip(answer.arranged_rows).for_each(|(all, kept)| *all += kept);
        }
        rows
    }

    fn allocations(&mut self) -> AllocationMemory {
        // All allocations run on the first worker.
        self.ask(vec![Command::Allocations]).pop().map(|answer| answer.allocations).unwrap_or_default()
    }

    /// Never sweeps.
    fn reclaim(&mut self, _roots: &mut Roots<'_>) -> bool {
        false
    }

    /// Does nothing: operators merge when they are idle.
    fn maintain(&mut self) {}

    /// Does nothing, as for [`Driver::maintain`].
    fn compact(&mut self) {}
}
