//! The rules under measurement.

use weft_plan::plan::Plan;

use crate::measure::text_argument;
use crate::server::Failure;

/// The plan of the rules built in, or of those in the folder that `--rules=DIR` names.
///
/// # Errors
/// When these rules do not compile.
pub fn plan() -> Result<Plan, Failure> {
    match text_argument("rules") {
        None => Ok(weft_rules::embedded_plan()?),
        Some(directory) => Ok(weft_rules::plan_of_directory(directory.as_ref())?),
    }
}
