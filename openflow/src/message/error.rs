//! Errors that a switch answers with (OpenFlow 1.5.1, section 7.5.4).

use std::fmt;

use super::error_names::{NAMES, OLDER_NAMES};
use super::wire::MessageError;
use crate::decode::Reader;
use crate::version::Version;

/// The type that says: an experimenter's error.
const EXPERIMENTER: u16 = 0xffff;
/// Nicira's type for the same, from before there was one.
const NICIRA_VENDOR: (u16, u16) = (0xb0c2, 0);

/// What went wrong, as a switch numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorCode {
    /// Who numbered it: 0 for the standard.
    pub experimenter: u32,
    /// The type of the error, or the number of an experimenter's error.
    pub kind: u16,
    /// Which error of that type; 0 for an experimenter's error, and else only from OpenFlow before 1.2.
    pub code: u16,
}

impl ErrorCode {
    /// No version in common.
    pub const INCOMPATIBLE: ErrorCode = ErrorCode::standard(0, 0);
    /// A message has another version than the one agreed upon.
    pub const BAD_VERSION: ErrorCode = ErrorCode::standard(1, 0);
    /// A message of an unknown type.
    pub const BAD_TYPE: ErrorCode = ErrorCode::standard(1, 1);
    /// An unknown multipart message.
    pub const BAD_MULTIPART: ErrorCode = ErrorCode::standard(1, 2);
    /// A message of an unknown experimenter.
    pub const BAD_EXPERIMENTER: ErrorCode = ErrorCode::standard(1, 3);
    /// An unknown message of a known experimenter.
    pub const BAD_EXPERIMENTER_TYPE: ErrorCode = ErrorCode::standard(1, 4);
    /// A message has a wrong length.
    pub const BAD_LENGTH: ErrorCode = ErrorCode::standard(1, 6);
    /// Bytes that must be zero are not.
    pub const MUST_BE_ZERO: ErrorCode = ErrorCode::experimenter(super::vendor::NICIRA, 4);
    /// An unknown action.
    pub const BAD_ACTION: ErrorCode = ErrorCode::standard(2, 0);
    /// An unknown action of a known experimenter.
    pub const BAD_EXPERIMENTER_ACTION: ErrorCode = ErrorCode::standard(2, 3);
    /// An action with an argument that it cannot have.
    pub const BAD_ARGUMENT: ErrorCode = ErrorCode::standard(2, 5);
    /// An action on bits that its field does not have.
    pub const BAD_SET_LENGTH: ErrorCode = ErrorCode::standard(2, 14);
    /// An action gives its field a value that it cannot have.
    pub const BAD_SET_ARGUMENT: ErrorCode = ErrorCode::standard(2, 15);
    /// A match with bits outside of its masks.
    pub const BAD_WILDCARDS: ErrorCode = ErrorCode::standard(4, 5);
    /// A match on an unknown field.
    pub const BAD_FIELD: ErrorCode = ErrorCode::standard(4, 6);
    /// A match on a value that its field cannot have.
    pub const BAD_VALUE: ErrorCode = ErrorCode::standard(4, 7);
    /// A match with a mask that its field cannot have.
    pub const BAD_MASK: ErrorCode = ErrorCode::standard(4, 8);
    /// A match without what its field depends on.
    pub const BAD_PREREQUISITE: ErrorCode = ErrorCode::standard(4, 9);
    /// A match that has a field twice.
    pub const DUPLICATE_FIELD: ErrorCode = ErrorCode::standard(4, 10);
    /// An unknown port.
    pub const BAD_PORT: ErrorCode = ErrorCode::standard(1, 11);
    /// An unknown instruction.
    pub const BAD_INSTRUCTION: ErrorCode = ErrorCode::standard(3, 0);
    /// The same instruction twice.
    pub const DUPLICATE_INSTRUCTION: ErrorCode = ErrorCode::standard(3, 9);
    /// A match of an unknown type.
    pub const BAD_MATCH_TYPE: ErrorCode = ErrorCode::standard(4, 0);
    /// An unknown command for a flow.
    pub const BAD_FLOW_COMMAND: ErrorCode = ErrorCode::standard(5, 6);
    /// An unknown type of groups.
    pub const BAD_GROUP_TYPE: ErrorCode = ErrorCode::standard(6, 10);
    /// An unknown command for a group.
    pub const BAD_GROUP_COMMAND: ErrorCode = ErrorCode::standard(6, 11);
    /// A malformed bucket.
    pub const BAD_BUCKET: ErrorCode = ErrorCode::standard(6, 12);
    /// A bucket watches no port or group that there can be.
    pub const BAD_WATCH: ErrorCode = ErrorCode::standard(6, 13);
    /// An unknown role.
    pub const BAD_ROLE: ErrorCode = ErrorCode::standard(11, 2);
    /// An unknown command for a meter.
    pub const BAD_METER_COMMAND: ErrorCode = ErrorCode::standard(12, 4);
    /// An unknown band.
    pub const BAD_BAND: ErrorCode = ErrorCode::standard(12, 8);
    /// An unknown property.
    pub const BAD_PROPERTY: ErrorCode = ErrorCode::standard(14, 0);
    /// A property of a wrong length.
    pub const BAD_PROPERTY_LENGTH: ErrorCode = ErrorCode::standard(14, 1);
    /// A property with a value that it cannot have.
    pub const BAD_PROPERTY_VALUE: ErrorCode = ErrorCode::standard(14, 2);
    /// An unknown command for a flow monitor.
    pub const BAD_MONITOR_COMMAND: ErrorCode = ErrorCode::standard(16, 4);
    /// An unknown message about a bundle.
    pub const BAD_BUNDLE_TYPE: ErrorCode = ErrorCode::standard(17, 6);
    /// A message in a bundle has a wrong length.
    pub const BAD_BUNDLE_MESSAGE_LENGTH: ErrorCode = ErrorCode::standard(17, 8);
    /// A message in a bundle has another number than the message that adds it.
    pub const BAD_BUNDLE_XID: ErrorCode = ErrorCode::standard(17, 9);
    /// A bundle failed because one of its messages did.
    pub const BUNDLE_MESSAGE_FAILED: ErrorCode = ErrorCode::standard(17, 13);
    /// An unknown event of a flow monitor.
    pub const BAD_MONITOR_EVENT: ErrorCode = ErrorCode::experimenter(super::vendor::NICIRA, 9);
    /// An unknown change of the table of tunnel options.
    pub const BAD_TUNNEL_OPTION_COMMAND: ErrorCode = ErrorCode::experimenter(super::vendor::NICIRA, 16);

