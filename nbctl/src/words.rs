//! Words of a command line, as a shell splits it.

use crate::error::CommandError;

/// Splits a line into words: blanks separate, single quotes keep everything, double quotes keep all but
/// backslashes before `"` and `\`, a backslash keeps the next character. `#` at the start of a word
/// begins a comment.
///
/// # Errors
/// A quote is not closed.
pub fn split_words(line: &str) -> Result<Vec<String>, CommandError> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '#' if word.is_none() => break,
            blank if blank.is_whitespace() => words.extend(word.take()),
            quote @ ('\'' | '"') => {
                let word = word.get_or_insert_default();
                read_quoted(quote, &mut characters, word)?;
            }
            '\\' => {
                let next = characters
                    .next()
                    .ok_or_else(|| CommandError::Words("nothing follows the last backslash".to_owned()))?;
                word.get_or_insert_default().push(next);
            }
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

fn read_quoted(
    quote: char,
    characters: &mut std::str::Chars<'_>,
    word: &mut String,
) -> Result<(), CommandError> {
    let unclosed = || CommandError::Words(format!("a {quote} is not closed"));
    loop {
        match characters.next().ok_or_else(unclosed)? {
            end if end == quote => return Ok(()),
            '\\' if quote == '"' => {
                let next = characters.next().ok_or_else(unclosed)?;
                if !matches!(next, '"' | '\\' | '$' | '`') {
                    word.push('\\');
                }
                word.push(next);
            }
            other => word.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_backslashes_are_those_of_a_shell() {
        let words = split_words(r#"a 'b "c'  d\ e "f \"g\" \n" '' h"i"'j' # k"#).unwrap();
        assert_eq!(words, ["a", "b \"c", "d e", "f \"g\" \\n", "", "hij"]);
    }

    #[test]
    fn an_open_quote_is_an_error() {
        assert!(split_words("a 'b").is_err());
        assert!(split_words("a \\").is_err());
    }
}
