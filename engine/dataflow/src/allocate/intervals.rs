//! A set of integers, kept as the intervals that it fills.

use std::collections::BTreeMap;

/// Integers in use. Dense ids make few intervals, so the lowest free one is found at once.
#[derive(Default)]
pub(super) struct Intervals(BTreeMap<i64, i64>);

impl Intervals {
    /// The interval that an integer lies in.
    fn around(&self, value: i64) -> Option<(i64, i64)> {
        let (start, end) = self.0.range(..=value).next_back()?;
        (*end >= value).then_some((*start, *end))
    }

    pub(super) fn insert(&mut self, value: i64) {
        if self.around(value).is_some() {
            return;
        }
        let before = value.checked_sub(1).and_then(|v| self.around(v)).map_or(value, |(start, _)| start);
        let after = value.checked_add(1).and_then(|v| self.0.remove(&v)).unwrap_or(value);
        self.0.insert(before, after);
    }

    pub(super) fn remove(&mut self, value: i64) {
        let Some((start, end)) = self.around(value) else { return };
        self.0.remove(&start);
        if start < value {
            self.0.insert(start, value - 1);
        }
        if value < end {
            self.0.insert(value + 1, end);
        }
    }

    /// The lowest integer from `low` to `high` that is not in the set.
    pub(super) fn lowest_free(&self, low: i64, high: i64) -> Option<i64> {
        let free = match self.around(low) {
            Some((_, end)) => end.checked_add(1)?,
            None => low,
        };
        (free <= high).then_some(free)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn intervals_are_the_set_that_they_stand_for(changes in prop::collection::vec((0_i64..12, any::<bool>()), 0..60)) {
            let (mut intervals, mut set) = (Intervals::default(), BTreeSet::new());
            for (value, insert) in changes {
                if insert {
                    intervals.insert(value);
                    set.insert(value);
                } else {
                    intervals.remove(value);
                    set.remove(&value);
                }
                for low in 0..12 {
                    let expected = (low..=9).find(|value| !set.contains(value));
                    prop_assert_eq!(intervals.lowest_free(low, 9), expected);
                }
            }
        }
    }

    #[test]
    fn the_ends_of_the_integers_do_not_overflow() {
        let mut intervals = Intervals::default();
        intervals.insert(i64::MAX);
        intervals.insert(i64::MIN);
        assert_eq!(intervals.lowest_free(i64::MAX, i64::MAX), None);
        assert_eq!(intervals.lowest_free(i64::MIN, i64::MAX), Some(i64::MIN + 1));
    }
}
