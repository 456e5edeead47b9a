//! Facts about the languages of logical flows.
//!
//! `vectors/*.txt` hold inputs of the tests of OVN 26.03.1 and what became of them there, one fact a line:
//! tokens, canonical text, prerequisites, flows, encodings, and for errors (`!`) the token where they are.
//! `vectors/northd.tsv` holds one logical flow of each shape that its northd wrote on many databases.

mod actions;
mod any_text;
mod evaluation;
mod garbage;
mod incremental;
mod matches;
mod northd;
mod random;
mod reference;
mod world;
