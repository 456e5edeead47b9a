//! From text to tokens (OVN's `lib/lex.c`).

mod escape;
mod number;
mod scanner;
mod stream;
mod template;
mod token;

pub use escape::write_quoted;
pub use number::{Number, NumberFormat};
pub use scanner::tokens;
pub(crate) use stream::Stream;
pub use template::{Template, expand_templates};
pub use token::{Kind, Token};
