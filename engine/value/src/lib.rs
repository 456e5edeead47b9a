//! Values of the rule engine: datums, rows and the interner.
//!
//! A [`Value`] is owned: what goes into the engine, comes out of it and passes through host functions.
//! Inside, a value is a [`Datum`] of 64 bits, and a record a [`Row`] of them. The [`Interner`] knows what
//! a datum stands for; equal values are equal datums, so joins compare machine words.

pub mod convert;
pub mod datum;
pub mod hash;
pub mod host;
pub mod interner;
pub mod order;
pub mod row;
mod store;
pub mod text;
pub mod value;

pub use datum::{Datum, DatumKind};
pub use hash::stable_hash;
pub use host::{HostEntry, HostFunction, HostRegistry};
pub use interner::{Interner, InternerSize};
pub use row::Row;
pub use value::Value;
