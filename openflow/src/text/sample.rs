//! Sampling.

use std::fmt::{self, Display, Formatter};

use crate::action::{Sample, Source};
use crate::port::Port;

impl Display for Source {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Source::Number(number) => number.fmt(f),
            Source::Field(bits) => bits.fmt(f),
        }
    }
}

impl Display for Sample {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "sample(probability={},collector_set_id={}", self.probability, self.collector_set)?;
        write!(f, ",obs_domain_id={},obs_point_id={}", self.domain, self.point)?;
        if self.port != Port::NONE {
            write!(f, ",sampling_port={}", self.port)?;
        }
        f.write_str(match self.direction {
            1 => ",ingress)",
            2 => ",egress)",
            _ => ")",
        })
    }
}
