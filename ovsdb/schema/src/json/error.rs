use std::borrow::Cow;
use std::fmt;

use super::tree::Json;
use super::write::write_json_string;

/// An `<error>` of RFC 7047 section 3.1, with the members that ovsdb-server adds.
///
/// Clients match on the texts, so that they are those of ovsdb-server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OvsdbError {
    /// The member `error`: which kind of error.
    pub tag: Cow<'static, str>,
    /// The member `details`: what is wrong.
    pub details: String,
    /// The member `syntax`: the JSON that is wrong.
    pub syntax: Option<String>,
    /// The member `io-error`: what the operating system said.
    pub io_error: Option<String>,
}

impl OvsdbError {
    /// An error of a kind that RFC 7047 section 5.2 names, such as `constraint violation`.
    pub fn new(tag: impl Into<Cow<'static, str>>, details: impl Into<String>) -> Self {
        Self { tag: tag.into(), details: details.into(), syntax: None, io_error: None }
    }

    /// An error of no special kind.
    pub fn other(details: impl Into<String>) -> Self {
        Self::new("ovsdb error", details)
    }

    /// JSON that is not what it must be.
    pub fn syntax(json: &Json<'_>, details: impl Into<String>) -> Self {
        Self::new("syntax error", details).about(json)
    }

    /// A value outside what the schema allows.
    pub fn constraint(details: impl Into<String>) -> Self {
        Self::new("constraint violation", details)
    }

    /// A row that refers to a row that is not there.
    pub fn referential_integrity(details: impl Into<String>) -> Self {
        Self::new("referential integrity violation", details)
    }

    /// A broken invariant of the program.
    pub fn internal(details: impl Into<String>) -> Self {
        Self::new("internal error", details)
    }

    /// Names the JSON that is wrong.
    #[must_use]
    pub fn about(mut self, json: &Json<'_>) -> Self {
        self.syntax = Some(json.to_string());
        self
    }

    /// Appends the JSON object.
    pub fn write_json(&self, out: &mut String) {
        out.push('{');
        if !self.details.is_empty() {
            out.push_str("\"details\":");
            write_json_string(&self.details, out);
            out.push(',');
        }
        out.push_str("\"error\":");
        write_json_string(&self.tag, out);
        for (name, text) in [("io-error", &self.io_error), ("syntax", &self.syntax)] {
            if let Some(text) = text {
                out.push_str(",\"");
                out.push_str(name);
                out.push_str("\":");
                write_json_string(text, out);
            }
        }
        out.push('}');
    }

    /// The JSON object as text.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write_json(&mut out);
        out
    }
}

impl fmt::Display for OvsdbError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(syntax) = &self.syntax {
            write!(formatter, "syntax \"{syntax}\": ")?;
        }
        formatter.write_str(&self.tag)?;
        if !self.details.is_empty() {
            write!(formatter, ": {}", self.details)?;
        }
        match &self.io_error {
            Some(error) => write!(formatter, " ({error})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for OvsdbError {}
