//! The reference of the language is parsed as it is written.

use std::{fs, path::PathBuf};

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

#[test]
fn every_rule_file_parses() {
    let mut folders = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules"))];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "weft") {
                let parsed = parse(FileId(0), &fs::read_to_string(&path).unwrap());
                assert_eq!(parsed.diagnostics, [], "{}", path.display());
                count += 1;
            }
        }
    }
    assert!(count > 0);
}
