//! Values from a JSON tree, as strictly and with the same complaints as ovsdb-server (`ovsdb_datum_from_json`).

use std::collections::HashMap;

use uuid::Uuid;

use crate::atom::{Atom, Real};
use crate::json::{Json, OvsdbError};
use crate::schema::is_identifier;
use crate::types::{AtomicType, BaseType, ColumnType};
use crate::value::Value;

/// The rows that a transaction names: `uuid-name` and `named-uuid` of RFC 7047 sections 5.2.1 and 5.1.
#[derive(Debug, Default)]
pub struct Symbols(HashMap<String, Symbol>);

#[derive(Debug)]
struct Symbol {
    uuid: Uuid,
    inserted: bool,
}

impl Symbols {
    /// The uuid that a name stands for; one is made up for a name that is new.
    pub fn uuid(&mut self, name: &str) -> Uuid {
        if let Some(symbol) = self.0.get(name) {
            return symbol.uuid;
        }
        let uuid = Uuid::new_v4();
        self.0.insert(name.to_owned(), Symbol { uuid, inserted: false });
        uuid
    }

    /// Names a row that is inserted, which gets the uuid if one is given. `None` if the name is taken.
    pub fn insert(&mut self, name: &str, uuid: Option<Uuid>) -> Option<Uuid> {
        let named = self.uuid(name);
        let symbol = self.0.get_mut(name).filter(|symbol| !symbol.inserted)?;
        symbol.inserted = true;
        symbol.uuid = uuid.unwrap_or(named);
        Some(symbol.uuid)
    }
}

impl ColumnType {
    /// Reads a `<value>` and checks it against all constraints. Named uuids are taken if there are symbols.
    ///
    /// # Errors
    /// The JSON is no value of this type, or violates a constraint.
    pub fn read(&self, json: &Json<'_>, symbols: Option<&mut Symbols>) -> Result<Value, OvsdbError> {
        let mut symbols = symbols;
        if let Some(value_type) = &self.value {
            let pairs = unwrap(json, "map", Json::as_array, "array")?;
            self.check_count(json, "map", pairs.len())?;
            let mut read = Vec::with_capacity(pairs.len());
            for pair in pairs {
                let Some([key, value]) = pair.as_array() else {
                    return Err(OvsdbError::syntax(pair, "expected 2-element array"));
                };
                let key = self.key.read(key, symbols.as_deref_mut())?;
                read.push((key, value_type.read(value, symbols.as_deref_mut())?));
            }
            let count = read.len();
            let map = Value::map(read);
            return if map.len() == count {
                Ok(map)
            } else {
                Err(OvsdbError::other("map contains duplicate key"))
            };
        }
        let is_set = matches!(json.as_array(), Some([Json::String(tag), ..]) if tag == "set");
        if !is_set {
            return self.key.read(json, symbols).map(Value::scalar);
        }
        let elements = unwrap(json, "set", Json::as_array, "array")?;
        self.check_count(json, "set", elements.len())?;
        let read = |element| self.key.read(element, symbols.as_deref_mut());
        let set = Value::set(elements.iter().map(read).collect::<Result<Vec<_>, _>>()?);
        if set.len() == elements.len() { Ok(set) } else { Err(OvsdbError::other("set contains duplicate")) }
    }

    fn check_count(&self, json: &Json<'_>, class: &str, count: usize) -> Result<(), OvsdbError> {
        let max = self.max.unwrap_or(u64::from(u32::MAX));
        if (self.min..=max).contains(&(count as u64)) {
            return Ok(());
        }
        Err(OvsdbError::syntax(
            json,
            match (self.min, max) {
                (1, 1) => format!("{class} must have exactly one member but {count} are present"),
                (min, max) => format!("{class} must have {min} to {max} members but {count} are present"),
            },
        ))
    }
}

impl BaseType {
    /// Reads an `<atom>` and checks it against all constraints.
    ///
    /// # Errors
    /// The JSON is no atom of this type, or violates a constraint.
    pub fn read(&self, json: &Json<'_>, symbols: Option<&mut Symbols>) -> Result<Atom, OvsdbError> {
        let atom = match (self.atomic, json) {
            (AtomicType::Integer, Json::Integer(number)) => Some(Atom::Integer(*number)),
            (AtomicType::Real, Json::Integer(number)) => Real::new(*number as f64).map(Atom::Real),
            (AtomicType::Real, Json::Real(number)) => Real::new(*number).map(Atom::Real),
            (AtomicType::Boolean, Json::Boolean(truth)) => Some(Atom::Boolean(*truth)),
            (AtomicType::String, Json::String(text)) => Some(Atom::string(text.as_ref())),
            (AtomicType::Uuid, json) => Some(read_uuid(json, symbols)?),
            _ => None,
        };
        let atom = atom.ok_or_else(|| OvsdbError::syntax(json, format!("expected {}", self.atomic)))?;
        self.check(&atom)?;
        Ok(atom)
    }
}

fn read_uuid(json: &Json<'_>, symbols: Option<&mut Symbols>) -> Result<Atom, OvsdbError> {
    let no_uuid = match unwrap(json, "uuid", Json::as_str, "string") {
        Ok(text) => {
            return parse_uuid(text)
                .map(Atom::Uuid)
                .ok_or_else(|| OvsdbError::syntax(json, format!("\"{text}\" is not a valid UUID")));
        }
        Err(error) => error,
    };
    let Some((symbols, name)) = symbols.zip(unwrap(json, "named-uuid", Json::as_str, "string").ok()) else {
        return Err(no_uuid);
    };
    if is_identifier(name) {
        Ok(Atom::Uuid(symbols.uuid(name)))
    } else {
        Err(OvsdbError::syntax(json, "named-uuid string is not a valid <id>"))
    }
}

/// A uuid in the only form that OVSDB takes: hyphenated, without braces (RFC 7047 section 3.1, `<uuid>`).
pub fn parse_uuid(text: &str) -> Option<Uuid> {
    if text.len() == 36 { Uuid::try_parse(text).ok() } else { None }
}

/// The second element of an array such as `["set", …]`.
fn unwrap<'j, 'a, T: ?Sized>(
    json: &'j Json<'a>,
    tag: &str,
    content: impl Fn(&'j Json<'a>) -> Option<&'j T>,
    kind: &str,
) -> Result<&'j T, OvsdbError> {
    match json.as_array() {
        Some([Json::String(found), inner]) if found == tag => content(inner),
        _ => None,
    }
    .ok_or_else(|| OvsdbError::syntax(json, format!("expected [\"{tag}\", <{kind}>]")))
}
