//! What meters counted, and what meters a switch can have.

use crate::decode::Reader;
use crate::message::wire::{put_length_at, put_u32, put_u64, put_zeros, read_all};
use crate::message::{ErrorCode, MessageError};

/// What a band counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BandStatistics {
    /// Packets above its rate.
    pub packets: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// What a meter counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MeterStatistics {
    /// The meter's number.
    pub id: u32,
    /// Flows that use it.
    pub flows: u32,
    /// Packets that came.
    pub packets: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Seconds and nanoseconds since it was added.
    pub duration: (u32, u32),
    /// What each band counted.
    pub bands: Vec<BandStatistics>,
}

/// Bytes of the statistics of a meter without bands.
const HEAD: usize = 40;

impl MeterStatistics {
    pub(crate) fn decode(r: &mut Reader<'_>) -> Result<MeterStatistics, MessageError> {
        let id = r.u32()?;
        let length = usize::from(r.u16()?);
        let short =
            MessageError::refused(ErrorCode::BAD_LENGTH, "statistics of a meter are shorter than their head");
        let bands_length = length.checked_sub(HEAD).ok_or(short)?;
        r.take(6)?;
        let (flows, packets, bytes) = (r.u32()?, r.u64()?, r.u64()?);
        let duration = (r.u32()?, r.u32()?);
        let bands = read_all(&mut r.part(bands_length)?, |r| {
            Ok(BandStatistics { packets: r.u64()?, bytes: r.u64()? })
        })?;
        Ok(MeterStatistics { id, flows, packets, bytes, duration, bands })
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        let start = out.len();
        put_u32(out, self.id);
        put_zeros(out, 8);
        put_u32(out, self.flows);
        put_u64(out, self.packets);
        put_u64(out, self.bytes);
        put_u32(out, self.duration.0);
        put_u32(out, self.duration.1);
        for band in &self.bands {
            put_u64(out, band.packets);
            put_u64(out, band.bytes);
        }
        put_length_at(out, start + 4, start);
    }
}

/// What meters a switch can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MeterFeatures {
    /// How many.
    pub max_meters: u32,
    /// Bit `n` is set for bands of type `n`.
    pub band_types: u32,
    /// Bits of [`meter_flags`](super::meter_flags).
    pub capabilities: u32,
    /// Bands that a meter can have.
    pub max_bands: u8,
    /// Colours that there are.
    pub max_color: u8,
}

impl MeterFeatures {
    pub(crate) fn decode(r: &mut Reader<'_>) -> Result<MeterFeatures, MessageError> {
        let (max_meters, band_types, capabilities) = (r.u32()?, r.u32()?, r.u32()?);
        let (max_bands, max_color) = (r.u8()?, r.u8()?);
        r.take(2)?;
        Ok(MeterFeatures { max_meters, band_types, capabilities, max_bands, max_color })
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        put_u32(out, self.max_meters);
        put_u32(out, self.band_types);
        put_u32(out, self.capabilities);
        out.extend([self.max_bands, self.max_color, 0, 0]);
    }
}
