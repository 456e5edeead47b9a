//! The reference of the language is parsed as it is written.

use weft_syntax::{parse, span::FileId};

/// The text of every block marked `weft`, with the line where it begins.
fn blocks(document: &str) -> Vec<(usize, String)> {
    let mut blocks: Vec<(usize, String)> = Vec::new();
    let mut inside = false;
    for (number, line) in document.lines().enumerate() {
        if inside {
            if line == "```" {
                inside = false;
            } else if let Some((_, text)) = blocks.last_mut() {
                text.push_str(line);
                text.push('\n');
            }
        } else if line == "```weft" {
            inside = true;
            blocks.push((number + 2, String::new()));
        }
    }
    blocks
}

#[test]
fn every_block_of_the_reference_parses() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules/LANGUAGE.md");
    let document = std::fs::read_to_string(path).unwrap();
    let blocks = blocks(&document);
    assert!(blocks.len() > 10, "the reference has {} blocks", blocks.len());
    for (line, text) in blocks {
        let parsed = parse(FileId(0), &text);
        assert_eq!(parsed.diagnostics, [], "block at line {line} of LANGUAGE.md");
        assert_eq!(parsed.tree.text().to_string(), text);
        assert!(!parsed.file.items.is_empty());
    }
}
