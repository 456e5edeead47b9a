//! Meters: what passes them is limited (OpenFlow 1.5.1, sections 5.11 and 7.3.4.4).

mod config;
mod statistics;
mod text;
mod wire;

pub use config::{Band, BandKind, Meter, MeterCommand, MeterMod, meter_flags, meter_id};
pub use statistics::{BandStatistics, MeterFeatures, MeterStatistics};