    /// An error of the standard.
    pub const fn standard(kind: u16, code: u16) -> ErrorCode {
        ErrorCode { experimenter: 0, kind, code }
    }

    /// An error of an experimenter.
    pub const fn experimenter(experimenter: u32, kind: u16) -> ErrorCode {
        ErrorCode { experimenter, kind, code: 0 }
    }

    /// Its name in Open vSwitch, such as `OFPFMFC_OVERLAP`.
    pub fn name(self, version: Version) -> Option<&'static str> {
        ErrorCode::names(version).find(|(code, _)| *code == self).map(|(_, name)| name)
    }

    /// The error that Open vSwitch calls `name`.
    pub fn from_name(name: &str, version: Version) -> Option<ErrorCode> {
        ErrorCode::names(version).find(|(_, known)| *known == name).map(|(code, _)| code)
    }

    /// All errors of `version`.
    fn names(version: Version) -> impl Iterator<Item = (ErrorCode, &'static str)> {
        let minor = version.minor();
        let older = OLDER_NAMES.iter().filter(move |(.., last)| minor <= *last);
        let newer = NAMES.iter().filter(move |(.., first)| minor >= *first);
        older.chain(newer).map(|(code, name, _)| (*code, *name))
    }

    /// This error of OpenFlow 1.5 in the numbers of `version`.
    pub fn in_version(self, version: Version) -> ErrorCode {
        let name = self.name(Version::V1_5);
        name.and_then(|name| ErrorCode::from_name(name, version)).unwrap_or(self)
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name(Version::V1_5), self.experimenter) {
            (Some(name), _) => f.write_str(name),
            (None, 0) => write!(f, "error {}/{}", self.kind, self.code),
            (None, vendor) => write!(f, "error {}/{} of experimenter {vendor:#x}", self.kind, self.code),
        }
    }
}

