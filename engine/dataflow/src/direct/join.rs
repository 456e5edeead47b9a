//! Joins: what changes of several indexes mean for the combinations of their rows.

use smallvec::SmallVec;
use weft_plan::plan::JoinSide;
use weft_value::Datum;

use crate::change::Diff;

use super::arrangement::Arrangement;
use super::found::{Found, Version};
use super::rows::Rows;

/// An input of a join: its index and its sorted changes.
#[derive(Clone, Copy)]
pub(super) struct Input<'a> {
    pub(super) index: &'a Arrangement,
    pub(super) rows: Rows<'a>,
    pub(super) side: JoinSide,
}

/// A combination and the difference of its multiplicity.
pub(super) type EmitRow<'e> = dyn FnMut(&[Datum], Diff) + 'e;

/// The changes of the combinations, key by key.
///
/// Each input's changes meet the inputs before it as they were and those behind it as they are: so each
/// change of a combination comes out once. A row that is new everywhere meets nothing that was before and
/// comes out of the first input's changes alone. `row` is room for a combination under construction, its key
/// first.
pub(super) fn join(inputs: &[Input<'_>], row: &mut Vec<Datum>, emit: &mut EmitRow<'_>) {
    let Some(key_width) = inputs.first().map(|first| first.index.key_width()) else { return };
    let mut starts: SmallVec<[usize; 8]> = SmallVec::from_elem(0, inputs.len());
    let mut groups: SmallVec<[Group<'_>; 4]> = SmallVec::new();
    loop {
        let rest = inputs.iter().zip(&starts).filter(|(input, start)| **start < input.rows.len());
        let Some(key) = rest.map(|(input, start)| &input.rows.row(*start)[..key_width]).min() else {
            return;
        };
        groups.clear();
        for (input, start) in inputs.iter().zip(&mut starts) {
            let group = Group::new(input, *start, key);
            *start = group.changes.1 as usize;
            groups.push(group);
        }
        row.clear();
        row.extend_from_slice(key);
        for changed in 0..groups.len() {
            if groups[changed].is_changed() && may_combine(&mut groups, changed, key) {
                combine(&groups, 0, changed, row, 1, emit);
            }
        }
    }
}

/// Which state of an input the changes of another one meet.
fn version(other: usize, changed: usize) -> Version {
    if other < changed { Version::Old } else { Version::New }
}

/// Whether the changes of one input may meet a combination of the others; looks up what is needed to say
/// what they mean. Inputs that may rule it out come first, so that nothing else is read in vain.
fn may_combine(groups: &mut [Group<'_>], changed: usize, key: &[Datum]) -> bool {
    for (other, group) in groups.iter_mut().enumerate() {
        if other != changed && group.is_empty(version(other, changed), key) {
            return false;
        }
    }
    for (other, group) in groups.iter_mut().enumerate() {
        if group.input.side != JoinSide::Inner && (other == changed || group.input.side == JoinSide::Outer) {
            group.look_up(key);
        }
    }
    true
}

/// Extends a combination by what the inputs from `position` on add, in all ways.
fn combine(
    groups: &[Group<'_>],
    position: usize,
    changed: usize,
    row: &mut Vec<Datum>,
    count: Diff,
    emit: &mut EmitRow<'_>,
) {
    let Some(group) = groups.get(position) else {
        emit(row, count);
        return;
    };
    let width = row.len();
    let mut extend = |added: Added<'_>, diff: Diff| {
        match added {
            Added::Nothing => {}
            Added::Values(values) => row.extend_from_slice(values),
            Added::Found(values) => {
                row.extend_from_slice(values);
                row.push(Datum::TRUE);
            }
            Added::Missing(values) => {
                row.resize(width + values, Datum::UNDEFINED);
                row.push(Datum::FALSE);
            }
        }
        combine(groups, position + 1, changed, row, count * diff, emit);
        row.truncate(width);
    };
    if position == changed {
        group.differences(&mut extend);
    } else {
        group.rows(version(position, changed), &mut extend);
    }
}

/// What a row of an input adds to a combination.
#[derive(Clone, Copy)]
enum Added<'a> {
    Nothing,
    Values(&'a [Datum]),
    /// Values, and that there are some.
    Found(&'a [Datum]),
    /// So many undefined values, and that there are none.
    Missing(usize),
}

/// One input at one key.
struct Group<'a> {
    input: &'a Input<'a>,
    /// The changed rows of the key: from one position to another.
    changes: (u32, u32),
    /// What the index has, once it was looked up.
    found: Option<Found<'a>>,
}

impl<'a> Group<'a> {
    /// An input at a key, whose changes begin at `start` if there are any.
    fn new(input: &'a Input<'a>, start: usize, key: &[Datum]) -> Group<'a> {
        let rows = input.rows;
        let is_changed = start < rows.len() && &rows.row(start)[..key.len()] == key;
        let end = if is_changed { rows.group_end(start, key.len()) } else { start };
        Group { input, changes: (start as u32, end as u32), found: None }
    }

    fn is_changed(&self) -> bool {
        self.changes.0 < self.changes.1
    }

    fn look_up(&mut self, key: &[Datum]) -> &Found<'a> {
        let Group { input, changes, found } = self;
        found.get_or_insert_with(|| input.index.find(key).with(input.rows, *changes))
    }

    /// Whether the input certainly allows no combination.
    fn is_empty(&mut self, version: Version, key: &[Datum]) -> bool {
        match self.input.side {
            JoinSide::Inner => self.look_up(key).is_empty(version),
            JoinSide::Outer => false,
            JoinSide::Absent => self.look_up(key).has_rows(version),
        }
    }

    fn missing(&self) -> Added<'a> {
        match self.input.side {
            JoinSide::Outer => Added::Missing(self.input.index.value_width()),
            JoinSide::Inner | JoinSide::Absent => Added::Nothing,
        }
    }

    fn added(&self) -> fn(&'a [Datum]) -> Added<'a> {
        match self.input.side {
            JoinSide::Outer => Added::Found,
            JoinSide::Inner | JoinSide::Absent => Added::Values,
        }
    }

    /// What the input adds in one state, when [`Group::is_empty`] says that it may.
    fn rows(&self, version: Version, add: &mut dyn FnMut(Added<'a>, Diff)) {
        if self.input.side == JoinSide::Absent {
            add(Added::Nothing, 1);
            return;
        }
        let Some(found) = &self.found else { return };
        if self.input.side == JoinSide::Outer && !found.has_rows(version) {
            add(self.missing(), 1);
        }
        let added = self.added();
        found.for_each_value(version, |values, count| add(added(values), count));
    }

    /// How what the input adds changes.
    fn differences(&self, add: &mut dyn FnMut(Added<'a>, Diff)) {
        let Input { rows, side, index } = *self.input;
        if let Some(found) = self.found.as_ref().filter(|_| side != JoinSide::Inner) {
            let (had, has) = (found.has_rows(Version::Old), found.has_rows(Version::New));
            if had != has {
                add(self.missing(), if has { -1 } else { 1 });
            }
        }
        if side != JoinSide::Absent {
            let added = self.added();
            for change in self.changes.0 as usize..self.changes.1 as usize {
                add(added(&rows.row(change)[index.key_width()..]), rows.diff(change));
            }
        }
    }
}
