//! The rule text in the reference of the language.

/// A block marked `weft`.
pub(crate) struct Block {
    /// The line where its text begins.
    pub(crate) line: usize,
    /// Its text.
    pub(crate) text: String,
}

/// The blocks of the reference.
pub(crate) fn blocks() -> Vec<Block> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules/LANGUAGE.md");
    let document = std::fs::read_to_string(path).unwrap();
    let mut blocks: Vec<Block> = Vec::new();
    let mut inside = false;
    for (number, line) in document.lines().enumerate() {
        if inside {
            if line == "```" {
                inside = false;
            } else if let Some(block) = blocks.last_mut() {
                block.text.push_str(line);
                block.text.push('\n');
            }
        } else if line == "```weft" {
            inside = true;
            blocks.push(Block { line: number + 2, text: String::new() });
        }
    }
    blocks
}

/// All blocks as one file.
pub(crate) fn text() -> String {
    blocks().into_iter().map(|block| block.text).collect()
}
