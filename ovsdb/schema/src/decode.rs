//! Values from a JSON stream (RFC 7047 section 5.1), without a tree in between.

use std::fmt;
use std::sync::Arc;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, SeqAccess, Visitor};
use uuid::Uuid;

use crate::atom::{Atom, Real};
use crate::atom_map::AtomMap;
use crate::atom_set::AtomSet;
use crate::constraint::ConstraintError;
use crate::schema::ColumnSchema;
use crate::types::{AtomicType, ColumnType};
use crate::value::Value;

/// Decodes one column's `<value>` from any serde deserializer.
///
/// Types are checked while decoding; numbers of elements, ranges and enumerations are not, because a difference
/// (`modify` in `update2`) need not keep them. Errors name table and column.
#[derive(Clone, Copy, Debug)]
pub struct ColumnSeed<'a>(pub &'a ColumnSchema);

impl<'de> DeserializeSeed<'de> for ColumnSeed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer
            .deserialize_any(ValueVisitor(&self.0.column_type))
            .map_err(|error| D::Error::custom(format_args!("{}.{}: {error}", self.0.table, self.0.name)))
    }
}

impl ColumnSchema {
    /// Decodes JSON text and checks it against all of the column's constraints.
    ///
    /// # Errors
    /// The text is not JSON, not of the column's type, or violates a constraint.
    pub fn decode(&self, json: &str) -> Result<Value, ConstraintError> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let value = deserializer
            .deserialize_any(ValueVisitor(&self.column_type))
            .and_then(|value| deserializer.end().map(|()| value))
            .map_err(|error| self.error(error.to_string()))?;
        self.check(&value)?;
        Ok(value)
    }
}

/// The word that starts every JSON array in a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    Set,
    Map,
    Uuid,
    NamedUuid,
}

struct TagSeed;

