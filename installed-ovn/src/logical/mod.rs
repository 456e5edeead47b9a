//! The surroundings of logical flows: Southbound rows, and what an ovn-controller and its switch tell.

pub(crate) mod columns;
mod equipment;
mod local;
mod southbound;
mod world;

pub use equipment::{chassis_name, equipment};
pub use local::Local;
pub use southbound::{Port, Southbound};
pub use world::World;
