//! Agreeing on a version (OpenFlow 1.5.1, sections 6.3.1 and 7.5.1).

use super::wire::{MessageError, pad_to_8, put_length_at, put_u16, put_u32};
use crate::decode::Reader;
use crate::version::Version;

const VERSION_BITMAP: u16 = 1;

/// The first message of each side: which versions it speaks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Hello {
    /// Bit `n` is set for the version that has number `n` on the wire.
    pub versions: u64,
}

impl Hello {
    /// A hello that offers `versions`.
    pub fn offering(versions: &[Version]) -> Hello {
        Hello { versions: versions.iter().fold(0, |bits, v| bits | 1 << v.wire()) }
    }

    /// The highest version that both sides speak.
    pub fn agree(&self, other: &Hello) -> Option<Version> {
        let common = self.versions & other.versions;
        (0..64).rev().filter(|n| common & (1 << n) != 0).find_map(Version::from_wire)
    }

    /// The number of the highest version, which is that of the message.
    pub(crate) fn highest(&self) -> u8 {
        63 - (self.versions | 1).leading_zeros() as u8
    }

    /// `version` is the header's: without a bitmap, it and all below it are spoken.
    pub(crate) fn decode(version: u8, r: &mut Reader<'_>) -> Result<Hello, MessageError> {
        let mut versions = (2u64 << version.min(62)) - 2;
        while r.len() >= 4 {
            let kind = r.u16()?;
            let length = usize::from(r.u16()?);
            let Some(body_length) = length.checked_sub(4) else { break };
            let Ok(mut body) = r.part(body_length) else { break };
            if kind == VERSION_BITMAP && body.len() >= 4 {
                let low = u64::from(body.u32()?);
                versions = low | u64::from(body.u32().unwrap_or(0)) << 32;
            }
            let padding = (length.next_multiple_of(8) - length).min(r.len());
            r.take(padding)?;
        }
        // What follows the last whole element is nothing that could be read.
        r.rest();
        Ok(Hello { versions })
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        let start = out.len();
        put_u16(out, VERSION_BITMAP);
        put_u16(out, 0);
        put_u32(out, self.versions as u32);
        if self.versions >> 32 != 0 {
            put_u32(out, (self.versions >> 32) as u32);
        }
        put_length_at(out, start + 2, start);
        pad_to_8(out, start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_common_version_is_agreed_upon() {
        let ours = Hello::offering(&[Version::V1_3, Version::V1_5]);
        assert_eq!(ours.agree(&Hello { versions: 0b0111_1110 }), Some(Version::V1_5));
        assert_eq!(ours.agree(&Hello { versions: 0b0011_1110 }), Some(Version::V1_3));
        assert_eq!(ours.agree(&Hello { versions: 0b0000_1110 }), None);
    }

    #[test]
    fn without_a_bitmap_all_versions_up_to_the_headers_are_spoken() {
        let hello = Hello::decode(4, &mut Reader::new(&[])).expect("an empty hello");
        assert_eq!(hello.versions, 0b1_1110);
    }

    #[test]
    fn the_bitmap_counts_more_than_the_header() {
        let bytes = [0, 1, 0, 8, 0, 0, 0, 0x52];
        let hello = Hello::decode(6, &mut Reader::new(&bytes)).expect("a whole hello");
        assert_eq!(hello.versions, 0x52);
        assert_eq!(hello.highest(), 6);
        let mut again = Vec::new();
        hello.encode(&mut again);
        assert_eq!(again, bytes);
    }

    #[test]
    fn elements_that_nobody_knows_are_passed_over() {
        let bytes = [0, 9, 0, 5, 7, 0, 0, 0, 0, 1, 0, 8, 0, 0, 0, 0x10, 0, 1, 0, 99];
        let hello = Hello::decode(1, &mut Reader::new(&bytes)).expect("a hello with a torn end");
        assert_eq!(hello.versions, 0x10);
    }
}
