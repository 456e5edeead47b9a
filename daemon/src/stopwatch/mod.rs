//! How long things take: statistics of samples, and the control commands `stopwatch/*`.

mod percentile;
mod registry;
mod statistics;

pub use registry::{Stopwatch, Stopwatches};
pub use statistics::{Statistics, Unit};
