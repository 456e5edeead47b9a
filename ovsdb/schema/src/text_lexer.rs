use crate::error::SchemaError;

/// A piece of one line of the compact text form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// A run of characters that are neither white space nor punctuation.
    Word(String),
    /// A string literal, written as in JSON.
    Quoted(String),
    /// Two dots between the ends of a range.
    Range,
    /// One of `{ } ( ) ,`.
    Mark(char),
}

impl Token {
    /// The token as the author wrote it, for messages.
    pub(crate) fn show(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Quoted(text) => format!("{text:?}"),
            Self::Range => "..".to_owned(),
            Self::Mark(mark) => mark.to_string(),
        }
    }
}

/// Splits a line into tokens; `#` outside a string starts a comment.
pub(crate) fn tokens(line: usize, text: &str) -> Result<Vec<Token>, SchemaError> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        rest = match first {
            '#' => return Ok(tokens),
            '{' | '}' | '(' | ')' | ',' => {
                tokens.push(Token::Mark(first));
                &rest[1..]
            }
            '"' => {
                let mut strings = serde_json::Deserializer::from_str(rest).into_iter::<String>();
                let message = |message: String| SchemaError::Text { line, message };
                let string = strings.next().ok_or_else(|| message("a string is not closed".to_owned()))?;
                tokens.push(Token::Quoted(string.map_err(|error| message(format!("bad string: {error}")))?));
                &rest[strings.byte_offset()..]
            }
            _ if rest.starts_with("..") => {
                tokens.push(Token::Range);
                &rest[2..]
            }
            _ => {
                let (word, after) = rest.split_at(word_length(rest));
                tokens.push(Token::Word(word.to_owned()));
                after
            }
        };
        rest = rest.trim_start();
    }
    Ok(tokens)
}

fn word_length(text: &str) -> usize {
    let ends = |(at, character): (usize, char)| {
        let stop =
            character.is_whitespace() || "{}(),#\"".contains(character) || text[at..].starts_with("..");
        stop.then_some(at)
    };
    text.char_indices().find_map(ends).unwrap_or(text.len())
}
