//! Meters from text (`parse_ofp_meter_mod_str` in Open vSwitch).

use std::str::FromStr;

use super::error::ParseError;
use super::number::{u8_of, u32_of};
use super::pairs::Part;
use crate::meter::{Band, BandKind, Meter, meter_flags, meter_id};

const SEPARATORS: &[char] = &['=', ',', ' ', '\t', '\r', '\n'];

/// The form of `ovs-ofctl add-meter`, which is also the one that meters print as:
/// `meter=1 kbps burst bands=type=drop rate=100 burst_size=10`.
impl FromStr for Meter {
    type Err = ParseError;

    /// # Errors
    /// A meter without a number, a unit or bands, or with bands that have no rate, or a burst size where the
    /// flags have none.
    fn from_str(text: &str) -> Result<Meter, ParseError> {
        let text = Part::new(text);
        let missing = || text.error("a meter needs bands, as in `bands=type=drop rate=100`");
        let (head, bands) = text.split_once("band").ok_or_else(missing)?;
        let (_, bands) = bands.split_once("=").ok_or_else(missing)?;
        let mut meter = Meter { id: 0, flags: 0, bands: Vec::new() };
        let mut words = head.pieces(SEPARATORS);
        while let Some(word) = words.next() {
            match word.text {
                "kbps" => meter.flags |= meter_flags::KBPS,
                "pktps" => meter.flags |= meter_flags::PACKETS_PER_SECOND,
                "burst" => meter.flags |= meter_flags::BURST,
                "stats" => meter.flags |= meter_flags::STATISTICS,
                "meter" => meter.id = id(value_of(word, words.next())?)?,
                _ => {
                    let known = "meter, kbps, pktps, burst, stats and bands are";
                    return Err(word.error(format!("`{}` is not known of a meter: {known}", word.text)));
                }
            }
        }
        if meter.id == 0 {
            return Err(text.error("a meter needs a number, as in `meter=1`"));
        }
        let units = meter.flags & (meter_flags::KBPS | meter_flags::PACKETS_PER_SECOND);
        if units.count_ones() != 1 {
            return Err(text.error("a meter needs one unit, `kbps` or `pktps`"));
        }
        meter.bands = read_bands(bands, meter.flags & meter_flags::BURST != 0)?;
        Ok(meter)
    }
}

fn value_of<'a>(key: Part<'a>, value: Option<Part<'a>>) -> Result<Part<'a>, ParseError> {
    value.ok_or_else(|| key.error(format!("`{}` needs a value", key.text)))
}

fn id(value: Part<'_>) -> Result<u32, ParseError> {
    match value.text {
        "all" => Ok(meter_id::ALL),
        "controller" => Ok(meter_id::CONTROLLER),
        "slowpath" => Ok(meter_id::SLOWPATH),
        _ => match u32_of(value)? {
            id @ 1..=meter_id::MAX => Ok(id),
            _ => Err(value.error("numbers of meters go from 1 to 0xffff0000")),
        },
    }
}

/// A band as far as it is read.
struct Started<'a> {
    at: Part<'a>,
    remarks: bool,
    rate: u32,
    burst_size: u32,
    level: u8,
}

impl Started<'_> {
    fn finish(self, burst: bool) -> Result<Band, ParseError> {
        let Started { at, remarks, rate, burst_size, level } = self;
        let wrong = |message| Err(at.error(message));
        match (remarks, level) {
            (true, 0) => return wrong("a band of type dscp_remark needs a `prec_level`"),
            (false, 1..) => return wrong("only a band of type dscp_remark has a `prec_level`"),
            _ => {}
        }
        match (rate, burst, burst_size) {
            (0, ..) => wrong("a band needs a `rate`"),
            (_, true, 0) => wrong("a band needs a `burst_size` when the meter has `burst`"),
            (_, false, 1..) => wrong("a band has a `burst_size` only when the meter has `burst`"),
            _ => {
                let kind = if remarks { BandKind::DscpRemark(level) } else { BandKind::Drop };
                Ok(Band { kind, rate, burst_size })
            }
        }
    }
}

