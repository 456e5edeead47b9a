//! Any text as a match: no panic, and what parses prints back to the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use weft_ovn_lang::expr::parse;
use weft_ovn_lang::symbol::SymbolTable;

fuzz_target!(|text: &str| {
    let table = SymbolTable::ovn();
    if let Ok(expr) = parse(text, table) {
        let printed = expr.text(table);
        assert_eq!(parse(&printed, table).map(|again| again.text(table)), Ok(printed));
        let _ = expr.annotated(table).map(|annotated| annotated.simplified(table));
    }
});
