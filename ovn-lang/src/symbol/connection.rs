//! OVN's symbols: connection tracking.

use weft_openflow::Field;

use super::definition::Scope;
use super::table::{SymbolError, SymbolTable};

/// Names of the bits of `ct_state`, lowest first.
const STATES: [&str; 8] = ["new", "est", "rel", "rpl", "inv", "trk", "snat", "dnat"];

const MARKS: [(&str, &str); 8] = [
    ("ct_mark.blocked", "ct_mark[0]"),
    ("ct_mark.natted", "ct_mark[1]"),
    ("ct_mark.ecmp_reply_port", "ct_mark[16..31]"),
    ("ct_mark.skip_snat", "ct_mark[2]"),
    ("ct_mark.force_snat", "ct_mark[3]"),
    ("ct_mark.obs_stage", "ct_mark[4..5]"),
    ("ct_mark.allow_established", "ct_mark[6]"),
    ("ct_mark.obs_collector_id", "ct_mark[16..23]"),
];

const LABELS: [(&str, &str); 9] = [
    ("ct_label.ecmp_reply_eth", "ct_label[32..79]"),
    ("ct_label.label", "ct_label[96..127]"),
    ("ct_label.obs_point_id", "ct_label[96..127]"),
    ("ct_label.obs_unused", "ct_label[0..95]"),
    ("ct_label.acl_id", "ct_label[80..95]"),
    ("ct_label.nf", "ct_label[7]"),
    ("ct_label.nf_id", "ct_label[17..24]"),
    ("ct_label.tun_if", "ct_label[8]"),
    ("ct_label.tun_if_id", "ct_label[80..95]"),
];

pub(super) fn define(table: &mut SymbolTable) -> Result<(), SymbolError> {
    table.add_field("ct_mark", Field::CT_MARK, "", false, Scope::Commit)?;
    table.add_field("ct_label", Field::CT_LABEL, "", false, Scope::Commit)?;
    for (name, bits) in MARKS.into_iter().chain(LABELS) {
        table.add_subfield(name, "", bits, Scope::Commit)?;
    }
    table.add_field("ct_state", Field::CT_STATE, "", false, Scope::Default)?;
    for (bit, name) in STATES.into_iter().enumerate() {
        let tracked = if name == "trk" { "" } else { "ct.trk" };
        table.add_subfield(&format!("ct.{name}"), tracked, &format!("ct_state[{bit}]"), Scope::Default)?;
    }
    Ok(())
}
