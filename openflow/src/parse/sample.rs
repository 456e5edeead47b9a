//! Sampling.

use super::error::ParseError;
use super::fields::narrow;
use super::number::{required_port, u16_of, u32_of};
use super::pairs::{Pairs, Part};
use super::subfield::subfield;
use crate::action::{Action, Sample, Source};
use crate::port::Port;

pub(super) fn sample(part: Part<'_>) -> Result<Action, ParseError> {
    let mut found = Sample {
        probability: 0,
        collector_set: 0,
        domain: Source::Number(0),
        point: Source::Number(0),
        port: Port::NONE,
        direction: 0,
    };
    for pair in Pairs::new(part) {
        let value = pair.value;
        match pair.key.text {
            "probability" => found.probability = u16_of(value)?,
            "collector_set_id" => found.collector_set = u32_of(value)?,
            "obs_domain_id" => found.domain = source(value)?,
            "obs_point_id" => found.point = source(value)?,
            "sampling_port" => found.port = required_port(value)?,
            "ingress" => found.direction = 1,
            "egress" => found.direction = 2,
            other => {
                let known = "probability, collector_set_id, obs_domain_id, obs_point_id, sampling_port, ingress, egress";
                return Err(pair.key.error(format!("`{other}` is none of {known}")));
            }
        }
    }
    match found.probability {
        0 => Err(part.error("a probability from 1 to 65535 is missing")),
        _ => Ok(Action::Sample(found)),
    }
}

fn source(value: Part<'_>) -> Result<Source, ParseError> {
    if value.text.starts_with(|c: char| c.is_ascii_digit()) {
        return u32_of(value).map(Source::Number);
    }
    match subfield(value)? {
        bits if bits.bits <= 32 => narrow(value, bits).map(Source::Field),
        _ => Err(value.error("an observation domain or point has at most 32 bits")),
    }
}
