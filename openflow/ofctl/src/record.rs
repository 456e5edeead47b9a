//! Flows with what `ovs-ofctl` once made of them, as a file: a row for each flow, and in it, after a tabulator each, for
//! each version the text that is shown and the bytes.

use std::fmt::Write;

use weft_openflow::Version;
use weft_openflow::parse::parse_flow;

use crate::compare::difference;
use crate::hexadecimal::{bytes, hexadecimal};
use crate::ofctl::{Ofctl, Shown};

/// The versions that are recorded, in their order in a row.
pub const RECORDED_VERSIONS: [Version; 2] = [Version::V1_3, Version::V1_5];

/// The content of a file about flows, each as a line of text that `ovs-ofctl` takes.
pub fn recorded(ofctl: &Ofctl, lines: &[String]) -> String {
    let shown = RECORDED_VERSIONS.map(|version| ofctl.parse_flows(lines, version));
    let mut file = String::new();
    for (n, line) in lines.iter().enumerate() {
        file.push_str(line);
        for shown in &shown {
            let shown = shown[n].as_ref().expect("ovs-ofctl takes it");
            write!(file, "\t{}\t{}", shown.text, hexadecimal(&shown.bytes)).expect("text grows");
        }
        file.push('\n');
    }
    file
}

/// Compares what we make of the flows of a file with what it says. Says what differs.
pub fn differences_of_record(file: &str) -> Vec<String> {
    let mut differences = Vec::new();
    for row in file.lines() {
        let mut columns = row.split('\t');
        let line = columns.next().unwrap_or_default();
        let flow = parse_flow(line).map_err(|error| error.to_string());
        for version in RECORDED_VERSIONS {
            let column = columns.next().zip(columns.next());
            let shown = column
                .and_then(|(text, digits)| Some(Shown { text: text.to_string(), bytes: bytes(digits)? }));
            let found = match (&flow, shown) {
                (Ok(flow), Some(shown)) => difference(flow, &shown, version),
                (Err(error), _) => Err(error.clone()),
                (_, None) => Err("the row does not say what it is shown as".to_string()),
            };
            differences.extend(found.err().map(|error| format!("OpenFlow {version}: {line}\n{error}")));
        }
    }
    differences
}
