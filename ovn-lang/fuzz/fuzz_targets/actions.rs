//! Any text as actions: no panic, and what parses prints back to the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use weft_ovn_lang::action::{Context, Options, Pipeline, parse};
use weft_ovn_lang::symbol::SymbolTable;

fuzz_target!(|text: &str| {
    let symbols = SymbolTable::ovn();
    let context = Context { symbols, options: Options::ovn(), pipeline: Pipeline::Ingress, table: 10 };
    if let Ok(parsed) = parse(text, &context) {
        let printed = parsed.text(&context);
        assert_eq!(parse(&printed, &context).map(|again| again.text(&context)), Ok(printed));
    }
});
