//! Meters as `ovs-ofctl dump-meters`, `meter-stats` and `meter-features` print them.

use std::fmt::{self, Display, Formatter};

use super::config::{Band, BandKind, Meter, meter_flags, meter_id};
use super::statistics::{MeterFeatures, MeterStatistics};
use crate::text::Duration;

/// Flags in the order of their bits.
const FLAGS: [(u16, &str); 4] = [
    (meter_flags::KBPS, "kbps"),
    (meter_flags::PACKETS_PER_SECOND, "pktps"),
    (meter_flags::BURST, "burst"),
    (meter_flags::STATISTICS, "stats"),
];

/// `meter`, a separator, and the meter's number or name.
fn write_id(f: &mut Formatter<'_>, separator: char, id: u32) -> fmt::Result {
    write!(f, "meter{separator}")?;
    match id {
        0..=meter_id::MAX => id.fmt(f),
        meter_id::SLOWPATH => f.write_str("slowpath"),
        meter_id::CONTROLLER => f.write_str("controller"),
        meter_id::ALL => f.write_str("all"),
        _ => f.write_str("unknown"),
    }
}

/// `meter=1 kbps bands=`, then a line for each band.
impl Display for Meter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_id(f, '=', self.id)?;
        f.write_str(" ")?;
        let mut unknown = self.flags;
        for (bit, name) in FLAGS {
            if self.flags & bit != 0 {
                write!(f, "{name} ")?;
            }
            unknown &= !bit;
        }
        if unknown != 0 {
            write!(f, "flags:{unknown:#x} ")?;
        }
        f.write_str("bands=")?;
        for band in &self.bands {
            f.write_str("\n")?;
            band.write(f, self.flags)?;
        }
        f.write_str("\n")
    }
}

impl Band {
    fn write(&self, f: &mut Formatter<'_>, flags: u16) -> fmt::Result {
        let name = match self.kind {
            BandKind::Drop => "drop",
            BandKind::DscpRemark(_) => "dscp_remark",
        };
        write!(f, "type={name} rate={}", self.rate)?;
        if flags & meter_flags::BURST != 0 {
            write!(f, " burst_size={}", self.burst_size)?;
        }
        match self.kind {
            BandKind::DscpRemark(level) => write!(f, " prec_level={level}"),
            BandKind::Drop => Ok(()),
        }
    }
}

/// `meter:1 flow_count:0 …`, then a line for each band.
impl Display for MeterStatistics {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_id(f, ':', self.id)?;
        write!(f, " flow_count:{} packet_in_count:{}", self.flows, self.packets)?;
        let duration = Duration(self.duration);
        writeln!(f, " byte_in_count:{} duration:{duration} bands:", self.bytes)?;
        for (n, band) in self.bands.iter().enumerate() {
            writeln!(f, "{n}: packet_count:{} byte_count:{}", band.packets, band.bytes)?;
        }
        Ok(())
    }
}

impl Display for MeterFeatures {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (meters, bands, color) = (self.max_meters, self.max_bands, self.max_color);
        writeln!(f, "max_meter:{meters} max_bands:{bands} max_color:{color}")?;
        f.write_str("band_types: ")?;
        write_bits(f, self.band_types, &[(1 << 1, "drop"), (1 << 2, "dscp_remark")])?;
        f.write_str("\ncapabilities: ")?;
        write_bits(f, self.capabilities, &FLAGS.map(|(bit, name)| (u32::from(bit), name)))?;
        f.write_str("\n")
    }
}

/// Names of bits with blanks between, the rest as a number; `0` for none.
fn write_bits(f: &mut Formatter<'_>, bits: u32, names: &[(u32, &str)]) -> fmt::Result {
    let mut parts: Vec<String> = Vec::new();
    let mut rest = bits;
    for (bit, name) in names {
        if bits & bit != 0 {
            parts.push((*name).to_string());
            rest &= !bit;
        }
    }
    if rest != 0 || parts.is_empty() {
        parts.push(if rest == 0 { "0".to_string() } else { format!("{rest:#x}") });
    }
    f.write_str(&parts.join(" "))
}
