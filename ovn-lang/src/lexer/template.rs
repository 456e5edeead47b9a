//! Template variables: `^name` in the texts of load balancers' flows.

use std::fmt::Write;

use super::scanner::tokens;
use super::token::Kind;

/// What became of a text with template variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The text with all variables replaced; none if one has no value.
    pub text: Option<String>,
    /// The variables that the text names, in order, each once.
    pub variables: Vec<String>,
}

/// Replaces the template variables of `text` by their values (`lexer_parse_template_string`).
///
/// A text without variables comes back as it is, any other as its tokens without space between.
pub fn expand_templates<'v>(text: &str, value: impl Fn(&str) -> Option<&'v str>) -> Template {
    if !text.contains('^') {
        return Template { text: Some(text.to_string()), variables: Vec::new() };
    }
    let mut out = Some(String::new());
    let mut variables: Vec<String> = Vec::new();
    for token in tokens(text) {
        match token.kind {
            Kind::End => break,
            Kind::Template(name) => {
                if !variables.iter().any(|v| v == name) {
                    variables.push(name.to_string());
                }
                out = out.zip(value(name)).map(|(out, value)| out + value);
            }
            Kind::Error(_) => out = out.map(|out| out + &text[token.span]),
            kind => {
                if let Some(out) = &mut out {
                    // Writing to a string cannot fail.
                    let _ = write!(out, "{kind}");
                }
            }
        }
    }
    Template { text: out, variables }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_become_their_values_or_the_text_is_lost() {
        let value = |name: &str| (name == "vip").then_some("10.0.0.1");
        let whole = expand_templates("ip4.dst == ^vip && tcp", value);
        assert_eq!(whole.text.as_deref(), Some("ip4.dst==10.0.0.1&&tcp"));
        assert_eq!(whole.variables, ["vip"]);
        let lost = expand_templates("^vip ^port", value);
        assert_eq!((lost.text, lost.variables), (None, vec!["vip".to_string(), "port".to_string()]));
        assert_eq!(expand_templates("ip4 && tcp", value).text.as_deref(), Some("ip4 && tcp"));
    }
}
