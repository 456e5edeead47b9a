//! Events and tokens to the lossless tree.

use rowan::{GreenNodeBuilder, Language};

use crate::{
    kind::{SyntaxKind, SyntaxNode, Weft},
    lexer::Token,
    parser::Event,
};

/// The tree of a text. Trivia stand before the node that begins with the token after them, so that a
/// node is no longer than what it means.
pub(crate) fn build(text: &str, tokens: &[Token], mut events: Vec<Event>) -> SyntaxNode {
    let mut builder = Builder { text, tokens, position: 0, green: GreenNodeBuilder::new() };
    builder.green.start_node(Weft::kind_to_raw(SyntaxKind::File));
    let mut around = Vec::new();
    for index in 0..events.len() {
        match take(&mut events, index) {
            Event::Start { kind, parent } => {
                around.extend(kind);
                let mut next = parent.map(|distance| index + distance as usize);
                while let Some(at) = next {
                    let Event::Start { kind, parent } = take(&mut events, at) else { break };
                    around.extend(kind);
                    next = parent.map(|distance| at + distance as usize);
                }
                // A node without tokens stays where it is; any other begins at its first token.
                if !around.is_empty() && !matches!(events.get(index + 1), Some(Event::Finish)) {
                    builder.trivia();
                }
                for kind in around.drain(..).rev() {
                    builder.green.start_node(Weft::kind_to_raw(kind));
                }
            }
            Event::Finish => builder.green.finish_node(),
            Event::Token => {
                builder.trivia();
                builder.token();
            }
        }
    }
    while builder.position < tokens.len() {
        builder.token();
    }
    builder.green.finish_node();
    SyntaxNode::new_root(builder.green.finish())
}

/// Takes an event out, leaving one without effect.
fn take(events: &mut [Event], index: usize) -> Event {
    let nothing = Event::Start { kind: None, parent: None };
    events.get_mut(index).map_or(nothing, |event| std::mem::replace(event, nothing))
}

struct Builder<'a> {
    text: &'a str,
    tokens: &'a [Token],
    position: usize,
    green: GreenNodeBuilder<'static>,
}

impl Builder<'_> {
    fn token(&mut self) {
        if let Some(token) = self.tokens.get(self.position) {
            let text = self.text.get(token.start as usize..token.end as usize).unwrap_or_default();
            self.green.token(Weft::kind_to_raw(token.kind), text);
            self.position += 1;
        }
    }

    fn trivia(&mut self) {
        while self.tokens.get(self.position).is_some_and(|token| token.kind.is_trivia()) {
            self.token();
        }
    }
}
