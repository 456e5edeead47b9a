//! Rule files: where they come from.

use std::fs;
use std::io;
use std::path::Path;

use weft_syntax::span::SourceFile;

/// All rule files below a directory, by path. Paths are relative, with `/`.
///
/// # Errors
/// What the file system says, for the first directory or file that cannot be read.
pub fn read_directory(root: &Path) -> io::Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    read_into(root, "", &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn read_into(directory: &Path, prefix: &str, files: &mut Vec<SourceFile>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        if entry.file_type()?.is_dir() {
            read_into(&entry.path(), &path, files)?;
        } else if name.ends_with(".weft") {
            files.push(SourceFile { path, text: fs::read_to_string(entry.path())? });
        }
    }
    Ok(())
}
