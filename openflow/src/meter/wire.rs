//! Meters on the wire.

use super::config::{Band, BandKind, Meter, MeterCommand, MeterMod};
use crate::decode::Reader;
use crate::message::wire::{put_length_at, put_u16, put_u32, put_zeros, read_all, read_entry};
use crate::message::{ErrorCode, MessageError};

const DROP: u16 = 1;
const DSCP_REMARK: u16 = 2;
/// Bytes of every band.
const BAND_LENGTH: u16 = 16;

impl Band {
    fn decode(r: &mut Reader<'_>) -> Result<Band, MessageError> {
        let (kind, length) = (r.u16()?, r.u16()?);
        if length != BAND_LENGTH {
            return Err(MessageError::refused(ErrorCode::BAD_LENGTH, "a band has another length than 16"));
        }
        let (rate, burst_size, level) = (r.u32()?, r.u32()?, r.u8()?);
        r.take(3)?;
        let kind = match kind {
            DROP => BandKind::Drop,
            DSCP_REMARK => BandKind::DscpRemark(level),
            _ => return Err(MessageError::refused(ErrorCode::BAD_BAND, "an unknown band of a meter")),
        };
        Ok(Band { kind, rate, burst_size })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        let (kind, level) = match self.kind {
            BandKind::Drop => (DROP, 0),
            BandKind::DscpRemark(level) => (DSCP_REMARK, level),
        };
        put_u16(out, kind);
        put_u16(out, BAND_LENGTH);
        put_u32(out, self.rate);
        put_u32(out, self.burst_size);
        out.extend([level, 0, 0, 0]);
    }
}

impl Meter {
    /// An entry of the reply to a request for meters.
    pub(crate) fn decode(r: &mut Reader<'_>) -> Result<Meter, MessageError> {
        let mut r = read_entry(r, 8)?;
        let (flags, id) = (r.u16()?, r.u32()?);
        Ok(Meter { id, flags, bands: read_all(&mut r, Band::decode)? })
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        let start = out.len();
        put_zeros(out, 2);
        put_u16(out, self.flags);
        put_u32(out, self.id);
        self.bands.iter().for_each(|band| band.encode(out));
        put_length_at(out, start, start);
    }
}

impl MeterMod {
    pub(crate) fn decode(r: &mut Reader<'_>) -> Result<MeterMod, MessageError> {
        let command = match r.u16()? {
            0 => MeterCommand::Add,
            1 => MeterCommand::Modify,
            2 => MeterCommand::Delete,
            _ => {
                let reason = "an unknown command for a meter";
                return Err(MessageError::refused(ErrorCode::BAD_METER_COMMAND, reason));
            }
        };
        let (flags, id) = (r.u16()?, r.u32()?);
        Ok(MeterMod { command, meter: Meter { id, flags, bands: read_all(r, Band::decode)? } })
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        put_u16(out, self.command as u16);
        put_u16(out, self.meter.flags);
        put_u32(out, self.meter.id);
        self.meter.bands.iter().for_each(|band| band.encode(out));
    }
}
