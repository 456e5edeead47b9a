//! `weft test`

mod compare;
mod constant;
mod expectation;
mod runner;
mod world;

use std::fmt::Write as _;
use std::time::Instant;

use weft_rules::registry;

use crate::options::TestOptions;
use crate::report::Report;
use crate::rules::compile_rules;
use crate::schemas::schemas_of;
use runner::Runner;

/// Runs the tests that stand beside the rules. A failed test is no error, but the report says so.
///
/// # Errors
/// The rules cannot be read, are wrong or cannot be run, or no test has the text in its name.
pub fn test(options: &TestOptions) -> anyhow::Result<Report> {
    let start = Instant::now();
    let compiled = compile_rules(options.rules.rules.as_deref())?;
    let schemas = schemas_of(&compiled.program)?;
    let hosts = registry();
    let filter = options.filter.as_deref().unwrap_or_default();
    let tests = compiled.program.tests.iter().filter(|test| test.name.contains(filter));
    let (mut passed, mut failed) = (0, 0);
    let mut output = String::new();
    for test in tests {
        let problems = Runner::new(&compiled, &schemas, &hosts)?.run(test)?;
        let verdict = if problems.is_empty() { "ok" } else { "FAILED" };
        // Writing into a string cannot fail.
        let _infallible = writeln!(output, "test {} ... {verdict}", test.name);
        for problem in &problems {
            let indented: String = problem.lines().map(|line| format!("    {line}\n")).collect();
            output.push_str(&indented);
        }
        *(if problems.is_empty() { &mut passed } else { &mut failed }) += 1;
    }
    if passed + failed == 0 && !filter.is_empty() {
        anyhow::bail!("no test has {filter:?} in its name; there are {}", compiled.program.tests.len());
    }
    let elapsed_ms = start.elapsed().as_millis();
    let summary = format!("{passed} passed, {failed} failed in {elapsed_ms} ms");
    Ok(Report { output, summary, has_failed: failed > 0 })
}
