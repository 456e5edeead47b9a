use std::fmt;

use super::error::OvsdbError;
use super::tree::{Json, JsonObject};
use crate::schema::is_identifier;

/// What a member of an object may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Boolean,
    /// A number without fraction.
    Integer,
    /// Any number.
    Number,
    /// A string.
    String,
    /// A string that is an `<id>` of RFC 7047 section 3.1.
    Identifier,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    fn admits(self, json: &Json<'_>) -> bool {
        match self {
            Self::Boolean => matches!(json, Json::Boolean(_)),
            Self::Integer => matches!(json, Json::Integer(_)),
            Self::Number => matches!(json, Json::Integer(_) | Json::Real(_)),
            Self::String => matches!(json, Json::String(_)),
            Self::Identifier => json.as_str().is_some_and(is_identifier),
            Self::Array => matches!(json, Json::Array(_)),
            Self::Object => matches!(json, Json::Object(_)),
        }
    }
}

/// Reads the members of an object that must have certain members and no others.
///
/// The first error is kept while the other members are read, and told by [`ObjectReader::first_error`] and
/// [`ObjectReader::finish`] (ovsdb-server's `ovsdb_parser`).
pub struct ObjectReader<'j, 'a, 'n> {
    subject: &'n dyn fmt::Display,
    json: Option<(&'j Json<'a>, &'j JsonObject<'a>)>,
    used: Vec<&'n str>,
    error: Option<OvsdbError>,
}

impl<'j, 'a, 'n> ObjectReader<'j, 'a, 'n> {
    /// Starts with an object; the subject says in messages what it is.
    pub fn new(json: &'j Json<'a>, subject: &'n dyn fmt::Display) -> Self {
        let mut reader = Self {
            subject,
            json: json.as_object().map(|members| (json, members)),
            used: Vec::new(),
            error: None,
        };
        if reader.json.is_none() {
            reader.raise("Object expected.");
        }
        reader
    }

    /// A member that must be there; `None` if it is not, which the reader keeps as an error.
    pub fn required(&mut self, name: &'n str, kinds: &[Kind]) -> Option<&'j Json<'a>> {
        let (_, members) = self.json?;
        if members.get(name).is_none() {
            self.raise(format!("Required '{name}' member is missing."));
            return None;
        }
        self.optional(name, kinds)
    }

    /// A member that may be there; `None` if it is not, or is something else, which the reader keeps as an error.
    pub fn optional(&mut self, name: &'n str, kinds: &[Kind]) -> Option<&'j Json<'a>> {
        let (_, members) = self.json?;
        let value = members.get(name)?;
        if kinds.is_empty() || kinds.iter().any(|kind| kind.admits(value)) {
            self.used.push(name);
            return Some(value);
        }
        self.raise(format!("Type mismatch for member '{name}'."));
        None
    }

    /// Keeps an error unless there was one before.
    pub fn raise(&mut self, message: impl Into<String>) {
        if self.error.is_some() {
            return;
        }
        let details = format!("Parsing {} failed: {}", self.subject, message.into());
        let error = OvsdbError::new("syntax error", details);
        self.error = Some(match self.json {
            Some((json, _)) => error.about(json),
            None => error,
        });
    }

    /// The first error so far.
    ///
    /// # Errors
    /// A member was missing or something else, or an error was raised.
    pub fn first_error(&self) -> Result<(), OvsdbError> {
        self.error.clone().map_or(Ok(()), Err)
    }

    /// The end: no member is left that was not asked for.
    ///
    /// # Errors
    /// As [`ObjectReader::first_error`], or there are other members.
    pub fn finish(mut self) -> Result<(), OvsdbError> {
        if let (None, Some((_, members))) = (&self.error, self.json) {
            let unused = members.len() - members.iter().filter(|(name, _)| self.used.contains(name)).count();
            let first = members.iter().find(|(name, _)| !self.used.contains(name));
            if let Some((name, _)) = first {
                let others = match unused - 1 {
                    0 => " is".to_owned(),
                    1 => " and 1 other member are".to_owned(),
                    others => format!(" and {others} other members are"),
                };
                self.raise(format!("Member '{name}'{others} present but not allowed here."));
            }
        }
        self.error.map_or(Ok(()), Err)
    }
}
