//! From atoms to nodes: the order of joins, then the joins.

mod body;
mod order;
mod stream;
mod sub;

pub(crate) use stream::Stream;
