//! Joins: what changes of several indexes mean for the combinations of their rows.

use std::ops::Range;

use smallvec::SmallVec;
use weft_plan::plan::JoinSide;
use weft_value::Datum;

use crate::change::Diff;

use super::arrangement::{Arrangement, Version};
use super::delta::Delta;
use super::reader::Reader;

/// An input of a join: its index and its sorted changes.
#[derive(Clone, Copy)]
pub(super) struct Input<'a> {
    pub(super) index: &'a Arrangement,
    pub(super) delta: &'a Delta,
    pub(super) side: JoinSide,
}

/// A combination and the difference of its multiplicity.
pub(super) type EmitRow<'e> = dyn FnMut(&[Datum], Diff) + 'e;

/// A combination under construction, its key first.
type Combination = SmallVec<[Datum; 32]>;

/// The changes of the combinations, key by key.
///
/// Each input's changes meet the inputs before it as they were and those behind it as they are: so each
/// change of a combination comes out once. A row that is new everywhere meets nothing that was before and
/// comes out of the first input's changes alone.
pub(super) fn join(inputs: &[Input<'_>], emit: &mut EmitRow<'_>) {
    let Some(key_width) = inputs.first().map(|first| first.index.key_width()) else { return };
    let mut starts: SmallVec<[usize; 8]> = SmallVec::from_elem(0, inputs.len());
    let mut groups: SmallVec<[Group<'_>; 8]> = inputs.iter().map(Group::new).collect();
    let mut row = Combination::new();
    loop {
        let rest = inputs.iter().zip(&starts).filter(|(input, start)| **start < input.delta.len());
        let Some(key) = rest.map(|(input, start)| &input.delta.row(*start)[..key_width]).min() else {
            return;
        };
        for (start, group) in starts.iter_mut().zip(&mut groups) {
            *start = group.begin(*start, key);
        }
        row.clear();
        row.extend_from_slice(key);
        for changed in 0..groups.len() {
            if !groups[changed].changes.is_empty() {
                combine(&mut groups, changed, key, &mut row, emit);
            }
        }
    }
}

/// What rows of one input add to a combination, with their multiplicities or changes of those.
type Factor<'a> = SmallVec<[(Added<'a>, Diff); 2]>;

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

/// What the changes of one input mean, with the others as they were or are.
fn combine<'a>(
    groups: &mut [Group<'a>],
    changed: usize,
    key: &[Datum],
    row: &mut Combination,
    emit: &mut EmitRow<'_>,
) {
    let version = |other: usize| if other < changed { Version::Old } else { Version::New };
    for (other, group) in groups.iter_mut().enumerate() {
        if other != changed && group.is_empty(version(other), key) {
            return;
        }
    }
    let mut factors: SmallVec<[Factor<'a>; 8]> = SmallVec::new();
    for (position, group) in groups.iter_mut().enumerate() {
        let factor =
            if position == changed { group.difference(key) } else { group.rows(version(position), key) };
        if factor.is_empty() {
            return;
        }
        factors.push(factor);
    }
    multiply(&factors, row, 1, emit);
}

fn multiply(factors: &[Factor<'_>], row: &mut Combination, count: Diff, emit: &mut EmitRow<'_>) {
    let Some((first, rest)) = factors.split_first() else {
        emit(row, count);
        return;
    };
    let width = row.len();
    for (added, diff) in first {
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
        multiply(rest, row, count * diff, emit);
        row.truncate(width);
    }
}

/// One input at one key.
struct Group<'a> {
    input: Input<'a>,
    /// The changed rows of the key.
    changes: Range<usize>,
    old: State<'a>,
    new: State<'a>,
}

/// One state of an input, which is asked for a key once.
struct State<'a> {
    version: Version,
    reader: Option<Reader<'a>>,
    /// Whether there is something about the key, where it was looked for.
    is_found: Option<bool>,
}

impl<'a> State<'a> {
    fn new(version: Version) -> State<'a> {
        State { version, reader: None, is_found: None }
    }

    /// The reader at the key, if there is something about it.
    fn seek(&mut self, input: Input<'a>, key: &[Datum]) -> Option<&Reader<'a>> {
        let reader = self.reader.get_or_insert_with(|| input.index.reader(self.version));
        let is_found = *self.is_found.get_or_insert_with(|| reader.seek(key));
        if is_found { Some(reader) } else { None }
    }

    fn has_rows(&mut self, input: Input<'a>, key: &[Datum]) -> bool {
        self.seek(input, key).is_some_and(Reader::has_rows)
    }
}

impl<'a> Group<'a> {
    fn new(input: &Input<'a>) -> Group<'a> {
        let (old, new) = (State::new(Version::Old), State::new(Version::New));
        Group { input: *input, changes: 0..0, old, new }
    }

    /// Moves to a key, whose changes begin at `start` if there are any; gives where they end.
    fn begin(&mut self, start: usize, key: &[Datum]) -> usize {
        let delta = self.input.delta;
        let is_changed = start < delta.len() && &delta.row(start)[..key.len()] == key;
        let end = if is_changed { delta.group_end(start, key.len()) } else { start };
        self.changes = start..end;
        (self.old.is_found, self.new.is_found) = (None, None);
        end
    }

    fn state(&mut self, version: Version) -> &mut State<'a> {
        match version {
            // Without changes both states are one.
            Version::New if !self.changes.is_empty() => &mut self.new,
            _ => &mut self.old,
        }
    }

    /// Whether the input certainly allows no combination; found out first, so that nothing else is read in
    /// vain.
    fn is_empty(&mut self, version: Version, key: &[Datum]) -> bool {
        let input = self.input;
        match input.side {
            JoinSide::Inner => self.state(version).seek(input, key).is_none(),
            JoinSide::Outer => false,
            JoinSide::Absent => self.state(version).has_rows(input, key),
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
    fn rows(&mut self, version: Version, key: &[Datum]) -> Factor<'a> {
        let (input, missing, added) = (self.input, self.missing(), self.added());
        let mut factor = Factor::new();
        if input.side == JoinSide::Absent {
            factor.push((missing, 1));
            return factor;
        }
        let reader = self.state(version).seek(input, key);
        if input.side == JoinSide::Outer && !reader.is_some_and(Reader::has_rows) {
            factor.push((missing, 1));
        }
        if let Some(reader) = reader {
            reader.for_each_value(|values, count| factor.push((added(values), count)));
        }
        factor
    }

    /// How what the input adds changes.
    fn difference(&mut self, key: &[Datum]) -> Factor<'a> {
        let (input, missing, added) = (self.input, self.missing(), self.added());
        let mut factor = Factor::new();
        if input.side != JoinSide::Inner {
            let (had, has) = (self.old.has_rows(input, key), self.new.has_rows(input, key));
            if had != has {
                factor.push((missing, if has { -1 } else { 1 }));
            }
        }
        if input.side != JoinSide::Absent {
            for change in self.changes.clone() {
                factor.push((added(&input.delta.row(change)[key.len()..]), input.delta.diff(change)));
            }
        }
        factor
    }
}
