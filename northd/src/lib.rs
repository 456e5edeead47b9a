//! ovn-northd: from the Northbound to the Southbound database.

pub mod clock;
pub mod heads;
pub mod inputs;
pub mod monitored;
pub mod process;
pub mod sequence;
pub mod side;
pub mod southbound;
pub mod southbound_rows;
pub mod timer;
pub mod translator;
