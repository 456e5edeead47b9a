//! What can be wrong with bytes from a switch.

use thiserror::Error;

use crate::field::Field;

/// Bytes that are no OpenFlow, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("byte {offset}: {problem}")]
pub struct DecodeError {
    /// Bytes before the place, from the start of what was to be decoded.
    pub offset: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong with bytes; the names of the errors that Open vSwitch sends for it follow the dash.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// Fewer bytes than a length or a structure says. — `OFPBAC_BAD_LEN`, `OFPBMC_BAD_LEN`, `OFPBIC_BAD_LEN`
    #[error("{needed} more bytes should follow, {left} do")]
    Short {
        /// Bytes that should follow.
        needed: usize,
        /// Bytes that do.
        left: usize,
    },
    /// A length that its structure cannot have. — `OFPBAC_BAD_LEN`, `OFPBMC_BAD_LEN`, `OFPBIC_BAD_LEN`
    #[error("a length of {0} bytes is not possible here")]
    Length(usize),
    /// Padding with something in it. — `NXBRC_MUST_BE_ZERO`
    #[error("bytes that must be zero are not")]
    NotZero,
    /// A match in a form other than OXM. — `OFPBMC_BAD_TYPE`
    #[error("the match has type {0} instead of 1 (OXM)")]
    MatchType(u16),
    /// A field that Weft does not know. — `OFPBMC_BAD_FIELD`
    #[error("{0} is not known")]
    UnknownField(UnknownField),
    /// A field that a match or an action has twice. — `OFPBMC_DUP_FIELD`
    #[error("{0} is there twice")]
    Repeated(Field),
    /// A mask for a field that takes none. — `OFPBMC_BAD_MASK`
    #[error("{0} cannot be masked")]
    Mask(Field),
    /// Bits of a value outside of its mask. — `OFPBMC_BAD_WILDCARDS`
    #[error("{0} has bits outside of its mask")]
    OutsideMask(Field),
    /// A value that a field cannot have. — `OFPBMC_BAD_VALUE`, `OFPBAC_BAD_SET_ARGUMENT`
    #[error("{0} cannot have this value")]
    Value(Field),
    /// A field whose prerequisites are not matched before it. — `OFPBMC_BAD_PREREQ`
    #[error("what {0} depends on is not matched before it")]
    Prerequisite(Field),
    /// A field that actions cannot change. — `OFPBAC_BAD_SET_ARGUMENT`
    #[error("{0} cannot be set")]
    ReadOnly(Field),
    /// Bits that a field does not have. — `OFPBAC_BAD_SET_LEN`
    #[error("{field} does not have bits {offset} to {}", offset + bits)]
    Bits {
        /// The field.
        field: Field,
        /// The first of the bits.
        offset: u32,
        /// How many.
        bits: u32,
    },
    /// An action that Weft does not know. — `OFPBAC_BAD_TYPE`, `OFPBAC_BAD_VENDOR`, `OFPBAC_BAD_VENDOR_TYPE`
    #[error("action {number} of experimenter {experimenter:#x} is not known")]
    UnknownAction {
        /// The experimenter, 0 for the standard.
        experimenter: u32,
        /// The type or subtype.
        number: u16,
    },
    /// An instruction that Weft does not know. — `OFPBIC_UNKNOWN_INST`
    #[error("instruction {0} is not known")]
    UnknownInstruction(u16),
    /// An instruction that is there twice. — `OFPBIC_DUP_INST`
    #[error("instruction {0} is there twice")]
    RepeatedInstruction(u16),
    /// An argument that an action cannot have. — `OFPBAC_BAD_ARGUMENT` and its like
    #[error("{0}")]
    Argument(&'static str),
    /// Actions inside of actions beyond what Open vSwitch allows in text.
    #[error("actions are nested too deeply")]
    TooDeep,
}

/// A field that Weft does not know, by its OXM header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[error("field {number} of class {class:#x} (experimenter {experimenter:#x}, {length} bytes)")]
pub struct UnknownField {
    /// The class.
    pub class: u16,
    /// The experimenter of class 0xffff, else 0.
    pub experimenter: u32,
    /// The number in the class.
    pub number: u8,
    /// Bytes of the value, and of the mask if there is one, without the experimenter.
    pub length: usize,
}
