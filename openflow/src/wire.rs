//! Numbers on the wire that encoding and decoding share.

use crate::order::Instruction;

/// Nicira as an experimenter.
pub(crate) const NICIRA: u32 = 0x0000_2320;
/// The Open Networking Foundation as an experimenter.
pub(crate) const ONF: u32 = 0x4f4e_4600;
/// The type of an action of an experimenter.
pub(crate) const EXPERIMENTER_ACTION: u16 = 0xffff;
/// The type of an `ofp_match` with OXM entries, the only one since OpenFlow 1.2.
pub(crate) const MATCH_OXM: u16 = 1;
/// The only type of members of a bundle: `NXM_OF_IN_PORT`.
pub(crate) const BUNDLE_MEMBER_TYPE: u32 = 2;

/// The number of an instruction.
pub(crate) fn instruction_number(kind: Instruction) -> u16 {
    match kind {
        Instruction::Goto => 1,
        Instruction::Metadata => 2,
        Instruction::Write => 3,
        Instruction::Apply => 4,
        Instruction::Clear => 5,
        Instruction::Meter => 6,
    }
}

/// The flags of learn, and the headers of its parts.
pub(crate) mod learn {
    pub(crate) const SEND_FLOW_REMOVED: u16 = 1;
    pub(crate) const DELETE_LEARNED: u16 = 1 << 1;
    pub(crate) const WRITE_RESULT: u16 = 1 << 2;

    pub(crate) const BITS: u16 = 0x3ff;
    pub(crate) const FROM_VALUE: u16 = 1 << 13;
    pub(crate) const TO: u16 = 3 << 11;
    pub(crate) const TO_MATCH: u16 = 0;
    pub(crate) const TO_LOAD: u16 = 1 << 11;
    pub(crate) const TO_OUTPUT: u16 = 2 << 11;
}

/// The properties of an added header.
pub(crate) mod encapsulation {
    /// The class of those of a Network Service Header.
    pub(crate) const CLASS_NSH: u16 = 4;
    pub(crate) const METADATA_TYPE: u8 = 1;
    pub(crate) const METADATA: u8 = 2;
}