/// An error message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ErrorMessage {
    /// What went wrong.
    pub code: ErrorCode,
    /// The start of the message that it answers, at least 64 bytes if there are as many; or a text if hello
    /// failed.
    pub data: Vec<u8>,
}

impl ErrorMessage {
    pub(crate) fn decode(r: &mut Reader<'_>) -> Result<ErrorMessage, MessageError> {
        let (kind, code) = (r.u16()?, r.u16()?);
        let experimenters = (kind, code) == NICIRA_VENDOR || kind == EXPERIMENTER;
        let code = match (kind, code) {
            NICIRA_VENDOR => ErrorCode { experimenter: r.u32()?, kind: r.u16()?, code: r.u16()? },
            (EXPERIMENTER, kind) => ErrorCode::experimenter(r.u32()?, kind),
            _ => ErrorCode::standard(kind, code),
        };
        if experimenters && code.experimenter == 0 {
            let reason = "an experimenter's error has no experimenter";
            return Err(MessageError::refused(ErrorCode::BAD_EXPERIMENTER, reason));
        }
        Ok(ErrorMessage { code, data: r.rest().to_vec() })
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        let ErrorCode { experimenter, kind, code } = self.code;
        match (experimenter, code) {
            (0, _) => {
                out.extend(kind.to_be_bytes());
                out.extend(code.to_be_bytes());
            }
            (_, 0) => {
                out.extend(EXPERIMENTER.to_be_bytes());
                out.extend(kind.to_be_bytes());
                out.extend(experimenter.to_be_bytes());
            }
            _ => {
                out.extend(NICIRA_VENDOR.0.to_be_bytes());
                out.extend(NICIRA_VENDOR.1.to_be_bytes());
                out.extend(experimenter.to_be_bytes());
                out.extend(kind.to_be_bytes());
                out.extend(code.to_be_bytes());
            }
        }
        out.extend(&self.data);
    }

    /// The number of the message that it answers, if its start is here.
    pub fn request_xid(&self) -> Option<u32> {
        let xid = self.data.get(4..8)?;
        Some(u32::from_be_bytes(xid.try_into().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_the_names_of_open_vswitch() {
        let name = |code: ErrorCode, version| code.name(version);
        assert_eq!(name(ErrorCode::BAD_LENGTH, Version::V1_3), Some("OFPBRC_BAD_LEN"));
        assert_eq!(name(ErrorCode::BUNDLE_MESSAGE_FAILED, Version::V1_5), Some("OFPBFC_MSG_FAILED"));
        let old = ErrorCode::experimenter(crate::message::vendor::ONF, 2313);
        assert_eq!(name(old, Version::V1_3), Some("OFPBFC_MSG_FAILED"));
        assert_eq!(ErrorCode::BUNDLE_MESSAGE_FAILED.in_version(Version::V1_3), old);
        assert_eq!(ErrorCode::BAD_PROPERTY.in_version(Version::V1_3), ErrorCode::standard(13, 2));
        assert_eq!(ErrorCode::BAD_MONITOR_EVENT.to_string(), "NXBRC_FM_BAD_EVENT");
        assert_eq!(ErrorCode::standard(99, 7).to_string(), "error 99/7");
        assert_eq!(name(ErrorCode::standard(5, 9), Version::V1_3), None);
        assert_eq!(name(ErrorCode::standard(5, 9), Version::V1_4), Some("OFPFMFC_BAD_PRIORITY"));
    }

    #[test]
    fn experimenters_errors_keep_their_number() {
        let bytes = [0xff, 0xff, 0, 9, 0, 0, 0x23, 0x20, 1, 2];
        let error = ErrorMessage::decode(&mut Reader::new(&bytes)).expect("a whole error");
        assert_eq!(error, ErrorMessage { code: ErrorCode::BAD_MONITOR_EVENT, data: vec![1, 2] });
        let mut again = Vec::new();
        error.encode(&mut again);
        assert_eq!(again, bytes);
    }

    #[test]
    fn the_request_is_found_by_the_number_in_its_header() {
        let error = ErrorMessage { code: ErrorCode::BAD_TYPE, data: vec![6, 14, 0, 56, 0, 0, 1, 2] };
        assert_eq!(error.request_xid(), Some(0x102));
        assert_eq!(ErrorMessage { data: vec![6], ..error }.request_xid(), None);
    }
}
