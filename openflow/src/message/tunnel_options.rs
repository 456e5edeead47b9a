//! The table of tunnel options: which Geneve option is which `tun_metadata` field (`ovs-fields`(7)).

use super::error::ErrorCode;
use super::wire::{MessageError, put_u16, put_u32, put_zeros};
use crate::decode::Reader;

/// An option and its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TunnelOption {
    /// The option's class.
    pub class: u16,
    /// Its type.
    pub kind: u8,
    /// Bytes of its value, a multiple of four up to 124.
    pub length: u8,
    /// `n` of the field `tun_metadata<n>`.
    pub index: u16,
}

impl TunnelOption {
    fn decode_all(r: &mut Reader<'_>) -> Result<Vec<TunnelOption>, MessageError> {
        let mut options = Vec::new();
        while !r.is_empty() {
            let option = TunnelOption { class: r.u16()?, kind: r.u8()?, length: r.u8()?, index: r.u16()? };
            r.take(2)?;
            options.push(option);
        }
        Ok(options)
    }

    fn encode_all(options: &[TunnelOption], out: &mut Vec<u8>) {
        for option in options {
            put_u16(out, option.class);
            out.extend([option.kind, option.length]);
            put_u16(out, option.index);
            put_zeros(out, 2);
        }
    }
}

/// Changes the table.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TunnelOptionMod {
    /// Adds options; fails if one has a field.
    Add(Vec<TunnelOption>),
    /// Takes fields from their options.
    Delete(Vec<TunnelOption>),
    /// Takes all fields from their options.
    Clear,
}

impl TunnelOptionMod {
    pub(crate) fn decode(r: &mut Reader<'_>) -> Result<TunnelOptionMod, MessageError> {
        let command = r.u16()?;
        r.take(6)?;
        let options = TunnelOption::decode_all(r)?;
        match command {
            0 => Ok(TunnelOptionMod::Add(options)),
            1 => Ok(TunnelOptionMod::Delete(options)),
            2 => Ok(TunnelOptionMod::Clear),
            _ => {
                let reason = "an unknown change of the table of tunnel options";
                Err(MessageError::refused(ErrorCode::BAD_TUNNEL_OPTION_COMMAND, reason))
            }
        }
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        let (command, options): (u16, &[_]) = match self {
            TunnelOptionMod::Add(options) => (0, options),
            TunnelOptionMod::Delete(options) => (1, options),
            TunnelOptionMod::Clear => (2, &[]),
        };
        put_u16(out, command);
        put_zeros(out, 6);
        TunnelOption::encode_all(options, out);
    }
}

/// The table.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TunnelOptionTable {
    /// Bytes that all options together may have.
    pub max_space: u32,
    /// Fields that there are.
    pub max_fields: u16,
    /// Options that have fields.
    pub options: Vec<TunnelOption>,
}

impl TunnelOptionTable {
    pub(crate) fn decode(r: &mut Reader<'_>) -> Result<TunnelOptionTable, MessageError> {
        let (max_space, max_fields) = (r.u32()?, r.u16()?);
        r.take(10)?;
        Ok(TunnelOptionTable { max_space, max_fields, options: TunnelOption::decode_all(r)? })
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        put_u32(out, self.max_space);
        put_u16(out, self.max_fields);
        put_zeros(out, 10);
        TunnelOption::encode_all(&self.options, out);
    }
}
