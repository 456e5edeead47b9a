//! The two schemas of OVN, that of every server, and that of northd's timer, as facts of this program.

use crate::error::SchemaError;
use crate::schema::DatabaseSchema;
use crate::text::parse_text;

/// The schema of the Northbound database, `OVN_Northbound` 7.18.0.
///
/// # Errors
/// Never; a test reads the embedded text.
pub fn northbound() -> Result<DatabaseSchema, SchemaError> {
    parse_text(include_str!("../schemas/ovn-nb.schema"))
}

/// The schema of the Southbound database, `OVN_Southbound` 21.8.0.
///
/// # Errors
/// Never; a test reads the embedded text.
pub fn southbound() -> Result<DatabaseSchema, SchemaError> {
    parse_text(include_str!("../schemas/ovn-sb.schema"))
}

/// The schema of the database in which a server tells about its databases, `_Server` 1.2.0.
///
/// # Errors
/// Never; a test reads the embedded text.
pub fn server() -> Result<DatabaseSchema, SchemaError> {
    parse_text(include_str!("../schemas/server.schema"))
}

/// The schema by which rules speak of time, `Weft_Timer`; no server has such a database.
///
/// # Errors
/// Never; a test reads the embedded text.
pub fn timer() -> Result<DatabaseSchema, SchemaError> {
    parse_text(include_str!("../schemas/timer.schema"))
}