impl<'de> DeserializeSeed<'de> for TagSeed {
    type Value = Tag;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tag, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for TagSeed {
    type Value = Tag;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("\"set\", \"map\", \"uuid\" or \"named-uuid\"")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Tag, E> {
        match text {
            "set" => Ok(Tag::Set),
            "map" => Ok(Tag::Map),
            "uuid" => Ok(Tag::Uuid),
            "named-uuid" => Ok(Tag::NamedUuid),
            other => Err(E::invalid_value(serde::de::Unexpected::Str(other), &self)),
        }
    }
}

fn read_tag<'de, A: SeqAccess<'de>>(sequence: &mut A) -> Result<Tag, A::Error> {
    sequence
        .next_element_seed(TagSeed)?
        .ok_or_else(|| A::Error::custom("an empty array where a value is expected"))
}

fn read_end<'de, A: SeqAccess<'de>>(sequence: &mut A) -> Result<(), A::Error> {
    match sequence.next_element::<IgnoredAny>()? {
        None => Ok(()),
        Some(_) => Err(A::Error::custom("an array with more than two elements")),
    }
}

/// Reads the second element of an array such as `["set", …]`.
fn read_second<'de, A, S>(sequence: &mut A, seed: S) -> Result<S::Value, A::Error>
where
    A: SeqAccess<'de>,
    S: DeserializeSeed<'de>,
{
    let value = sequence
        .next_element_seed(seed)?
        .ok_or_else(|| A::Error::custom("an array with fewer than two elements"))?;
    read_end(sequence)?;
    Ok(value)
}

fn read_uuid<'de, A: SeqAccess<'de>>(sequence: &mut A, tag: Tag) -> Result<Atom, A::Error> {
    match tag {
        Tag::Uuid => read_second(sequence, UuidSeed),
        Tag::NamedUuid => {
            read_second(sequence, std::marker::PhantomData::<String>).map(|name| Atom::NamedUuid(name.into()))
        }
        Tag::Set | Tag::Map => Err(A::Error::custom("a set or map where an atom is expected")),
    }
}

struct UuidSeed;

impl<'de> DeserializeSeed<'de> for UuidSeed {
    type Value = Atom;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Atom, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for UuidSeed {
    type Value = Atom;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a uuid")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Atom, E> {
        Uuid::try_parse(text)
            .map(Atom::Uuid)
            .map_err(|_| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }
}

/// Decodes an atom of a type.
#[derive(Clone, Copy)]
struct AtomSeed(AtomicType);

impl<'de> DeserializeSeed<'de> for AtomSeed {
    type Value = Atom;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Atom, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AtomSeed {
    type Value = Atom;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.name())
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Atom, E> {
        match self.0 {
            AtomicType::Boolean => Ok(Atom::Boolean(truth)),
            _ => Err(E::invalid_type(serde::de::Unexpected::Bool(truth), &self)),
        }
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Atom, E> {
        match self.0 {
            AtomicType::Integer => Ok(Atom::Integer(number)),
            AtomicType::Real => self.visit_f64(number as f64),
            _ => Err(E::invalid_type(serde::de::Unexpected::Signed(number), &self)),
        }
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Atom, E> {
        match i64::try_from(number) {
            Ok(number) => self.visit_i64(number),
            Err(_) if self.0 == AtomicType::Real => self.visit_f64(number as f64),
            Err(_) => Err(E::invalid_value(serde::de::Unexpected::Unsigned(number), &self)),
        }
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Atom, E> {
        let unexpected = || E::invalid_type(serde::de::Unexpected::Float(number), &self);
        match self.0 {
            AtomicType::Real => Real::new(number).map(Atom::Real).ok_or_else(unexpected),
            // A JSON writer may spell an integer as 1.0 or 1e3; beyond 2^53 such a spelling is ambiguous.
            AtomicType::Integer if number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0 => {
                Ok(Atom::Integer(number as i64))
            }
            _ => Err(unexpected()),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Atom, E> {
        match self.0 {
            AtomicType::String => Ok(Atom::String(Arc::from(text))),
            _ => Err(E::invalid_type(serde::de::Unexpected::Str(text), &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Atom, A::Error> {
        if self.0 != AtomicType::Uuid {
            return Err(A::Error::invalid_type(serde::de::Unexpected::Seq, &self));
        }
        let tag = read_tag(&mut sequence)?;
        read_uuid(&mut sequence, tag)
    }
}

/// Decodes the array of atoms inside `["set", …]`.
struct ElementsSeed(AtomSeed);

impl<'de> DeserializeSeed<'de> for ElementsSeed {
    type Value = AtomSet;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<AtomSet, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ElementsSeed {
    type Value = AtomSet;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the array of a set's elements")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<AtomSet, A::Error> {
        std::iter::from_fn(|| sequence.next_element_seed(self.0).transpose()).collect()
    }
}

/// Decodes the array of pairs inside `["map", …]`.
struct PairsSeed {
    key: AtomSeed,
    value: AtomSeed,
}

impl<'de> DeserializeSeed<'de> for PairsSeed {
    type Value = AtomMap;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<AtomMap, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for PairsSeed {
    type Value = AtomMap;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the array of a map's pairs")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<AtomMap, A::Error> {
        let pair = || PairSeed { key: self.key, value: self.value };
        std::iter::from_fn(|| sequence.next_element_seed(pair()).transpose()).collect()
    }
}

struct PairSeed {
    key: AtomSeed,
    value: AtomSeed,
}

impl<'de> DeserializeSeed<'de> for PairSeed {
    type Value = (Atom, Atom);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for PairSeed {
    type Value = (Atom, Atom);

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a pair of atoms")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let key =
            sequence.next_element_seed(self.key)?.ok_or_else(|| A::Error::custom("a pair without a key"))?;
        Ok((key, read_second(&mut sequence, self.value)?))
    }
}

/// Decodes a whole value of a type.
struct ValueVisitor<'a>(&'a ColumnType);

impl ValueVisitor<'_> {
    fn scalar<E: Error>(&self, atom: impl FnOnce(AtomSeed) -> Result<Atom, E>) -> Result<Value, E> {
        if self.0.is_map() {
            return Err(E::custom("an atom where a map is expected"));
        }
        atom(AtomSeed(self.0.key.atomic)).map(Value::scalar)
    }
}

impl<'de> Visitor<'de> for ValueVisitor<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_map() { "a map" } else { "an atom or a set" })
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Value, E> {
        self.scalar(|seed| seed.visit_bool(truth))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        self.scalar(|seed| seed.visit_i64(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        self.scalar(|seed| seed.visit_u64(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        self.scalar(|seed| seed.visit_f64(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        self.scalar(|seed| seed.visit_str(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let key = AtomSeed(self.0.key.atomic);
        match (read_tag(&mut sequence)?, &self.0.value) {
            (Tag::Set, None) => read_second(&mut sequence, ElementsSeed(key)).map(Value::Set),
            (Tag::Map, Some(value)) => {
                read_second(&mut sequence, PairsSeed { key, value: AtomSeed(value.atomic) }).map(Value::Map)
            }
            (tag, None) if self.0.key.atomic == AtomicType::Uuid => {
                read_uuid(&mut sequence, tag).map(Value::scalar)
            }
            (_, None) => Err(A::Error::custom("an array where an atom or a set is expected")),
            (_, Some(_)) => Err(A::Error::custom("a value where a map is expected")),
        }
    }
}
