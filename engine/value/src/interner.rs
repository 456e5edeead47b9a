//! The interner: what datums that are not inline stand for.

use std::cmp::Ordering;

use crate::datum::{Datum, DatumKind};
use crate::store::{Marks, Store};

/// Members up to which comparing ids one by one beats a binary search over the contents.
const SCAN_LIMIT: usize = 64;

/// The contents of strings, UUIDs, large integers and composites.
///
/// Interning takes `&self` and locks one shard; reading takes no lock. Reclaiming
/// ([`Interner::begin_mark`], [`Interner::mark`], [`Interner::sweep`]) takes `&mut self`: who shares an
/// interner puts it behind a lock whose readers hold no unmarked datums across a sweep.
///
/// Should all 2^32 ids of a kind be in use, a new value becomes [`Datum::UNDEFINED`].
pub struct Interner {
    strings: Store<Box<str>>,
    uuids: Store<[u64; 2]>,
    big_ints: Store<i64>,
    sequences: Store<Box<[Datum]>>,
    marking: Option<Marking>,
}

#[derive(Default)]
struct Marking {
    strings: Marks,
    uuids: Marks,
    big_ints: Marks,
    sequences: Marks,
    /// Sequences whose members are still to be marked.
    open: Vec<u32>,
}

/// Size of an interner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InternerSize {
    /// Distinct strings.
    pub strings: usize,
    /// Distinct UUIDs.
    pub uuids: usize,
    /// Distinct integers beyond 60 bits.
    pub big_ints: usize,
    /// Distinct tuples, lists, sets and maps.
    pub composites: usize,
    /// Bytes of tables and slots, without the contents of strings and composites
    /// ([`Interner::contents_bytes`]).
    pub bytes: usize,
}

impl InternerSize {
    /// Number of values kept, whatever their kind.
    #[must_use]
    pub fn values(&self) -> usize {
        self.strings + self.uuids + self.big_ints + self.composites
    }
}

impl Default for Interner {
    fn default() -> Interner {
        Interner::new()
    }
}

impl Interner {
    /// An empty interner.
    #[must_use]
    pub fn new() -> Interner {
        Interner {
            strings: Store::new(),
            uuids: Store::new(),
            big_ints: Store::new(),
            sequences: Store::new(),
            marking: None,
        }
    }

    fn datum(kind: DatumKind, id: Option<u32>) -> Datum {
        id.map_or(Datum::UNDEFINED, |id| Datum::of(kind, u64::from(id)))
    }

    /// A string.
    pub fn string(&self, text: &str) -> Datum {
        Interner::datum(DatumKind::String, self.strings.intern(text, || text.into()))
    }

    /// An integer.
    pub fn int(&self, value: i64) -> Datum {
        Datum::small_int(value)
            .unwrap_or_else(|| Interner::datum(DatumKind::BigInt, self.big_ints.intern(&value, || value)))
    }

    /// A UUID.
    pub fn uuid(&self, value: u128) -> Datum {
        let halves = [(value >> 64) as u64, value as u64];
        Interner::datum(DatumKind::Uuid, self.uuids.intern(&halves, || halves))
    }

    /// A tuple.
    pub fn tuple(&self, parts: &[Datum]) -> Datum {
        self.sequence(DatumKind::Tuple, parts)
    }

    /// A list.
    pub fn list(&self, members: &[Datum]) -> Datum {
        self.sequence(DatumKind::List, members)
    }

    /// A set of members in any order, which are sorted and made distinct in place.
    pub fn set(&self, members: &mut Vec<Datum>) -> Datum {
        members.sort_unstable();
        members.dedup();
        members.sort_unstable_by(|a, b| self.compare(*a, *b));
        self.sequence(DatumKind::Set, members)
    }

    /// A set with members put in (true) or taken out (false): one copy of it, and few comparisons.
    pub fn set_edited(&self, set: Datum, edits: &[(Datum, bool)]) -> Datum {
        let mut members = self.parts(set).unwrap_or_default().to_vec();
        for (member, is_there) in edits {
            match (members.binary_search_by(|part| self.compare(*part, *member)), is_there) {
                (Ok(position), false) => _ = members.remove(position),
                (Err(position), true) => members.insert(position, *member),
                _ => {}
            }
        }
        self.sequence(DatumKind::Set, &members)
    }

    /// A map of entries in any order, which are sorted in place; of equal keys the last entry counts.
    pub fn map(&self, entries: &mut Vec<(Datum, Datum)>) -> Datum {
        entries.reverse();
        entries.sort_by(|a, b| self.compare(a.0, b.0));
        entries.dedup_by(|later, earlier| later.0 == earlier.0);
        let flat: Vec<Datum> = entries.iter().flat_map(|(key, value)| [*key, *value]).collect();
        self.sequence(DatumKind::Map, &flat)
    }

