//! The tests beside the rules.

use std::process::Command;

#[test]
fn all_tests_beside_the_rules_pass() {
    let output = Command::new(env!("CARGO_BIN_EXE_weft")).arg("test").output().unwrap();
    let (lines, summary) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{lines}{summary}");
    assert!(lines.lines().count() > 30, "the tests are not where the rules are: {summary}");
}
