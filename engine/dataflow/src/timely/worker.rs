//! What a worker thread does between transactions.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use timely::worker::Worker;
use weft_value::Row;

use crate::change::{HeadChange, InputChange};
use crate::driver::AllocationMemory;
use crate::program::Program;
use crate::shared::SharedInterner;

use super::render::{Ports, Surroundings, Time, render};

/// What the driver asks of a worker.
pub(super) enum Command {
    /// Take these changes as the next transaction, and run until all workers are done with it.
    Transact(Vec<InputChange>),
    /// Tell which ids the allocations gave.
    Allocations,
    /// Tell how many rows the indexes keep.
    ArrangedRows,
}

/// What a worker answers.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) changes: Vec<HeadChange>,
    pub(super) warnings: Vec<String>,
    pub(super) allocations: AllocationMemory,
    /// Rows kept, by node.
    pub(super) arranged_rows: Vec<usize>,
}

/// What a worker starts with.
pub(super) struct Start {
    pub(super) program: Arc<Program>,
    pub(super) interner: SharedInterner,
    pub(super) memory: Arc<AllocationMemory>,
}

/// Runs a worker until the driver is dropped.
pub(super) fn serve(
    worker: &mut Worker,
    start: &Start,
    commands: &Receiver<Command>,
    answers: &Sender<Answer>,
) {
    let surroundings = Surroundings::new(Arc::clone(&start.program), start.interner.read_owned());
    let surroundings = Rc::new(surroundings);
    let mut ports = worker.dataflow(|scope| render(scope, &surroundings, &start.memory));
    let mut time: Time = 0;
    if worker.index() == 0 {
        ports.unit.update(Row::default(), 1);
    }
    while let Ok(command) = commands.recv() {
        let mut answer = Answer::default();
        match command {
            Command::Transact(changes) => {
                time += 1;
                transact(worker, &mut ports, changes, time);
                surroundings.compact(time);
                answer.changes = surroundings.changes.take();
                answer.warnings = std::mem::take(&mut surroundings.scratch.borrow_mut().warnings);
            }
            Command::Allocations => answer.allocations = allocations(&surroundings),
            Command::ArrangedRows => answer.arranged_rows = surroundings.arranged_rows(),
        }
        if answers.send(answer).is_err() {
            return;
        }
    }
}

/// Feeds the changes and works until no worker can bring more for this time.
fn transact(worker: &mut Worker, ports: &mut Ports, changes: Vec<InputChange>, next: Time) {
    for InputChange { table, row, diff } in changes {
        ports.tables[table as usize].update(row, diff);
    }
    for session in ports.tables.iter_mut().chain([&mut ports.unit]) {
        session.advance_to(next);
        session.flush();
    }
    while ports.probe.less_than(&next) {
        worker.step();
    }
}

fn allocations(surroundings: &Surroundings) -> AllocationMemory {
    let allocators = surroundings.allocators.borrow();
    let memory = |(name, allocator): (&String, &Rc<RefCell<crate::allocate::Allocator>>)| {
        (name.clone(), allocator.borrow().memory(&surroundings.interner))
    };
    allocators.iter().map(memory).collect()
}
