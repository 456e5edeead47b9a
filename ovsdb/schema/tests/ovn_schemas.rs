//! The embedded OVN schemas against an installed OVN's.

use std::path::PathBuf;

use weft_ovsdb_schema::{DatabaseSchema, northbound, parse, southbound, timer, to_json};

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn installed(file: &str) -> Option<DatabaseSchema> {
    let Some(prefix) = std::env::var_os("OVN_PREFIX") else {
        eprintln!("skipped: OVN_PREFIX does not name an installed OVN");
        return None;
    };
    let path = PathBuf::from(prefix).join("schemas").join(file);
    let text = std::fs::read_to_string(path).expect("the installed schema is readable");
    Some(parse(&text).expect("the installed schema is well formed"))
}

#[test]
fn the_embedded_schemas_are_the_versions_they_claim() {
    let (northbound, southbound) = (northbound().unwrap(), southbound().unwrap());
    assert_eq!((&*northbound.name, &*northbound.version), ("OVN_Northbound", "7.18.0"));
    assert_eq!((&*southbound.name, &*southbound.version), ("OVN_Southbound", "21.8.0"));
}

#[test]
fn the_embedded_schemas_survive_the_json_form() {
    for schema in [northbound().unwrap(), southbound().unwrap(), timer().unwrap()] {
        assert_eq!(parse(&to_json(&schema).to_string()).unwrap(), schema);
    }
}

#[test]
fn the_embedded_schemas_have_the_checksums_of_their_files() {
    let (northbound, southbound) = (northbound().unwrap(), southbound().unwrap());
    assert_eq!(northbound.checksum.as_deref(), Some("1537030958 45190"));
    assert_eq!(southbound.checksum.as_deref(), Some("614397313 36713"));
}

#[test]
fn the_northbound_schema_equals_the_installed_one() {
    if let Some(reference) = installed("ovn-nb.ovsschema") {
        assert_eq!(northbound().unwrap(), reference);
    }
}

#[test]
fn the_southbound_schema_equals_the_installed_one() {
    if let Some(reference) = installed("ovn-sb.ovsschema") {
        assert_eq!(southbound().unwrap(), reference);
    }
}
