//! From which rules, and on which datapath sets, a flow is derived.

use std::collections::BTreeMap;

use super::datapath_sets::SetId;
use super::metadata::MetadataId;

/// The derivations of one flow. Nearly every flow has one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Derivations {
    /// Not derived.
    #[default]
    None,
    /// Derived on one set with one metadata, `count` times.
    One {
        /// The set.
        set: SetId,
        /// The metadata.
        metadata: MetadataId,
        /// How often.
        count: i64,
    },
    /// Several; counts by set and metadata.
    Many(Box<BTreeMap<(SetId, MetadataId), i64>>),
}

impl Derivations {
    /// Adds `diff` derivations. Counts may pass through zero and below while a transaction is
    /// taken in.
    pub fn add(&mut self, set: SetId, metadata: MetadataId, diff: i64) {
        match self {
            Self::None => *self = Self::One { set, metadata, count: diff },
            Self::One { set: held, metadata: held_metadata, count }
                if *held == set && *held_metadata == metadata =>
            {
                *count += diff;
                if *count == 0 {
                    *self = Self::None;
                }
            }
            Self::One { set: held, metadata: held_metadata, count } => {
                let counts = BTreeMap::from([((*held, *held_metadata), *count), ((set, metadata), diff)]);
                *self = Self::Many(Box::new(counts));
            }
            Self::Many(counts) => {
                let count = counts.entry((set, metadata)).or_default();
                *count += diff;
                if *count == 0 {
                    counts.remove(&(set, metadata));
                }
                if let [(&(set, metadata), &count)] = counts.iter().take(2).collect::<Vec<_>>()[..] {
                    *self = Self::One { set, metadata, count };
                }
            }
        }
    }

    /// The sets, ascending, each once.
    #[must_use]
    pub fn sets(&self) -> Vec<SetId> {
        match self {
            Self::None => Vec::new(),
            Self::One { set, .. } => vec![*set],
            Self::Many(counts) => {
                let mut sets: Vec<SetId> = counts.keys().map(|(set, _)| *set).collect();
                sets.dedup();
                sets
            }
        }
    }

    /// The metadata of all derivations.
    pub fn metadata(&self) -> impl Iterator<Item = MetadataId> + '_ {
        let (one, many) = match self {
            Self::None => (None, None),
            Self::One { metadata, .. } => (Some(*metadata), None),
            Self::Many(counts) => (None, Some(counts.keys().map(|(_, metadata)| *metadata))),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }

    /// Whether the flow is not derived at all.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }

    /// Whether some derivation has this set.
    #[must_use]
    pub fn holds_set(&self, set: SetId) -> bool {
        match self {
            Self::None => false,
            Self::One { set: held, .. } => *held == set,
            Self::Many(counts) => {
                counts.range((set, MetadataId::FIRST)..).next().is_some_and(|((held, _), _)| *held == set)
            }
        }
    }
}
