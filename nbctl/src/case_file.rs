//! Case files: transactions as lines of JSON.

use serde_json::Value as Json;

use crate::error::FileError;

/// A line of a case file.
#[derive(Debug, Clone, PartialEq)]
pub enum CaseStep {
    /// `["NB", OPERATION…]`: a transaction on the Northbound database.
    Northbound(Vec<Json>),
    /// `["SB", OPERATION…]`: a transaction on the Southbound database, as ovn-controller would make it.
    /// Operations may name rows that northd makes, `["$dp", NB-UUID]` and the like.
    Southbound(Vec<Json>),
    /// `["SYNC", LABEL]`: everything before is to take effect.
    Settle(String),
}

/// Reads a case file: one JSON array a line, `["NB", …]`, `["SB", …]`, `["SYNC", LABEL]` or a remark
/// `["#", …]`. Empty lines are passed over.
///
/// # Errors
/// A line is something else.
pub fn read_case_file(text: &str) -> Result<Vec<CaseStep>, FileError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .filter_map(|(index, line)| read_step(line).map_err(|message| error(index, message)).transpose())
        .collect()
}

fn error(index: usize, message: String) -> FileError {
    FileError::Line { line: index + 1, message }
}

fn read_step(line: &str) -> Result<Option<CaseStep>, String> {
    let mut step: Vec<Json> = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let kind = step.first().and_then(Json::as_str).unwrap_or_default().to_owned();
    let rest = step.split_off(step.len().min(1));
    match kind.as_str() {
        "NB" => Ok(Some(CaseStep::Northbound(rest))),
        "SB" => Ok(Some(CaseStep::Southbound(rest))),
        "SYNC" => {
            let label = rest.first().and_then(Json::as_str).unwrap_or_default();
            Ok(Some(CaseStep::Settle(label.to_owned())))
        }
        "#" => Ok(None),
        _ => Err("a line begins with \"NB\", \"SB\", \"SYNC\" or \"#\"".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_transactions_points_of_rest_and_remarks() {
        let steps = read_case_file("[\"#\",\"x\"]\n\n[\"NB\",{\"op\":\"comment\"}]\n[\"SYNC\",\"load\"]\n");
        let expected = [
            CaseStep::Northbound(vec![serde_json::json!({"op": "comment"})]),
            CaseStep::Settle("load".to_owned()),
        ];
        assert_eq!(steps.unwrap(), expected);
        assert_eq!(
            read_case_file("[\"SYNC\"]\n[1]\n").unwrap_err().to_string().split(':').next(),
            Some("line 2")
        );
    }
}
