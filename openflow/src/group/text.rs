//! Groups as `ovs-ofctl dump-groups`, `dump-group-stats` and `dump-group-features` print them.

use std::fmt::{self, Display, Formatter};

use super::config::{Bucket, Group, GroupKind, SelectionMethod, bucket_id, default_weight, group_id};
use super::statistics::GroupStatistics;
use crate::action::Action;
use crate::port::Port;
use crate::text::{Duration, write_value};
use crate::version::Version;

impl GroupKind {
    /// Its name in `ovs-ofctl`.
    pub fn name(self) -> &'static str {
        match self {
            GroupKind::All => "all",
            GroupKind::Select => "select",
            GroupKind::Indirect => "indirect",
            GroupKind::FastFailover => "ff",
        }
    }
}

/// As in OpenFlow 1.5, where buckets have numbers: `group_id=1,type=all,bucket=bucket_id:0,actions=drop`.
impl Display for Group {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Version::V1_5))
    }
}

impl Group {
    /// Its text in `version`: before OpenFlow 1.5 buckets have no numbers.
    pub fn text(&self, version: Version) -> String {
        let mut text = format!("group_id={},type={}", self.id, self.kind.name());
        if let Some(selection) = &self.selection {
            text += &selection.to_string();
        }
        for bucket in &self.buckets {
            text += ",";
            text += &bucket.text(self.kind, version);
        }
        text
    }
}

/// `,selection_method=hash,fields(ip_src,ip_dst)`.
impl Display for SelectionMethod {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, ",selection_method={}", self.method)?;
        if self.parameter != 0 {
            write!(f, ",selection_method_param={}", self.parameter)?;
        }
        let (before, after) = match self.fields.len() {
            0 => return Ok(()),
            1 => (",fields=", ""),
            _ => (",fields(", ")"),
        };
        f.write_str(before)?;
        for (n, (field, mask)) in self.fields.iter().enumerate() {
            write!(f, "{}{field}", if n > 0 { "," } else { "" })?;
            let all = field.info().whole_mask();
            if *mask != all {
                f.write_str("=")?;
                write_value(f, *field, *mask, all)?;
            }
        }
        f.write_str(after)
    }
}

impl Bucket {
    /// Its text in a group of `kind`.
    fn text(&self, kind: GroupKind, version: Version) -> String {
        let mut text = "bucket=".to_string();
        if version >= Version::V1_5 {
            text += &match self.id {
                bucket_id::FIRST => "bucket_id:first,".to_string(),
                bucket_id::LAST => "bucket_id:last,".to_string(),
                bucket_id::ALL => "bucket_id:all,".to_string(),
                id => format!("bucket_id:{id},"),
            };
        }
        if self.weight != default_weight(kind) {
            text += &format!("weight:{},", self.weight);
        }
        if self.watch_port != Port::NONE {
            text += &format!("watch_port:{},", self.watch_port);
        }
        if self.watch_group != group_id::ANY {
            text += &format!("watch_group:{},", self.watch_group);
        }
        text += "actions=";
        text += &Action::list_text(&self.actions);
        text
    }
}

/// `group_id=1,duration=0.5s,ref_count=0,…`.
impl Display for GroupStatistics {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "group_id={},duration={},", self.id, Duration(self.duration))?;
        write!(f, "ref_count={},packet_count={}", self.references, self.packets)?;
        write!(f, ",byte_count={}", self.bytes)?;
        for (n, bucket) in self.buckets.iter().enumerate().filter(|(_, b)| b.packets != u64::MAX) {
            write!(f, ",bucket{n}:packet_count={},byte_count={}", bucket.packets, bucket.bytes)?;
        }
        Ok(())
    }
}
