//! Reading the records of a log.

use std::io;

use crate::error::LogError;
use crate::header::{HEADER_MAX_BYTES, hash_of, hash_text, parse_header};
use crate::log::{Log, State};

/// A record that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The text of a JSON object, as its hash vouches; whether it is well formed is for its user to see.
    pub json: String,
    /// Where the text begins in the file, in bytes.
    pub offset: u64,
}

/// How much is read from the file at once, in bytes.
const CHUNK_BYTES: usize = 1 << 18;

impl Log {
    /// Reads the next record; `None` is the end.
    ///
    /// # Errors
    /// The record is cut off or damaged, or the file cannot be read.
    /// From then on every read answers the same error, and the next append writes over the record.
    pub fn read(&mut self) -> Result<Option<Record>, LogError> {
        match &self.state {
            State::Reading => {}
            State::ReadFailed(error) | State::SyncFailed(error) => return Err(error.clone()),
            State::Writing | State::WriteFailed => return Ok(None),
        }
        let result = self.read_record();
        if let Err(error) = &result {
            self.state = State::ReadFailed(error.clone());
        }
        result
    }

    /// Makes the next append write over the record read last, which made no sense to its user.
    ///
    /// Calling it again has no further effect.
    pub fn unread(&mut self) {
        self.offset = self.previous;
        let error =
            LogError::syntax(format!("{}: the record at offset {} is not valid", self.name, self.offset));
        self.state = State::ReadFailed(error);
    }

    fn read_record(&mut self) -> Result<Option<Record>, LogError> {
        self.fill(HEADER_MAX_BYTES)?;
        if self.ahead.is_empty() {
            return Ok(None);
        }
        let limit = self.ahead.len().min(HEADER_MAX_BYTES);
        let line_end = self.ahead[..limit].iter().position(|&byte| byte == b'\n').map_or(limit, |at| at + 1);
        let line = &self.ahead[..line_end];
        let Some(header) = parse_header(line).filter(|header| header.magic == self.magic.as_str()) else {
            let shown = String::from_utf8_lossy(line);
            return Err(LogError::syntax(format!(
                "{}: parse error at offset {} in header line \"{}\"",
                self.name,
                self.offset,
                shown.trim_end_matches('\n')
            )));
        };
        let (length, hash) = (header.length, header.hash);
        let text_offset = self.offset + line_end as u64;
        self.ahead.drain(..line_end);
        let text = self.take(length, text_offset)?;
        let actual = hash_of(&text);
        let place = format!("{}: {length} bytes starting at offset {text_offset}", self.name);
        if actual != hash {
            let (actual, expected) = (hash_text(&actual), hash_text(&hash));
            return Err(LogError::syntax(format!(
                "{place} have SHA-1 hash {actual} but should have hash {expected}"
            )));
        }
        let text = String::from_utf8(text)
            .map_err(|error| LogError::syntax(format!("{place} are not valid JSON ({error})")))?;
        if !text.trim_ascii_start().starts_with('{') {
            return Err(LogError::syntax(format!("{place} are not a JSON object")));
        }
        self.previous = self.offset;
        self.offset = text_offset + length;
        Ok(Some(Record { json: text, offset: text_offset }))
    }

    /// Reads ahead until there are `wanted` bytes, or the file ends.
    fn fill(&mut self, wanted: usize) -> Result<(), LogError> {
        // What was read ahead begins at the current record.
        while self.ahead.len() < wanted {
            let end = self.ahead.len();
            self.ahead.resize(end + CHUNK_BYTES, 0);
            let read = self.file.read_at(&mut self.ahead[end..], self.read_position);
            let read = read.map_err(|error| LogError::io(&error, format!("{}: read failed", self.name)));
            self.ahead.truncate(end + read.as_ref().copied().unwrap_or(0));
            match read? {
                0 => break,
                n => self.read_position += n as u64,
            }
        }
        Ok(())
    }

    /// Takes the next `length` bytes off what is read ahead.
    fn take(&mut self, length: u64, text_offset: u64) -> Result<Vec<u8>, LogError> {
        // A damaged length must not decide how much memory is asked for, so the text grows with what is read.
        let length_bytes = usize::try_from(length).unwrap_or(usize::MAX);
        self.fill(length_bytes)?;
        if self.ahead.len() < length_bytes {
            let what =
                format!("{}: error reading {length} bytes starting at offset {text_offset}", self.name);
            return Err(LogError::io(&io::ErrorKind::UnexpectedEof.into(), what));
        }
        let rest = self.ahead.split_off(length_bytes);
        Ok(std::mem::replace(&mut self.ahead, rest))
    }
}
