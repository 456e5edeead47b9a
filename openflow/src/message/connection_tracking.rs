//! Forgetting tracked connections (`NXT_CT_FLUSH` and `NXT_CT_FLUSH_ZONE` of Open vSwitch).

use std::net::{IpAddr, Ipv6Addr};

use super::property::{
    UNKNOWN_PROPERTY, next_property, property_u8, property_u16, property_u32, property_value, put_property,
    put_u8_property, put_u16_property, put_u32_property,
};
use super::wire::{MessageError, put_zeros};
use crate::decode::Reader;

/// What a direction of a connection must have; everything else counts as equal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct ConnectionTuple {
    /// The source.
    pub source: Option<IpAddr>,
    /// The destination.
    pub destination: Option<IpAddr>,
    /// The source port.
    pub source_port: Option<u16>,
    /// The destination port.
    pub destination_port: Option<u16>,
    /// The identifier of ICMP.
    pub icmp_id: Option<u16>,
    /// The type of ICMP.
    pub icmp_type: Option<u8>,
    /// The code of ICMP.
    pub icmp_code: Option<u8>,
}

impl ConnectionTuple {
    fn decode(value: Reader<'_>) -> Result<ConnectionTuple, MessageError> {
        let mut tuple = ConnectionTuple::default();
        let mut r = value;
        r.take(4)?;
        while !r.is_empty() {
            let (kind, value) = next_property(&mut r)?;
            match kind {
                0 => tuple.source = Some(property_value(value, read_address)?),
                1 => tuple.destination = Some(property_value(value, read_address)?),
                2 => tuple.source_port = Some(property_u16(value)?),
                3 => tuple.destination_port = Some(property_u16(value)?),
                4 => tuple.icmp_id = Some(property_u16(value)?),
                5 => tuple.icmp_type = Some(property_u8(value)?),
                6 => tuple.icmp_code = Some(property_u8(value)?),
                _ => return Err(UNKNOWN_PROPERTY),
            }
        }
        Ok(tuple)
    }

    fn encode(&self, kind: u16, out: &mut Vec<u8>) {
        if *self == ConnectionTuple::default() {
            return;
        }
        put_property(out, kind, |b| {
            put_zeros(b, 4);
            for (kind, address) in [(0, self.source), (1, self.destination)] {
                if let Some(address) = address {
                    put_property(b, kind, |b| b.extend(mapped(address).octets()));
                }
            }
            for (kind, number) in [(2, self.source_port), (3, self.destination_port), (4, self.icmp_id)] {
                if let Some(number) = number {
                    put_u16_property(b, kind, number);
                }
            }
            for (kind, number) in [(5, self.icmp_type), (6, self.icmp_code)] {
                if let Some(number) = number {
                    put_u8_property(b, kind, number);
                }
            }
        });
    }
}

fn mapped(address: IpAddr) -> Ipv6Addr {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    }
}

fn read_address(r: &mut Reader<'_>) -> Result<IpAddr, MessageError> {
    Ok(Ipv6Addr::from(read_u128(r)?).to_canonical())
}

fn read_u128(r: &mut Reader<'_>) -> Result<u128, MessageError> {
    Ok(u128::from(r.u64()?) << 64 | u128::from(r.u64()?))
}

/// Which connections to forget: those that have all of this.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct ConnectionFlush {
    /// The protocol of IP, or 0 for any.
    pub protocol: u8,
    /// The direction of the first packet.
    pub original: ConnectionTuple,
    /// The direction back.
    pub reply: ConnectionTuple,
    /// The zone.
    pub zone: Option<u16>,
    /// The mark, and the bits of it that count.
    pub mark: Option<(u32, u32)>,
    /// The label, and the bits of it that count.
    pub label: Option<(u128, u128)>,
}

impl ConnectionFlush {
    pub(crate) fn decode(r: &mut Reader<'_>) -> Result<ConnectionFlush, MessageError> {
        let mut flush = ConnectionFlush { protocol: r.u8()?, ..ConnectionFlush::default() };
        r.zeros(7)?;
        let (mut mark_mask, mut label_mask) = (u32::MAX, u128::MAX);
        while !r.is_empty() {
            let (kind, value) = next_property(r)?;
            match kind {
                0 => flush.original = ConnectionTuple::decode(value)?,
                1 => flush.reply = ConnectionTuple::decode(value)?,
                2 => flush.zone = Some(property_u16(value)?),
                3 => flush.mark = Some((property_u32(value)?, u32::MAX)),
                4 => mark_mask = property_u32(value)?,
                5 => flush.label = Some((property_value(value, read_u128)?, u128::MAX)),
                6 => label_mask = property_value(value, read_u128)?,
                _ => return Err(UNKNOWN_PROPERTY),
            }
        }
        flush.mark = flush.mark.map(|(mark, _)| (mark, mark_mask));
        flush.label = flush.label.map(|(label, _)| (label, label_mask));
        Ok(flush)
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.protocol);
        put_zeros(out, 7);
        self.original.encode(0, out);
        self.reply.encode(1, out);
        if let Some(zone) = self.zone {
            put_u16_property(out, 2, zone);
        }
        if let Some((mark, mask)) = self.mark {
            put_u32_property(out, 3, mark);
            if mask != u32::MAX {
                put_u32_property(out, 4, mask);
            }
        }
        if let Some((label, mask)) = self.label {
            put_property(out, 5, |b| b.extend(label.to_be_bytes()));
            if mask != u128::MAX {
                put_property(out, 6, |b| b.extend(mask.to_be_bytes()));
            }
        }
    }
}
