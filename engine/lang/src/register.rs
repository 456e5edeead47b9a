//! Registers: places of OVN's fields, and whether those of one scope overlap.

use std::collections::BTreeMap;

use weft_syntax::ast::Name;
use weft_syntax::span::Span;

use crate::checker::Checker;
use crate::report::{Detail, error};

/// A register as written.
#[derive(Debug)]
pub(crate) struct Register<'a> {
    pub(crate) name: &'a Name,
    pub(crate) place: &'a str,
    pub(crate) place_span: Span,
    pub(crate) scopes: &'a [Name],
}

/// Bits of a field: `reg0[8..15]`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    field: String,
    low: u32,
    high: u32,
}

impl Place {
    /// Reads `field`, `field[bit]` and `field[low..high]`. A wide register is put down as the 32-bit
    /// registers it is made of, so that `xxreg0` and `reg1` are seen to overlap.
    fn parse(text: &str) -> Option<Place> {
        let (field, bits) = match text.split_once('[') {
            None => (text, None),
            Some((field, rest)) => (field, Some(rest.strip_suffix(']')?)),
        };
        if field.is_empty() || !field.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.') {
            return None;
        }
        let (base, offset, width) = base_register(field);
        let (low, high) = match bits.filter(|bits| !bits.is_empty()) {
            None => (0, width - 1),
            Some(bits) => match bits.split_once("..") {
                None => (bits.parse().ok()?, bits.parse().ok()?),
                Some((low, high)) => (low.parse().ok()?, high.parse().ok()?),
            },
        };
        (low <= high && high < width).then(|| Place { field: base, low: offset + low, high: offset + high })
    }

    fn overlaps(&self, other: &Place) -> bool {
        self.field == other.field && self.low <= other.high && other.low <= self.high
    }
}

/// The register file that a field is part of, its first bit there and its width. `xreg0` holds `reg0` in
/// its upper and `reg1` in its lower half, `xxreg0` the same with `xreg0` and `xreg1`.
fn base_register(field: &str) -> (String, u32, u32) {
    let number = |prefix: &str| field.strip_prefix(prefix).and_then(|number| number.parse::<u32>().ok());
    let file = |first_bit_from_top: u32, width: u32| {
        let group = first_bit_from_top / 128;
        (format!("registers {group}"), 128 - first_bit_from_top % 128 - width, width)
    };
    match (number("xxreg"), number("xreg"), number("reg")) {
        (Some(number @ 0..=63), _, _) => file(number * 128, 128),
        (_, Some(number @ 0..=127), _) => file(number * 64, 64),
        (_, _, Some(number @ 0..=255)) => file(number * 32, 32),
        _ => (field.to_owned(), 0, u32::MAX),
    }
}

impl<'a> Checker<'a> {
    /// Checks places and scopes of all registers, and that those of a scope do not overlap unless they
    /// are the same place.
    pub(crate) fn check_registers(&mut self) {
        let mut scopes: BTreeMap<&'a str, Vec<(Place, usize)>> = BTreeMap::new();
        for (position, register) in self.registers.iter().enumerate() {
            let Some(place) = Place::parse(register.place) else {
                let message = format!("`{}` is not a place of bits", register.place);
                let problem = error("E0406", register.place_span, message, "not a place");
                self.report.push(problem.help("write `reg0`, `reg0[3]` or `reg0[0..15]`".to_owned()));
                continue;
            };
            for scope in register.scopes {
                let others = scopes.entry(&scope.text).or_default();
                let clash = others.iter().find(|(other, _)| *other != place && other.overlaps(&place));
                if let Some((_, other)) = clash {
                    let other = &self.registers[*other];
                    let message = format!(
                        "the registers `{}` and `{}` overlap in `{}`",
                        other.name.text, register.name.text, scope.text
                    );
                    let problem = error("E0406", register.place_span, message, "has bits in common");
                    self.report.push(problem.related(other.place_span, "with this one"));
                }
                others.push((place.clone(), position));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_overlap_where_they_share_a_bit() {
        let overlap = |a: &str, b: &str| Place::parse(a).unwrap().overlaps(&Place::parse(b).unwrap());
        assert!(overlap("reg0[0..7]", "reg0[7]"));
        assert!(!overlap("reg0[0..7]", "reg0[8]"));
        assert!(overlap("xxreg0", "reg3"));
        assert!(!overlap("xxreg0", "reg4"));
        assert!(overlap("xreg0[0..31]", "reg1"));
        assert!(!overlap("xreg0[0..31]", "reg0"));
        assert!(overlap("flags.loopback", "flags.loopback"));
        assert_eq!(Place::parse("reg0[8..4]"), None);
        assert_eq!(Place::parse("reg0[32]"), None);
    }
}