    /// A composite whose parts already stand in the order that its kind wants.
    pub(crate) fn sequence(&self, kind: DatumKind, parts: &[Datum]) -> Datum {
        Interner::datum(kind, self.sequences.intern(parts, || parts.into()))
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self, datum: Datum) -> Option<&str> {
        match datum.kind() {
            DatumKind::String => self.strings.get(datum.id()).map(|text| &**text),
            _ => None,
        }
    }

    /// An integer's value.
    #[must_use]
    pub fn as_int(&self, datum: Datum) -> Option<i64> {
        match datum.kind() {
            DatumKind::SmallInt => Some(datum.inline_int()),
            DatumKind::BigInt => self.big_ints.get(datum.id()).copied(),
            _ => None,
        }
    }

    /// A UUID's value.
    #[must_use]
    pub fn as_uuid(&self, datum: Datum) -> Option<u128> {
        match datum.kind() {
            DatumKind::Uuid => {
                self.uuids.get(datum.id()).map(|[high, low]| u128::from(*high) << 64 | u128::from(*low))
            }
            _ => None,
        }
    }

    /// The parts of a tuple, the members of a list or set in order, a map's keys and values in turn.
    #[must_use]
    pub fn parts(&self, datum: Datum) -> Option<&[Datum]> {
        match datum.kind() {
            DatumKind::Tuple | DatumKind::List | DatumKind::Set | DatumKind::Map => {
                self.sequences.get(datum.id()).map(|parts| &**parts)
            }
            _ => None,
        }
    }

    /// The value of a map's key.
    #[must_use]
    pub fn map_get(&self, map: Datum, key: Datum) -> Option<Datum> {
        let entries = self.parts(map).filter(|_| map.kind() == DatumKind::Map)?;
        if entries.len() <= 2 * SCAN_LIMIT {
            return entries.chunks_exact(2).find(|entry| entry[0] == key).map(|entry| entry[1]);
        }
        let (mut low, mut high) = (0, entries.len() / 2);
        while low < high {
            let middle = low.midpoint(high);
            match self.compare(entries[2 * middle], key) {
                Ordering::Equal => return Some(entries[2 * middle + 1]),
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// Whether a set or list has the member, or a map the key.
    #[must_use]
    pub fn contains(&self, collection: Datum, member: Datum) -> bool {
        let parts = self.parts(collection).unwrap_or_default();
        match collection.kind() {
            DatumKind::Map => self.map_get(collection, member).is_some(),
            DatumKind::Set if parts.len() > SCAN_LIMIT => {
                parts.binary_search_by(|part| self.compare(*part, member)).is_ok()
            }
            DatumKind::Set | DatumKind::List => parts.contains(&member),
            _ => false,
        }
    }

    /// Starts to mark; marks of an earlier start are forgotten.
    pub fn begin_mark(&mut self) {
        self.marking = Some(Marking::default());
    }

    /// Keeps a datum, with all that it is made of, at the next sweep.
    pub fn mark(&mut self, datum: Datum) {
        let Some(marking) = &mut self.marking else { return };
        marking.mark(datum);
        while let Some(id) = marking.open.pop() {
            for part in self.sequences.get(id).into_iter().flatten() {
                marking.mark(*part);
            }
        }
    }

    /// Forgets every value that was not marked since [`Interner::begin_mark`]; their ids are used again.
    /// Without a begin nothing happens.
    pub fn sweep(&mut self) {
        let Some(marking) = self.marking.take() else { return };
        self.strings.sweep(&marking.strings);
        self.uuids.sweep(&marking.uuids);
        self.big_ints.sweep(&marking.big_ints);
        self.sequences.sweep(&marking.sequences);
    }

    /// Bytes that strings and composites own; looks at each.
    #[must_use]
    pub fn contents_bytes(&self) -> usize {
        let strings: usize = self.strings.iter().map(|text| text.len()).sum();
        let sequences: usize = self.sequences.iter().map(|parts| size_of_val::<[Datum]>(parts)).sum();
        strings + sequences
    }

    /// Number of values kept and bytes of the tables; the contents of strings and composites are not
    /// looked at, so it takes microseconds.
    #[must_use]
    pub fn size(&self) -> InternerSize {
        let (strings, uuids) = (self.strings.size(), self.uuids.size());
        let (big_ints, sequences) = (self.big_ints.size(), self.sequences.size());
        InternerSize {
            strings: strings.live,
            uuids: uuids.live,
            big_ints: big_ints.live,
            composites: sequences.live,
            bytes: strings.bytes + uuids.bytes + big_ints.bytes + sequences.bytes,
        }
    }
}

impl Marking {
    fn mark(&mut self, datum: Datum) {
        let id = datum.id();
        match datum.kind() {
            DatumKind::String => _ = self.strings.insert(id),
            DatumKind::Uuid => _ = self.uuids.insert(id),
            DatumKind::BigInt => _ = self.big_ints.insert(id),
            DatumKind::Tuple | DatumKind::List | DatumKind::Set | DatumKind::Map => {
                if self.sequences.insert(id) {
                    self.open.push(id);
                }
            }
            DatumKind::Undefined | DatumKind::None | DatumKind::Bool | DatumKind::SmallInt => {}
        }
    }
}
