//! The hash that rules see: `hash(x)`.

use crate::value::Value;

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// A hash of a value, from 0 to 2^63 - 1, the same on every machine and in every version of Weft: what
/// rules derive from it is written to databases.
///
/// It is FNV-1a over an unambiguous encoding of the value (a tag, then the content, little-endian,
/// with the length before what can vary), stirred once more because FNV alone leaves the high bits of
/// short inputs nearly constant.
#[must_use]
pub fn stable_hash(value: &Value) -> u64 {
    let mut state = FNV_OFFSET;
    feed_value(&mut state, value);
    stir(state) >> 1
}

fn feed_value(state: &mut u64, value: &Value) {
    match value {
        Value::None => feed(state, &[0]),
        Value::Bool(b) => feed(state, &[1, u8::from(*b)]),
        Value::Int(i) => {
            feed(state, &[2]);
            feed(state, &i.to_le_bytes());
        }
        Value::Uuid(u) => {
            feed(state, &[3]);
            feed(state, &u.to_le_bytes());
        }
        Value::String(s) => {
            feed_head(state, 4, s.len());
            feed(state, s.as_bytes());
        }
        Value::Tuple(parts) => feed_all(state, 5, parts.len(), parts.iter()),
        Value::List(members) => feed_all(state, 6, members.len(), members.iter()),
        Value::Set(members) => feed_all(state, 7, members.len(), members.iter()),
        Value::Map(entries) => {
            let parts = entries.iter().flat_map(|(key, value)| [key, value]);
            feed_all(state, 8, entries.len(), parts);
        }
    }
}

fn feed_all<'a>(state: &mut u64, tag: u8, count: usize, parts: impl Iterator<Item = &'a Value>) {
    feed_head(state, tag, count);
    for part in parts {
        feed_value(state, part);
    }
}

fn feed_head(state: &mut u64, tag: u8, count: usize) {
    feed(state, &[tag]);
    feed(state, &(count as u64).to_le_bytes());
}

fn feed(state: &mut u64, bytes: &[u8]) {
    for byte in bytes {
        *state = (*state ^ u64::from(*byte)).wrapping_mul(FNV_PRIME);
    }
}

/// The last step of MurmurHash3 for 64 bits.
fn stir(mut bits: u64) -> u64 {
    bits ^= bits >> 33;
    bits = bits.wrapping_mul(0xff51_afd7_ed55_8ccd);
    bits ^= bits >> 33;
    bits = bits.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    bits ^ (bits >> 33)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;

    #[test]
    fn hashes_stay_what_they_were() {
        let text = Value::String(Arc::from("sw0"));
        let map = Value::Map(Arc::new(BTreeMap::from([(text.clone(), Value::Int(-1))])));
        let hashes: Vec<u64> = [Value::None, Value::Int(0), text, map].iter().map(stable_hash).collect();
        assert_eq!(hashes, HASHES);
    }

    #[test]
    fn values_that_differ_in_shape_only_have_different_hashes() {
        let one = Value::Int(1);
        let shapes = [
            one.clone(),
            Value::Tuple(Arc::from([one.clone()])),
            Value::List(Arc::from([one.clone()])),
            Value::Set(Arc::new([one.clone()].into())),
            Value::List(Arc::from([Value::List(Arc::from([one]))])),
        ];
        let hashes: std::collections::BTreeSet<u64> = shapes.iter().map(stable_hash).collect();
        assert_eq!(hashes.len(), shapes.len());
    }

    #[test]
    fn hashes_fit_a_positive_int() {
        for i in 0..1000 {
            assert!(i64::try_from(stable_hash(&Value::Int(i))).is_ok());
        }
    }

    /// Computed apart from this code, from its description.
    const HASHES: [u64; 4] = [
        6_665_790_796_965_051_133,
        5_209_980_248_461_756_121,
        5_552_392_845_685_309_460,
        5_871_232_891_954_753_714,
    ];
}
