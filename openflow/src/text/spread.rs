//! Spreading packets over links, and encapsulation.

use std::fmt::{self, Display, Formatter};

use super::value::write_hex;
use crate::action::{Bundle, Encapsulation, EncapsulationProperty, HEADERS, Multipath};

impl Display for Bundle {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let action = if self.target.is_some() { "bundle_load" } else { "bundle" };
        let (fields, algorithm) = (self.fields.name(), self.algorithm.name());
        write!(f, "{action}({fields},{},{algorithm},ofport,", self.basis)?;
        if let Some(target) = self.target {
            write!(f, "{target},")?;
        }
        f.write_str("members:")?;
        for (n, member) in self.members.iter().enumerate() {
            write!(f, "{}{member}", if n > 0 { "," } else { "" })?;
        }
        f.write_str(")")
    }
}

impl Display for Multipath {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (fields, algorithm) = (self.fields.name(), self.algorithm.name());
        let links = u32::from(self.max_link) + 1;
        write!(f, "multipath({fields},{},{algorithm},{links},{},{})", self.basis, self.argument, self.target)
    }
}

impl Display for Encapsulation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = HEADERS.iter().find(|h| h.1 == self.packet_type).map_or("UNKNOWN", |h| h.0);
        write!(f, "encap({name}")?;
        for (n, property) in self.properties.iter().enumerate() {
            write!(f, "{}{property}", if n > 0 { "," } else { "(" })?;
        }
        f.write_str(if self.properties.is_empty() { ")" } else { "))" })
    }
}

impl Display for EncapsulationProperty {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            EncapsulationProperty::NshMetadataType(kind) => write!(f, "md_type={kind}"),
            EncapsulationProperty::NshMetadata { class, kind, data } => {
                write!(f, "tlv({class:#06x},{kind},")?;
                write_bytes(f, data)?;
                f.write_str(")")
            }
        }
    }
}

/// Bytes as one hexadecimal number of any length, without zeros in front.
fn write_bytes(f: &mut Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    let significant = bytes.iter().position(|&byte| byte != 0).map_or(&[][..], |first| &bytes[first..]);
    let Some((first, rest)) = significant.split_first() else { return f.write_str("0") };
    write_hex(f, (*first).into())?;
    rest.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}
