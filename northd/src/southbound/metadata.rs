//! What a flow carries for people: not part of its identity.

use std::collections::HashMap;
use std::sync::Arc;

use rustc_hash::FxBuildHasher;

/// The columns of a flow that say where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Metadata {
    /// File and line of the rule: `external_ids:source`.
    pub source: Arc<str>,
    /// First 8 hex digits of the UUID of the row behind it: `external_ids:stage-hint`.
    pub hint: Option<Arc<str>>,
    /// `flow_desc`.
    pub description: Option<Arc<str>>,
    /// All tags, `in_out_port` among them, by key.
    pub tags: Vec<(Arc<str>, Arc<str>)>,
}

/// A metadata held once, however many flows carry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MetadataId(u32);

impl MetadataId {
    /// The least id.
    pub const FIRST: Self = Self(0);
}

/// Holds each metadata once and forgets those no longer used.
#[derive(Debug, Default)]
pub struct MetadataPool {
    ids: HashMap<Arc<Metadata>, MetadataId, FxBuildHasher>,
    entries: Vec<Option<(Arc<Metadata>, u32)>>,
    free: Vec<MetadataId>,
}

impl MetadataPool {
    /// The id of a metadata, held once more.
    pub fn acquire(&mut self, metadata: Metadata) -> MetadataId {
        if let Some(&id) = self.ids.get(&metadata) {
            if let Some(Some((_, uses))) = self.entries.get_mut(id.0 as usize) {
                *uses += 1;
            }
            return id;
        }
        let shared = Arc::new(metadata);
        let id = self.free.pop().unwrap_or(MetadataId(self.entries.len() as u32));
        if id.0 as usize == self.entries.len() {
            self.entries.push(None);
        }
        if let Some(entry) = self.entries.get_mut(id.0 as usize) {
            *entry = Some((Arc::clone(&shared), 1));
        }
        self.ids.insert(shared, id);
        id
    }

    /// Holds a metadata once more.
    pub fn hold(&mut self, id: MetadataId) {
        if let Some(Some((_, uses))) = self.entries.get_mut(id.0 as usize) {
            *uses += 1;
        }
    }

    /// The id of a metadata that is held already.
    #[must_use]
    pub fn find(&self, metadata: &Metadata) -> Option<MetadataId> {
        self.ids.get(metadata).copied()
    }

    /// Lets go of one use.
    pub fn release(&mut self, id: MetadataId) {
        let Some(entry) = self.entries.get_mut(id.0 as usize) else { return };
        let Some((metadata, uses)) = entry else { return };
        *uses -= 1;
        if *uses == 0 {
            self.ids.remove(metadata);
            *entry = None;
            self.free.push(id);
        }
    }

    /// The metadata behind an id.
    #[must_use]
    pub fn get(&self, id: MetadataId) -> Option<&Metadata> {
        self.entries.get(id.0 as usize)?.as_ref().map(|(metadata, _)| &**metadata)
    }

    /// How many different metadata are held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether none is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(source: &str) -> Metadata {
        Metadata { source: source.into(), ..Metadata::default() }
    }

    #[test]
    fn equal_metadata_share_an_id_until_the_last_use_is_gone() {
        let mut pool = MetadataPool::default();
        let first = pool.acquire(of("a.weft:1"));
        assert_eq!(pool.acquire(of("a.weft:1")), first);
        assert_ne!(pool.acquire(of("a.weft:2")), first);
        pool.release(first);
        assert_eq!(pool.get(first), Some(&of("a.weft:1")));
        pool.release(first);
        assert_eq!(pool.find(&of("a.weft:1")), None);
        assert_eq!(pool.len(), 1);
        assert_eq!(pool.acquire(of("a.weft:3")), first, "a freed id is used again");
    }
}
