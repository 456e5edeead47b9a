//! Operators with a state of their own, on one worker, transaction by transaction.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use differential_dataflow::AsCollection;
use differential_dataflow::consolidation::consolidate;
use timely::dataflow::channels::pact::Exchange;
use timely::dataflow::operators::generic::Operator;
use weft_value::{Datum, Row};

use crate::allocate::Allocator;
use crate::change::Diff;
use crate::components::Components;

use super::render::{Rows, Surroundings, Time};

/// The nodes that are no relational operators.
pub(super) enum Stateful {
    Allocator(Rc<RefCell<Allocator>>),
    Components(Components),
}

type Update = (Row, Time, Diff);

/// Runs a state on the first worker, with all changes of a transaction at once.
pub(super) fn on_one_worker<'s>(
    rows: Rows<'s>,
    mut state: Stateful,
    surroundings: &Rc<Surroundings>,
) -> Rows<'s> {
    let surroundings = Rc::clone(surroundings);
    let name = match state {
        Stateful::Allocator(_) => "Allocate",
        Stateful::Components(_) => "Components",
    };
    let stream = rows.inner.unary_frontier(Exchange::new(|_: &Update| 0), name, |_, _| {
        let mut waiting: BTreeMap<Time, (_, Vec<Update>)> = BTreeMap::new();
        move |(input, frontier), output| {
            input.for_each_stamp(|capability, data| {
                if let Some(capability) = capability.retain_least(output.output_index()) {
                    let time = *capability.time();
                    let (_, updates) = waiting.entry(time).or_insert_with(|| (capability, Vec::new()));
                    updates.extend(data.flat_map(|updates| updates.drain(..)));
                }
            });
            while let Some(first) = waiting.first_entry().filter(|first| !frontier.less_equal(first.key())) {
                let (time, (capability, updates)) = first.remove_entry();
                let mut changes: Vec<(Row, Diff)> =
                    updates.into_iter().map(|(row, _, diff)| (row, diff)).collect();
                consolidate(&mut changes);
                let mut session = output.session(&capability);
                let mut emit = |row: &[Datum], diff: Diff| session.give((Row::new(row), time, diff));
                let changes = changes.iter().map(|(row, diff)| (&**row, *diff));
                match &mut state {
                    Stateful::Allocator(allocator) => {
                        allocator.borrow_mut().apply(changes, &surroundings.interner, &mut emit);
                    }
                    Stateful::Components(components) => {
                        components.apply(changes, &surroundings.interner, &mut emit);
                    }
                }
            }
        }
    });
    stream.container::<Vec<Update>>().as_collection()
}
