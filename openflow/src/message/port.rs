//! Ports of a switch (OpenFlow 1.5.1, sections 7.2.1, 7.3.5.7 and 7.4.3).

use super::error::ErrorCode;
use super::property::{next_property, property_value, put_property};
use super::wire::{
    MessageError, put_length_at, put_text, put_u16, put_u32, put_zeros, read_entry, read_port, read_text,
};
use crate::decode::Reader;
use crate::version::Version;

use crate::port::Port;

const NAME_SIZE: usize = 16;
const ETHERNET: u16 = 0;

/// What a port's Ethernet can: bits `OFPPF_*`, and kbit/s.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PortFeatures {
    /// What is used.
    pub current: u32,
    /// What the port offers to its peer.
    pub advertised: u32,
    /// What the port can.
    pub supported: u32,
    /// What the peer offers.
    pub peer: u32,
    /// The rate now.
    pub current_speed_kbps: u32,
    /// The highest rate.
    pub max_speed_kbps: u32,
}

impl PortFeatures {
    fn decode(r: &mut Reader<'_>) -> Result<PortFeatures, MessageError> {
        Ok(PortFeatures {
            current: r.u32()?,
            advertised: r.u32()?,
            supported: r.u32()?,
            peer: r.u32()?,
            current_speed_kbps: r.u32()?,
            max_speed_kbps: r.u32()?,
        })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        let speeds = [self.current_speed_kbps, self.max_speed_kbps];
        for number in [self.current, self.advertised, self.supported, self.peer].into_iter().chain(speeds) {
            put_u32(out, number);
        }
    }
}

/// A port.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PortDescription {
    /// Its number.
    pub port: Port,
    /// Its MAC address.
    pub address: [u8; 6],
    /// Its name; at most 15 bytes.
    pub name: String,
    /// How it is set up: bits `OFPPC_*`.
    pub config: u32,
    /// How it is: bits `OFPPS_*`.
    pub state: u32,
    /// What its Ethernet can.
    pub features: PortFeatures,
}

impl PortDescription {
    pub(crate) fn decode(r: &mut Reader<'_>, version: Version) -> Result<PortDescription, MessageError> {
        if version < Version::V1_4 {
            let port = read_port(r)?;
            r.take(4)?;
            let mut port = PortDescription::decode_named(port, r)?;
            port.features = PortFeatures::decode(r)?;
            return Ok(port);
        }
        let number = read_port(r)?;
        let length = usize::from(r.u16()?);
        const HEAD: usize = 6;
        let short = MessageError::refused(ErrorCode::BAD_LENGTH, "a port is shorter than its head");
        let mut r = r.part(length.checked_sub(HEAD).ok_or(short)?)?;
        r.take(2)?;
        let mut port = PortDescription::decode_named(number, &mut r)?;
        while !r.is_empty() {
            let (kind, value) = next_property(&mut r)?;
            if kind == ETHERNET {
                port.features = property_value(value, |v| {
                    v.take(4)?;
                    PortFeatures::decode(v)
                })?;
            }
        }
        Ok(port)
    }

    fn decode_named(port: Port, r: &mut Reader<'_>) -> Result<PortDescription, MessageError> {
        let address = read_address(r)?;
        r.take(2)?;
        let name = read_text(r, NAME_SIZE)?;
        let (config, state) = (r.u32()?, r.u32()?);
        Ok(PortDescription { port, address, name, config, state, features: PortFeatures::default() })
    }

    pub(crate) fn encode(&self, version: Version, out: &mut Vec<u8>) {
        let start = out.len();
        put_u32(out, self.port.to_u32());
        put_zeros(out, 4);
        out.extend(self.address);
        put_zeros(out, 2);
        put_text(out, &self.name, NAME_SIZE);
        put_u32(out, self.config);
        put_u32(out, self.state);
        if version < Version::V1_4 {
            return self.features.encode(out);
        }
        put_property(out, ETHERNET, |b| {
            put_zeros(b, 4);
            self.features.encode(b);
        });
        put_length_at(out, start + 4, start);
    }
}

/// What happened to a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PortChange {
    /// It came.
    Added,
    /// It went.
    Deleted,
    /// Something about it changed.
    Modified,
}

/// Says that a port changed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PortStatus {
    /// What happened.
    pub change: PortChange,
    /// The port as it is, or was.
    pub port: PortDescription,
}

