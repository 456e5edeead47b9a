//! Operations on Logical_Flow and Logical_DP_Group, as OVSDB text.

use std::fmt::Write as _;

use uuid::Uuid;
use weft_ovsdb::{Mutation, RowId, Transaction, Where};
use weft_ovsdb_schema::{Value, write_json_string};

use super::content::FlowContent;
use super::groups::Place;
use super::metadata::Metadata;

/// The columns of a flow that make its identity, as the inside of a JSON object.
#[must_use]
pub fn encode_content(content: &FlowContent<'_>) -> String {
    let mut text = String::with_capacity(content.matches.len() + content.actions.len() + 96);
    let pipeline = if content.is_ingress { "ingress" } else { "egress" };
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "\"pipeline\":\"{pipeline}\",\"table_id\":{},\"priority\":{},\"match\":",
        content.table, content.priority
    );
    write_json_string(content.matches, &mut text);
    text.push_str(",\"actions\":");
    write_json_string(content.actions, &mut text);
    if let Some(meter) = content.meter {
        text.push_str(",\"controller_meter\":");
        write_json_string(meter, &mut text);
    }
    text
}

fn write_place(place: Place, text: &mut String) {
    let _ = match place {
        Place::Nowhere => {
            write!(text, "\"logical_datapath\":[\"set\",[]],\"logical_dp_group\":[\"set\",[]]")
        }
        Place::Datapath(row) => {
            write!(text, "\"logical_datapath\":[\"uuid\",\"{row}\"],\"logical_dp_group\":[\"set\",[]]")
        }
        Place::Group(row) => {
            write!(text, "\"logical_datapath\":[\"set\",[]],\"logical_dp_group\":[\"uuid\",\"{row}\"]")
        }
    };
}

fn write_pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>, text: &mut String) {
    text.push_str("[\"map\",[");
    for (position, (key, value)) in pairs.enumerate() {
        text.push_str(if position == 0 { "[" } else { ",[" });
        write_json_string(key, text);
        text.push(',');
        write_json_string(value, text);
        text.push(']');
    }
    text.push_str("]]");
}

fn write_metadata(stage: &str, metadata: &Metadata, text: &mut String) {
    text.push_str(",\"external_ids\":");
    let hint = metadata.hint.as_deref().map(|hint| ("stage-hint", hint));
    let ids = [("source", &*metadata.source), ("stage-name", stage)].into_iter().chain(hint);
    write_pairs(ids, text);
    text.push_str(",\"tags\":");
    write_pairs(metadata.tags.iter().map(|(key, value)| (&**key, &**value)), text);
    text.push_str(",\"flow_desc\":");
    match &metadata.description {
        Some(description) => write_json_string(description, text),
        None => text.push_str("[\"set\",[]]"),
    }
}

/// Inserts a flow whose content [`encode_content`] has encoded.
pub fn insert_flow(
    row: Uuid,
    content: &str,
    place: Place,
    stage: &str,
    metadata: &Metadata,
    transaction: &mut Transaction,
) {
    let mut text = String::with_capacity(content.len() + 400);
    let _ = write!(text, "{{\"op\":\"insert\",\"table\":\"Logical_Flow\",\"uuid\":\"{row}\",\"row\":{{");
    text.push_str(content);
    text.push(',');
    write_place(place, &mut text);
    write_metadata(stage, metadata, &mut text);
    text.push_str("}}");
    transaction.push_encoded(&text);
}

/// Writes place and metadata of a flow.
pub fn update_flow(row: Uuid, place: Place, stage: &str, metadata: &Metadata, transaction: &mut Transaction) {
    let mut text = String::with_capacity(500);
    let _ = write!(
        text,
        "{{\"op\":\"update\",\"table\":\"Logical_Flow\",\"where\":[[\"_uuid\",\"==\",[\"uuid\",\"{row}\"]]],\"row\":{{"
    );
    write_place(place, &mut text);
    write_metadata(stage, metadata, &mut text);
    text.push_str("}}");
    transaction.push_encoded(&text);
}

/// Inserts a Logical_DP_Group with its members, rows of Datapath_Binding.
pub fn insert_group(row: Uuid, members: &[Uuid], transaction: &mut Transaction) {
    let members = Value::set(members.iter().copied());
    transaction.insert("Logical_DP_Group", RowId::Explicit(row), [("datapaths", &members)]);
}

/// Adds members to a Logical_DP_Group and takes others out.
pub fn change_group(row: Uuid, joined: &[Uuid], left: &[Uuid], transaction: &mut Transaction) {
    let members = |rows: &[Uuid]| Value::set(rows.iter().copied());
    let delete = (!left.is_empty()).then(|| Mutation::delete("datapaths", members(left)));
    let insert = (!joined.is_empty()).then(|| Mutation::insert("datapaths", members(joined)));
    transaction.mutate("Logical_DP_Group", &Where::Uuid(row), delete.iter().chain(&insert));
}
