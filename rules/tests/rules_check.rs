//! The rule files of the repository are correct.

use std::path::Path;

use weft_rules::CompileError;
use weft_syntax::render::{Style, render};
use weft_syntax::span::SourceFile;

#[test]
fn all_rules_check_without_a_diagnostic() {
    let files = weft_rules::read_directory(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    assert!(files.len() > 20, "the rules are not where the test looks for them");
    let checked = weft_rules::check(&files);
    let text = render(&checked.diagnostics, &files, Style::Plain);
    assert!(checked.diagnostics.is_empty(), "{text}");
}

#[test]
fn the_embedded_rules_are_those_of_the_directory_and_have_a_plan() {
    let files = weft_rules::read_directory(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let embedded = weft_rules::embedded_files();
    assert_eq!(
        embedded.iter().map(|f| (&f.path, &f.text)).collect::<Vec<_>>(),
        files.iter().map(|f| (&f.path, &f.text)).collect::<Vec<_>>()
    );
    let plan = weft_rules::embedded_plan().unwrap();
    assert!(!plan.heads.is_empty());
}

#[test]
fn rules_whose_flows_ovn_would_not_understand_are_not_compiled() {
    let text = "rule bad {\n    from p in SwitchPort\n    flow ls_in_l2_lkup[50] for p.switch {\n\
                \x20       match \"ip5.src == 10.0.0.1\" actions \"next;\"\n    }\n}\n";
    let mut files = weft_rules::embedded_files();
    files.push(SourceFile { path: "bad.weft".to_string(), text: text.to_string() });
    let Err(CompileError::Wrong(problems)) = weft_rules::compile(files) else { panic!("it is compiled") };
    assert!(problems.contains("error[E0501]") && problems.contains("bad.weft:4:16"), "{problems}");
}

#[test]
fn every_host_function_is_declared_as_it_is_registered() {
    let compiled = weft_rules::compile(weft_rules::embedded_files()).unwrap();
    let registered = weft_rules::registry();
    for function in &compiled.program.host_functions {
        assert!(registered.get(&function.name).is_some(), "{} is declared, but not there", function.name);
    }
    for (name, _) in registered.iter() {
        assert!(
            compiled.program.host_functions.iter().any(|function| function.name == name),
            "{name} is there, but not declared"
        );
    }
}
