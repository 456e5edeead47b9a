//! The line before a record: `OVSDB MAGIC LENGTH SHA1` (ovsdb(5)).

use std::fmt::Write;

use sha1::{Digest, Sha1};

/// The SHA-1 hash of a record's text.
pub(crate) type Hash = [u8; 20];

/// The longest line that is taken for a header, in bytes with its end.
pub(crate) const HEADER_MAX_BYTES: usize = 127;

/// What a header says about the record behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header<'a> {
    /// The kind of file.
    pub magic: &'a str,
    /// The length of the text, with its line end.
    pub length: u64,
    /// The text's hash.
    pub hash: Hash,
}

/// Reads a header line, which ends with a line feed.
pub(crate) fn parse_header(line: &[u8]) -> Option<Header<'_>> {
    let line = std::str::from_utf8(line).ok()?.strip_suffix('\n')?;
    let (magic, rest) = line.strip_prefix("OVSDB ")?.split_once(' ')?;
    let (length, hash) = rest.split_once(' ')?;
    let length = length.parse().ok().filter(|&length| length > 0)?;
    Some(Header { magic, length, hash: parse_hash(hash)? })
}

fn parse_hash(text: &str) -> Option<Hash> {
    if text.len() != 40 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut hash = [0; 20];
    for (index, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(hash)
}

/// The hash of a text.
pub(crate) fn hash_of(text: &[u8]) -> Hash {
    Sha1::digest(text).into()
}

/// A hash in hexadecimal digits.
pub(crate) fn hash_text(hash: &Hash) -> String {
    let mut text = String::with_capacity(40);
    for byte in hash {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The header line for a text, which is followed by a line feed in the file.
pub(crate) fn compose_header(magic: &str, text: &str) -> String {
    let mut hash = Sha1::new();
    hash.update(text);
    hash.update(b"\n");
    format!("OVSDB {magic} {} {}\n", text.len() + 1, hash_text(&hash.finalize().into()))
}

#[cfg(test)]
mod tests {
    use super::{Header, compose_header, hash_of, parse_header};

    #[test]
    fn a_header_is_read_as_it_was_written() {
        let line = compose_header("JSON", r#"{"x":2}"#);
        assert_eq!(line, "OVSDB JSON 8 3d8ed30f471ad1b7b4b571cb0c7d5ed3e81350aa\n");
        let expected = Header { magic: "JSON", length: 8, hash: hash_of(b"{\"x\":2}\n") };
        assert_eq!(parse_header(line.as_bytes()), Some(expected));
    }

    #[test]
    fn a_line_that_deviates_is_no_header() {
        let hash = "0123456789abcdef0123456789abcdef01234567";
        let good = format!("OVSDB JSON 8 {hash}\n");
        assert!(parse_header(good.as_bytes()).is_some());
        for bad in [
            good.trim_end().to_owned(),
            good.replace("OVSDB", "OVS"),
            good.replace("JSON ", ""),
            good.replace(" 8 ", " 0 "),
            good.replace(" 8 ", " 8x "),
            good.replace('\n', " \n"),
            good.replace("0123", "+123"),
        ] {
            assert_eq!(parse_header(bad.as_bytes()), None, "{bad}");
        }
    }
}
