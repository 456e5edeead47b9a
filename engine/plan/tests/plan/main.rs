//! What plans look like.

mod bytes;
mod listing;
mod shape;
mod support;
