//! The reference of the language is parsed as it is written.

use crate::reference;
use weft_syntax::{parse, span::FileId};

#[test]
fn every_block_of_the_reference_parses() {
    let blocks = reference::blocks();
    assert!(blocks.len() > 10, "the reference has {} blocks", blocks.len());
    for block in blocks {
        let parsed = parse(FileId(0), &block.text);
        assert_eq!(parsed.diagnostics, [], "block at line {} of LANGUAGE.md", block.line);
        assert!(!parsed.file.items.is_empty());
    }
}
