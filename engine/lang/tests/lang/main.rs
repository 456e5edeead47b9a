//! The checker from the outside: what it says about rules, and what it makes of them.

mod language_reference;
mod names;
mod pipelines;
mod program;
mod rules;
mod support;
mod types;