impl PortStatus {
    pub(crate) fn decode(r: &mut Reader<'_>, version: Version) -> Result<PortStatus, MessageError> {
        let change = match r.u8()? {
            0 => PortChange::Added,
            1 => PortChange::Deleted,
            2 => PortChange::Modified,
            _ => return Err(MessageError::refused(BAD_REASON, "an unknown change of a port")),
        };
        r.take(7)?;
        Ok(PortStatus { change, port: PortDescription::decode(r, version)? })
    }

    pub(crate) fn encode(&self, version: Version, out: &mut Vec<u8>) {
        out.push(self.change as u8);
        put_zeros(out, 7);
        self.port.encode(version, out);
    }
}

const BAD_REASON: ErrorCode = ErrorCode::experimenter(super::vendor::NICIRA, 5);

/// What passed a port. All bits are set where a switch does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PortStatistics {
    /// The port.
    pub port: Port,
    /// How long it is there, in seconds and nanoseconds.
    pub duration: (u32, u32),
    /// Packets, bytes, packets dropped, and packets with errors, that it received.
    pub received: [u64; 4],
    /// The same that it sent.
    pub sent: [u64; 4],
    /// Frames that were not aligned, overran, had a bad checksum; collisions.
    pub ethernet: [u64; 4],
}

impl PortStatistics {
    pub(crate) fn decode(r: &mut Reader<'_>, version: Version) -> Result<PortStatistics, MessageError> {
        if version < Version::V1_4 {
            let port = read_port(r)?;
            r.take(4)?;
            let (received, sent) = read_alternating(r)?;
            let ethernet = read_four(r)?;
            return Ok(PortStatistics { port, duration: (r.u32()?, r.u32()?), received, sent, ethernet });
        }
        let mut r = read_entry(r, 80)?;
        r.take(2)?;
        let port = read_port(&mut r)?;
        let duration = (r.u32()?, r.u32()?);
        let (received, sent) = read_alternating(&mut r)?;
        let mut ethernet = [u64::MAX; 4];
        while !r.is_empty() {
            let (kind, value) = next_property(&mut r)?;
            if kind == ETHERNET {
                ethernet = property_value(value, |v| {
                    v.take(4)?;
                    read_four(v)
                })?;
            }
        }
        Ok(PortStatistics { port, duration, received, sent, ethernet })
    }

    pub(crate) fn encode(&self, version: Version, out: &mut Vec<u8>) {
        let put = |out: &mut Vec<u8>, numbers: &[u64]| {
            numbers.iter().for_each(|n| out.extend(n.to_be_bytes()));
        };
        let pairs: Vec<u64> = self.received.iter().zip(&self.sent).flat_map(|(r, s)| [*r, *s]).collect();
        let duration = [self.duration.0, self.duration.1];
        if version < Version::V1_4 {
            put_u32(out, self.port.to_u32());
            put_zeros(out, 4);
            put(out, &pairs);
            put(out, &self.ethernet);
            return duration.iter().for_each(|n| put_u32(out, *n));
        }
        let start = out.len();
        put_u16(out, 0);
        put_zeros(out, 2);
        put_u32(out, self.port.to_u32());
        duration.iter().for_each(|n| put_u32(out, *n));
        put(out, &pairs);
        put_property(out, ETHERNET, |b| {
            put_zeros(b, 4);
            put(b, &self.ethernet);
        });
        put_length_at(out, start, start);
    }
}

fn read_four(r: &mut Reader<'_>) -> Result<[u64; 4], MessageError> {
    Ok([r.u64()?, r.u64()?, r.u64()?, r.u64()?])
}

fn read_alternating(r: &mut Reader<'_>) -> Result<([u64; 4], [u64; 4]), MessageError> {
    let (mut received, mut sent) = ([0; 4], [0; 4]);
    for (r_count, s_count) in received.iter_mut().zip(&mut sent) {
        (*r_count, *s_count) = (r.u64()?, r.u64()?);
    }
    Ok((received, sent))
}

fn read_address(r: &mut Reader<'_>) -> Result<[u8; 6], MessageError> {
    Ok([r.u8()?, r.u8()?, r.u8()?, r.u8()?, r.u8()?, r.u8()?])
}
