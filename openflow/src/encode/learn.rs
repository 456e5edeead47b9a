//! The learn action.

use super::buffer::{nicira, put_u16};
use super::entry::{nxm_header, put_header};
use crate::action::{Learn, LearnSource, LearnTarget};
use crate::subfield::Subfield;
use crate::wire::learn::{
    DELETE_LEARNED, FROM_VALUE, SEND_FLOW_REMOVED, TO_LOAD, TO_MATCH, TO_OUTPUT, WRITE_RESULT,
};

/// Appends `learn` in its second form if it has a limit or a result, else in the first.
pub(super) fn put_learn(out: &mut Vec<u8>, learn: &Learn) {
    let second = learn.limit != 0 || learn.result.is_some();
    nicira(out, if second { 45 } else { 16 }, |b| {
        put_u16(b, learn.idle_timeout_s);
        put_u16(b, learn.hard_timeout_s);
        put_u16(b, learn.priority);
        b.extend(learn.cookie.to_be_bytes());
        let flags = if learn.send_flow_removed { SEND_FLOW_REMOVED } else { 0 }
            | if learn.delete_learned { DELETE_LEARNED } else { 0 }
            | if learn.result.is_some() { WRITE_RESULT } else { 0 };
        put_u16(b, flags);
        b.extend([learn.table, 0]);
        put_u16(b, learn.fin_idle_timeout_s);
        put_u16(b, learn.fin_hard_timeout_s);
        if second {
            b.extend(learn.limit.to_be_bytes());
            put_u16(b, learn.result.map_or(0, |r| r.offset as u16));
            put_u16(b, 0);
            if let Some(result) = learn.result {
                put_header(b, result.field, 0);
            }
        }
        for spec in &learn.specs {
            put_spec(b, spec.bits(), spec.source, spec.target);
        }
    });
}

fn put_spec(out: &mut Vec<u8>, bits: u32, source: LearnSource, target: LearnTarget) {
    let from = if matches!(source, LearnSource::Value(_)) { FROM_VALUE } else { 0 };
    let to = match target {
        LearnTarget::Match(_) => TO_MATCH,
        LearnTarget::Load(_) => TO_LOAD,
        LearnTarget::Output(_) => TO_OUTPUT,
    };
    put_u16(out, bits as u16 | from | to);
    match source {
        LearnSource::Field(from) => put_bits(out, from),
        LearnSource::Value(value) => {
            let bytes = 2 * bits.div_ceil(16) as usize;
            out.extend(&value.to_be_bytes()[16 - bytes..]);
        }
    }
    if let LearnTarget::Match(to) | LearnTarget::Load(to) = target {
        put_bits(out, to);
    }
}

fn put_bits(out: &mut Vec<u8>, bits: Subfield) {
    out.extend(nxm_header(bits.field).to_be_bytes());
    put_u16(out, bits.offset as u16);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::LearnSpec;
    use crate::field::Field;

    #[test]
    fn specs_follow_the_fixed_part() {
        let metadata = Subfield::whole(Field::METADATA);
        let learn = Learn {
            table: 78,
            idle_timeout_s: 30,
            delete_learned: true,
            specs: vec![
                LearnSpec { source: LearnSource::Field(metadata), target: LearnTarget::Match(metadata) },
                LearnSpec {
                    source: LearnSource::Value(1),
                    target: LearnTarget::Load(Subfield::new(Field::reg(10), 14, 1)),
                },
            ],
            ..Learn::default()
        };
        let mut out = Vec::new();
        put_learn(&mut out, &learn);
        let text: String = out.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(
            text,
            "ffff0038000023200010001e0000800000000000000000000002\
             4e0000000000\
             0040800004080000800004080000\
             280100010001 1404000e"
                .replace(' ', "")
        );
    }
}