fn read_bands(text: Part<'_>, burst: bool) -> Result<Vec<Band>, ParseError> {
    let mut bands = Vec::new();
    let mut started: Option<Started<'_>> = None;
    let mut words = text.pieces(SEPARATORS);
    while let Some(key) = words.next() {
        let value = value_of(key, words.next())?;
        if key.text == "type" {
            let remarks = match value.text {
                "drop" => false,
                "dscp_remark" => true,
                _ => return Err(value.error("a band's type is `drop` or `dscp_remark`")),
            };
            let new = Started { at: key, remarks, rate: 0, burst_size: 0, level: 0 };
            if let Some(band) = started.replace(new) {
                bands.push(band.finish(burst)?);
            }
            continue;
        }
        let band = started.as_mut().ok_or_else(|| key.error("a band begins with its `type`"))?;
        match key.text {
            "rate" => band.rate = u32_of(value)?,
            "burst_size" => band.burst_size = u32_of(value)?,
            "prec_level" => band.level = u8_of(value)?,
            _ => {
                let known = "type, rate, burst_size and prec_level are";
                return Err(key.error(format!("`{}` is not known of a band: {known}", key.text)));
            }
        }
    }
    let last = started.ok_or_else(|| text.error("a meter needs bands, as in `bands=type=drop rate=100`"))?;
    bands.push(last.finish(burst)?);
    Ok(bands)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_meter_prints_is_that_meter() {
        for text in [
            "meter=1 kbps burst stats bands=\ntype=drop rate=100 burst_size=10\n",
            "meter=7 pktps bands=\ntype=dscp_remark rate=5 prec_level=1\ntype=drop rate=9\n",
            "meter=controller pktps bands=\ntype=drop rate=5\n",
        ] {
            assert_eq!(text.parse::<Meter>().map(|meter| meter.to_string()), Ok(text.to_string()));
        }
        let meter: Result<Meter, _> = "meter=0x10,kbps,band=type=drop,rate=0100".parse();
        let band = Band { kind: BandKind::Drop, rate: 64, burst_size: 0 };
        assert_eq!(meter, Ok(Meter { id: 16, flags: meter_flags::KBPS, bands: vec![band] }));
    }

    #[test]
    fn errors_have_a_place_and_a_way_out() {
        let error = |text: &str| text.parse::<Meter>().map_err(|e| (e.position, e.message)).unwrap_err();
        let cases = [
            ("meter=1 kbps", 0, "a meter needs bands, as in `bands=type=drop rate=100`"),
            ("kbps bands=type=drop rate=1", 0, "a meter needs a number, as in `meter=1`"),
            ("meter=1 bands=type=drop rate=1", 0, "a meter needs one unit, `kbps` or `pktps`"),
            ("meter=1 kbps bands=rate=1", 19, "a band begins with its `type`"),
            ("meter=1 kbps bands=type=drop", 19, "a band needs a `rate`"),
            (
                "meter=1 kbps bands=type=drop rate=1 burst_size=2",
                19,
                "a band has a `burst_size` only when the meter has `burst`",
            ),
            (
                "meter=1 kbps burst bands=type=drop rate=1",
                25,
                "a band needs a `burst_size` when the meter has `burst`",
            ),
            (
                "meter=1 kbps bands=type=drop rate=1 prec_level=2",
                19,
                "only a band of type dscp_remark has a `prec_level`",
            ),
            (
                "meter=1 speed=2 bands=type=drop rate=1",
                8,
                "`speed` is not known of a meter: meter, kbps, pktps, burst, stats and bands are",
            ),
            ("meter=0 kbps bands=type=drop rate=1", 6, "numbers of meters go from 1 to 0xffff0000"),
        ];
        for (text, position, message) in cases {
            assert_eq!(error(text), (position, message.to_string()), "{text}");
        }
    }
}
