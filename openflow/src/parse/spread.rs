//! Spreading packets over links.

use super::error::ParseError;
use super::fields::{narrow, writable};
use super::number::{number, required_port, u16_of, u32_of};
use super::pairs::Part;
use crate::action::{Action, Bundle, BundleAlgorithm, HashFields, Multipath, MultipathAlgorithm};

const SEPARATORS: &[char] = &[',', ' '];

/// The next of the arguments, which are by place.
fn next<'a>(
    whole: Part<'_>,
    pieces: &mut impl Iterator<Item = Part<'a>>,
    what: &str,
) -> Result<Part<'a>, ParseError> {
    pieces.next().ok_or_else(|| whole.error(format!("{what} is missing")))
}

fn hash_fields(part: Part<'_>) -> Result<HashFields, ParseError> {
    HashFields::from_name(part.text).ok_or_else(|| part.error(format!("`{}` cannot be hashed", part.text)))
}

fn unknown_algorithm(part: Part<'_>) -> ParseError {
    part.error(format!("`{}` is not an algorithm here", part.text))
}

/// `fields,basis,algorithm,links,argument,bits`.
pub(super) fn multipath(part: Part<'_>) -> Result<Action, ParseError> {
    let mut pieces = part.pieces(SEPARATORS);
    let fields = hash_fields(next(part, &mut pieces, "what is hashed")?)?;
    let basis = u16_of(next(part, &mut pieces, "the basis")?)?;
    let algorithm = next(part, &mut pieces, "the algorithm")?;
    let algorithm =
        MultipathAlgorithm::from_name(algorithm.text).ok_or_else(|| unknown_algorithm(algorithm))?;
    let links_part = next(part, &mut pieces, "the number of links")?;
    let links = number(links_part, 0x1_0000)?;
    let max_link = links.checked_sub(1).ok_or_else(|| links_part.error("there is at least one link"))? as u16;
    let argument = u32_of(next(part, &mut pieces, "the argument of the algorithm")?)?;
    let target_part = next(part, &mut pieces, "the target")?;
    let target = narrow(target_part, writable(target_part)?)?;
    if !target.holds(max_link) {
        return Err(target_part.error("the target has not enough bits for all links"));
    }
    Ok(Action::Multipath(Multipath { fields, basis, algorithm, max_link, argument, target }))
}

/// `fields,basis,algorithm,ofport,members:port,port`, with bits before the members if they are to hold the port.
pub(super) fn bundle(part: Part<'_>, load: bool) -> Result<Action, ParseError> {
    let mut pieces = part.pieces(&[',', ' ', ':', '[', ']']);
    let names = part.split_once("members").or_else(|| part.split_once("slaves"));
    let (before, members) = names.ok_or_else(|| part.error("`members:` is missing"))?;
    let fields = hash_fields(next(part, &mut pieces, "what is hashed")?)?;
    let basis = u16_of(next(part, &mut pieces, "the basis")?)?;
    let algorithm = next(part, &mut pieces, "the algorithm")?;
    let algorithm = BundleAlgorithm::from_name(algorithm.text).ok_or_else(|| unknown_algorithm(algorithm))?;
    let kind = next(part, &mut pieces, "`ofport`")?;
    if !kind.text.eq_ignore_ascii_case("ofport") {
        return Err(kind.error("members of a bundle are of type ofport"));
    }
    let target_part = before.pieces(SEPARATORS).nth(4).filter(|_| load);
    let target = target_part.map(|part| narrow(part, writable(part)?)).transpose()?;
    if load && target.is_none_or(|bits| bits.bits < 16) {
        return Err(part.error("a port needs a target of 16 bits"));
    }
    let members =
        members.pieces(&[',', ' ', ':', '[', ']']).map(required_port).collect::<Result<Vec<_>, _>>()?;
    if members.len() > Bundle::MAX_MEMBERS {
        return Err(part.error(format!("a bundle has at most {} members", Bundle::MAX_MEMBERS)));
    }
    Ok(Action::Bundle(Box::new(Bundle { fields, basis, algorithm, target, members })))
}
