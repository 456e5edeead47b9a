//! What the Southbound database should hold, what it holds, and the operations between the two.

pub mod blame;
pub mod columns;
pub mod content;
pub mod datapath_sets;
pub mod derivations;
pub mod flow_flush;
pub mod flow_operations;
pub mod flow_table;
#[cfg(test)]
mod flow_tests;
pub mod group_flush;
pub mod groups;
mod member_flush;
#[cfg(test)]
mod member_tests;
pub mod metadata;
mod referrers;
pub mod row_operations;
pub mod row_table;
#[cfg(test)]
mod row_tests;
pub mod rows;
pub mod shared_rows;
mod touched;
