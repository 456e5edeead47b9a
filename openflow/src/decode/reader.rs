//! Reading numbers from bytes.

use super::error::{DecodeError, Problem};

/// Bytes that remain to be read, and where they are in all that is decoded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { bytes, offset: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Bytes before the next one.
    pub(crate) fn offset(&self) -> usize {
        self.offset
    }

    /// `problem` at the next byte.
    pub(crate) fn error(&self, problem: Problem) -> DecodeError {
        DecodeError { offset: self.offset, problem }
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let (taken, rest) = self
            .bytes
            .split_at_checked(count)
            .ok_or_else(|| self.error(Problem::Short { needed: count, left: self.bytes.len() }))?;
        self.bytes = rest;
        self.offset += count;
        Ok(taken)
    }

    /// A reader of the next `count` bytes, which this one skips.
    pub(crate) fn part(&mut self, count: usize) -> Result<Reader<'a>, DecodeError> {
        let offset = self.offset;
        Ok(Reader { bytes: self.take(count)?, offset })
    }

    /// All bytes that remain.
    pub(crate) fn rest(&mut self) -> &'a [u8] {
        self.offset += self.bytes.len();
        std::mem::take(&mut self.bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let short = self.error(Problem::Short { needed: N, left: self.bytes.len() });
        self.take(N)?.try_into().map_err(|_| short)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, DecodeError> {
        self.array().map(u8::from_be_bytes)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, DecodeError> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, DecodeError> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, DecodeError> {
        self.array().map(u64::from_be_bytes)
    }

    /// The number of the next `count` bytes; none if it has more than 128 bits.
    pub(crate) fn number(&mut self, count: usize) -> Result<Option<u128>, DecodeError> {
        let (high, low) = self.take(count)?.split_at(count.saturating_sub(16));
        let number = low.iter().fold(0, |number, &byte| number << 8 | u128::from(byte));
        Ok(high.iter().all(|&byte| byte == 0).then_some(number))
    }

    /// Skips `count` bytes that must be zero.
    pub(crate) fn zeros(&mut self, count: usize) -> Result<(), DecodeError> {
        let before = *self;
        match self.take(count)?.iter().position(|&byte| byte != 0) {
            None => Ok(()),
            Some(at) => Err(DecodeError { offset: before.offset + at, problem: Problem::NotZero }),
        }
    }

    /// What remains must be zero.
    pub(crate) fn padding(&mut self) -> Result<(), DecodeError> {
        self.zeros(self.len())
    }
}
