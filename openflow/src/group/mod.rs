//! Groups: lists of buckets of actions (OpenFlow 1.5.1, sections 5.10 and 7.3.4.3).

mod config;
mod fields;
mod statistics;
mod text;
mod wire;

pub use config::{Bucket, Group, GroupCommand, GroupKind, GroupMod, SelectionMethod, bucket_id, group_id};
pub use statistics::{BucketStatistics, GroupFeatures, GroupStatistics};
