//! Sampling.

use super::buffer::{nicira, put_u16};
use super::entry::nxm_header;
use crate::action::{Sample, Source};
use crate::port::Port;

pub(super) fn put_sample(out: &mut Vec<u8>, sample: &Sample) {
    let head = |b: &mut Vec<u8>| {
        put_u16(b, sample.probability);
        b.extend(sample.collector_set.to_be_bytes());
    };
    let tail = |b: &mut Vec<u8>| {
        put_u16(b, sample.port.0);
        b.extend([sample.direction, 0, 0, 0, 0, 0]);
    };
    let (Source::Number(domain), Source::Number(point)) = (sample.domain, sample.point) else {
        return nicira(out, 51, |b| {
            head(b);
            put_source(b, sample.domain);
            put_source(b, sample.point);
            tail(b);
        });
    };
    let subtype = match (sample.direction, sample.port) {
        (0, Port::NONE) => 29,
        (0, _) => 38,
        _ => 41,
    };
    nicira(out, subtype, |b| {
        head(b);
        b.extend(domain.to_be_bytes());
        b.extend(point.to_be_bytes());
        if subtype != 29 {
            tail(b);
        }
    });
}

fn put_source(out: &mut Vec<u8>, source: Source) {
    match source {
        Source::Number(number) => {
            out.extend([0; 4]);
            out.extend(number.to_be_bytes());
        }
        Source::Field(bits) => {
            out.extend(nxm_header(bits.field).to_be_bytes());
            put_u16(out, bits.offset_and_width());
            put_u16(out, 0);
        }
    }
}
