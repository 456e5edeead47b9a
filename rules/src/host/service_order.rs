//! The order in which OVN's northd serves ports that ask for something at once.
//!
//! It goes through a switch's ports as its hash table has them, so that the order follows from the names
//! of all ports and the order in which they came into the table, which is that of their rows' UUIDs.

/// OVS's hash of a string (`hash_string` with basis 0): MurmurHash3 for 32 bits, but for the last bytes,
/// which are mixed in like a whole word.
fn hash_of(name: &str) -> u32 {
    let mut hash = 0_u32;
    for chunk in name.as_bytes().chunks(4) {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        let mixed = u32::from_le_bytes(word).wrapping_mul(0xcc9e_2d51).rotate_left(15);
        hash ^= mixed.wrapping_mul(0x1b87_3593);
        hash = hash.rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
    }
    #[allow(clippy::cast_possible_truncation, reason = "the hash takes 32 bits of the length")]
    let length = name.len() as u32;
    hash ^= length;
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

/// A table of positions by hash, which grows as OVS's does (`hmap`): a new entry stands first in its
/// bucket, and growing turns the entries of a bucket round.
struct Table {
    buckets: Vec<Vec<usize>>,
    length: usize,
}

impl Table {
    fn insert(&mut self, position: usize, hashes: &[u32]) {
        self.put(position, hashes);
        self.length += 1;
        if self.length / 2 > self.buckets.len() - 1 {
            let wanted = (self.length / 2 + 1).next_power_of_two().max(4);
            let old = std::mem::replace(&mut self.buckets, vec![Vec::new(); wanted]);
            for position in old.into_iter().flat_map(|bucket| bucket.into_iter().rev()) {
                self.put(position, hashes);
            }
        }
    }

    /// Buckets have their first entry last.
    fn put(&mut self, position: usize, hashes: &[u32]) {
        let bucket = hashes[position] as usize & (self.buckets.len() - 1);
        self.buckets[bucket].push(position);
    }
}

/// The positions of ports, given by name in the order of their UUIDs, in the order in which they are
/// served.
pub(super) fn service_order(names: &[&str]) -> Vec<usize> {
    let hashes: Vec<u32> = names.iter().map(|name| hash_of(name)).collect();
    let mut table = Table { buckets: vec![Vec::new()], length: 0 };
    for position in 0..names.len() {
        table.insert(position, &hashes);
    }
    table.buckets.into_iter().flat_map(|bucket| bucket.into_iter().rev()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_of_whole_words_are_murmur3() {
        // Published values of MurmurHash3_x86_32 with seed 0.
        assert_eq!(hash_of(""), 0);
        assert_eq!(hash_of("test"), 0xba6b_d213);
    }

    #[test]
    fn every_port_is_served_once() {
        let names: Vec<String> = (0..100).map(|number| format!("port{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        for count in 0..names.len() {
            let mut order = service_order(&names[..count]);
            order.sort_unstable();
            assert_eq!(order, (0..count).collect::<Vec<_>>());
        }
    }
}
