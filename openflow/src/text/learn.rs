//! The learn action.

use std::fmt::{self, Display, Formatter};
use std::net::Ipv4Addr;

use super::value::{write_hex, write_value};
use crate::action::{Learn, LearnSource, LearnSpec, LearnTarget};

impl Display for Learn {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "learn(table={}", self.table)?;
        for (name, seconds) in [
            ("idle_timeout", self.idle_timeout_s),
            ("hard_timeout", self.hard_timeout_s),
            ("fin_idle_timeout", self.fin_idle_timeout_s),
            ("fin_hard_timeout", self.fin_hard_timeout_s),
        ] {
            if seconds != 0 {
                write!(f, ",{name}={seconds}")?;
            }
        }
        if self.priority != 0x8000 {
            write!(f, ",priority={}", self.priority)?;
        }
        if self.send_flow_removed {
            f.write_str(",send_flow_rem")?;
        }
        if self.delete_learned {
            f.write_str(",delete_learned")?;
        }
        if self.cookie != 0 {
            write!(f, ",cookie={:#x}", self.cookie)?;
        }
        if self.limit != 0 {
            write!(f, ",limit={}", self.limit)?;
        }
        if let Some(result) = self.result {
            write!(f, ",result_dst={result}")?;
        }
        for spec in &self.specs {
            write!(f, ",{spec}")?;
        }
        f.write_str(")")
    }
}

impl Display for LearnSpec {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (self.source, self.target) {
            (LearnSource::Value(value), LearnTarget::Match(to)) => {
                if to.offset == 0 && to.bits == to.field.bits() {
                    write!(f, "{}=", to.field)?;
                    write_value(f, to.field, value, to.field.info().full_mask())
                } else {
                    write!(f, "{to}=")?;
                    write_hex(f, value)
                }
            }
            (LearnSource::Field(from), LearnTarget::Match(to)) => {
                to.fmt(f)?;
                if from.field != to.field || from.offset != to.offset {
                    write!(f, "={from}")?;
                }
                Ok(())
            }
            (LearnSource::Value(value), LearnTarget::Load(to)) => {
                f.write_str("load:")?;
                write_hex(f, value)?;
                write!(f, "->{to}")
            }
            (LearnSource::Field(from), LearnTarget::Load(to)) => write!(f, "load:{from}->{to}"),
            (LearnSource::Field(from), LearnTarget::Output(_)) => write!(f, "output:{from}"),
            (LearnSource::Value(value), LearnTarget::Output(_)) => {
                write!(f, "output:{}", Ipv4Addr::from(value as u32))
            }
        }
    }
}
