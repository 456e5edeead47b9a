//! Groups from text (`parse_ofp_group_mod_str` in Open vSwitch).

use std::str::FromStr;

use super::actions::actions;
use super::error::ParseError;
use super::number::{required_port, u16_of, u32_of, u64_of};
use super::pairs::{Pair, Pairs, Part};
use super::subfield::field;
use super::value::value;
use crate::action::Actions;
use crate::field::Field;
use crate::group::{Bucket, Group, GroupCommand, GroupKind, GroupMod, SelectionMethod, bucket_id, group_id};
use crate::order::Outer;
use crate::port::Port;

const SEPARATORS: &[char] = &[',', ' ', '\t', '\r', '\n'];
const BUCKET: &str = "bucket=";
/// Bytes of the longest method of selection.
const MAX_METHOD: usize = 15;

/// The form of `ovs-ofctl add-group`, which is also the one that groups print as:
/// `group_id=1,type=select,bucket=weight:2,actions=output:1`.
impl FromStr for Group {
    type Err = ParseError;

    /// # Errors
    /// Those of [`GroupMod`]'s.
    fn from_str(text: &str) -> Result<Group, ParseError> {
        read(GroupCommand::Add, Part::new(text)).map(|change| change.group)
    }
}

/// The form of a line of `ovs-ofctl add-groups`: `add`, `modify`, `add_or_mod`, `delete`, `insert_bucket` or
/// `remove_bucket`, and the group; without a command, the group is added.
impl FromStr for GroupMod {
    type Err = ParseError;

    /// # Errors
    /// A group without a number or a type where it needs one, unknown keys, and what the kind of the group or
    /// the command does not allow.
    fn from_str(text: &str) -> Result<GroupMod, ParseError> {
        let text = Part::new(text).trimmed();
        let word = text.pieces(SEPARATORS).next().unwrap_or(text);
        let command = match word.text {
            "add" => GroupCommand::Add,
            "modify" => GroupCommand::Modify,
            "add_or_mod" => GroupCommand::AddOrModify,
            "delete" => GroupCommand::Delete,
            "insert_bucket" => GroupCommand::InsertBucket(bucket_id::ALL),
            "remove_bucket" => GroupCommand::RemoveBucket(bucket_id::ALL),
            _ => return read(GroupCommand::Add, text),
        };
        let (_, rest) = text.split_at(word.position - text.position + word.text.len());
        read(command, rest)
    }
}

/// What is read of a group before its buckets.
#[derive(Default)]
struct Head {
    id: Option<u32>,
    kind: Option<GroupKind>,
    bucket: Option<u32>,
    method: Option<String>,
    parameter: u64,
    fields: Vec<(Field, u128)>,
}

fn read(command: GroupCommand, text: Part<'_>) -> Result<GroupMod, ParseError> {
    if command == GroupCommand::Delete && text.trimmed().is_empty() {
        return Ok(GroupMod::delete(group_id::ALL));
    }
    let (head_text, bucket_text) = text.split_at(text.text.find(BUCKET).unwrap_or(text.text.len()));
    let mut head = Head::default();
    for pair in Pairs::new(head_text) {
        head.take(pair, command)?;
    }
    let id = head.id.ok_or_else(|| text.error("a group needs a number, as in `group_id=1`"))?;
    let has_kind = matches!(command, GroupCommand::Add | GroupCommand::Modify | GroupCommand::AddOrModify);
    if has_kind && head.kind.is_none() {
        return Err(text.error("a group needs a type: all, select, indirect or ff"));
    }
    let kind = head.kind.unwrap_or(GroupKind::All);
    let command = match (command, head.bucket) {
        (GroupCommand::InsertBucket(_), Some(id)) => GroupCommand::InsertBucket(id),
        (GroupCommand::RemoveBucket(_), Some(id)) => GroupCommand::RemoveBucket(id),
        (GroupCommand::InsertBucket(_), None) => {
            return Err(text.error("insert_bucket needs a `command_bucket_id`: a number, first or last"));
        }
        (other, _) => other,
    };
    let takes_buckets = has_kind || matches!(command, GroupCommand::InsertBucket(_));
    if !takes_buckets && !bucket_text.is_empty() {
        return Err(bucket_text.error("buckets have no meaning for this command"));
    }
    let buckets = read_buckets(bucket_text, kind)?;
    if kind == GroupKind::Indirect && buckets.len() > 1 {
        return Err(bucket_text.error("an indirect group has one bucket"));
    }
    Ok(GroupMod { command, group: Group { id, kind, selection: head.selection(text)?, buckets } })
}

impl Head {
    fn take(&mut self, pair: Pair<'_>, command: GroupCommand) -> Result<(), ParseError> {
        let Pair { key, value } = pair;
        let for_buckets = matches!(command, GroupCommand::InsertBucket(_) | GroupCommand::RemoveBucket(_));
        let for_groups = !for_buckets && command != GroupCommand::Delete;
        match key.text {
            "group_id" if value.text == "all" => self.id = Some(group_id::ALL),
            "group_id" => {
                let id = u32_of(value)?;
                if id > group_id::MAX && id != group_id::ALL {
                    return Err(value.error("numbers of groups go up to 0xffffff00"));
                }
                self.id = Some(id);
            }
            "command_bucket_id" if for_buckets => self.bucket = Some(command_bucket(value, command)?),
            "type" if for_groups => self.kind = Some(kind(value)?),
            "selection_method" if for_groups && value.text.len() > MAX_METHOD => {
                return Err(value.error("a method of selection has at most 15 bytes"));
            }
            "selection_method" if for_groups => self.method = Some(value.text.to_string()),
            "selection_method_param" if for_groups => self.parameter = u64_of(value)?,
            "fields" if for_groups => self.fields = selection_fields(value)?,
            "command_bucket_id" | "type" | "selection_method" | "selection_method_param" | "fields" => {
                return Err(key.error(format!("`{}` has no meaning for this command", key.text)));
            }
            _ => return Err(key.error(format!("`{}` is not known of a group", key.text))),
        }
        Ok(())
    }

    fn selection(self, text: Part<'_>) -> Result<Option<SelectionMethod>, ParseError> {
        let Head { method, parameter, fields, .. } = self;
        if !fields.is_empty() && method.as_deref() != Some("hash") {
            return Err(text.error("`fields` need `selection_method=hash`"));
        }
        if parameter != 0 && method.is_none() {
            return Err(text.error("`selection_method_param` needs a `selection_method`"));
        }
        Ok(method.map(|method| SelectionMethod { method, parameter, fields }))
    }
}

fn kind(value: Part<'_>) -> Result<GroupKind, ParseError> {
    match value.text {
        "all" => Ok(GroupKind::All),
        "select" => Ok(GroupKind::Select),
        "indirect" => Ok(GroupKind::Indirect),
        "ff" | "fast_failover" => Ok(GroupKind::FastFailover),
        _ => Err(value.error(format!("`{}` is no type: all, select, indirect and ff are", value.text))),
    }
}

fn command_bucket(value: Part<'_>, command: GroupCommand) -> Result<u32, ParseError> {
    let id = match value.text {
        "first" => bucket_id::FIRST,
        "last" => bucket_id::LAST,
        "all" => bucket_id::ALL,
        _ => bucket_number(value)?,
    };
    if id == bucket_id::ALL && matches!(command, GroupCommand::InsertBucket(_)) {
        return Err(value.error("a bucket goes after one bucket, first or last"));
    }
    Ok(id)
}

fn bucket_number(value: Part<'_>) -> Result<u32, ParseError> {
    match u32_of(value)? {
        id @ 0..=bucket_id::MAX => Ok(id),
        _ => Err(value.error("numbers of buckets go up to 0xffffff00")),
    }
}

/// Fields, each with the bits that count, or with none for all.
fn selection_fields(text: Part<'_>) -> Result<Vec<(Field, u128)>, ParseError> {
    let mut fields: Vec<(Field, u128)> = Vec::new();
    for pair in Pairs::new(text) {
        let found = field(pair.key)?;
        if fields.iter().any(|(other, _)| *other == found) {
            return Err(pair.key.error(format!("`{}` is there twice", pair.key.text)));
        }
        let mask =
            if pair.value.is_empty() { found.info().whole_mask() } else { value(found, pair.value)?.0 };
        if mask == 0 {
            return Err(pair.value.error("bits that count are needed"));
        }
        fields.push((found, mask));
    }
    // The order in which the switch tells them.
    fields.sort_by_key(|(field, _)| *field);
    Ok(fields)
}

fn read_buckets(mut text: Part<'_>, kind: GroupKind) -> Result<Vec<Bucket>, ParseError> {
    let mut buckets = Vec::new();
    while let Some(start) = text.text.find(BUCKET) {
        let (_, rest) = text.split_at(start + BUCKET.len());
        let (bucket, after) = rest.split_at(rest.text.find(BUCKET).unwrap_or(rest.text.len()));
        buckets.push(read_bucket(bucket, kind)?);
        text = after;
    }
    Ok(buckets)
}

fn read_bucket(text: Part<'_>, kind: GroupKind) -> Result<Bucket, ParseError> {
    let mut bucket = Bucket::new(kind, Actions::new());
    // Actions are what stands between other keys; they keep their own form.
    let mut run: Option<usize> = None;
    let mut has_actions = false;
    for Pair { key, value } in Pairs::new(text) {
        let start = key.position - text.position;
        let known = ["weight", "watch_port", "watch_group", "bucket_id"]
            .iter()
            .any(|known| key.text.eq_ignore_ascii_case(known));
        if !known {
            has_actions = true;
            if key.text.eq_ignore_ascii_case("actions") || key.text.eq_ignore_ascii_case("action") {
                take_actions(text, run.take(), start, &mut bucket.actions)?;
                run = Some(value.position - text.position);
            } else {
                run.get_or_insert(start);
            }
            continue;
        }
        take_actions(text, run.take(), start, &mut bucket.actions)?;
        match key.text.to_ascii_lowercase().as_str() {
            "weight" => bucket.weight = u16_of(value)?,
            "watch_port" => bucket.watch_port = watched_port(value)?,
            "watch_group" => bucket.watch_group = watched_group(value)?,
            _ => bucket.id = bucket_number(value)?,
        }
    }
    take_actions(text, run, text.text.len(), &mut bucket.actions)?;
    if !has_actions {
        return Err(text.error("a bucket needs actions"));
    }
    let watches = bucket.watch_port != Port::NONE || bucket.watch_group != group_id::ANY;
    match kind {
        GroupKind::FastFailover if !watches => {
            Err(text.error("a bucket of a group of type ff needs a `watch_port` or a `watch_group`"))
        }
        GroupKind::Select => Ok(bucket),
        _ if bucket.weight != 0 => Err(text.error("only buckets of a group of type select have a weight")),
        _ => Ok(bucket),
    }
}

/// Appends the actions that stand in `text` from byte `from`, if there is one, to `to`.
fn take_actions(
    text: Part<'_>,
    from: Option<usize>,
    to: usize,
    found: &mut Actions,
) -> Result<(), ParseError> {
    let Some(from) = from else { return Ok(()) };
    let (_, rest) = text.split_at(from);
    let (run, _) = rest.split_at(to - from);
    let run = Part { text: run.text.trim_end_matches(SEPARATORS), ..run };
    found.extend(actions(run, Outer::ActionList, 0)?);
    Ok(())
}

fn watched_port(value: Part<'_>) -> Result<Port, ParseError> {
    match required_port(value)? {
        port if port < Port::MAX || [Port::NONE, Port::CONTROLLER].contains(&port) => Ok(port),
        _ => Err(value.error(format!("`{}` cannot be watched", value.text))),
    }
}

fn watched_group(value: Part<'_>) -> Result<u32, ParseError> {
    match u32_of(value)? {
        id @ 0..=group_id::MAX => Ok(id),
        _ => Err(value.error("numbers of groups go up to 0xffffff00")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_group_prints_is_that_group() {
        for text in [
            "group_id=1,type=all,bucket=bucket_id:0,actions=output:1,bucket=bucket_id:1,actions=resubmit(,5)",
            "group_id=2,type=select,selection_method=dp_hash,selection_method_param=5,\
             bucket=bucket_id:0,weight:100,actions=ct(commit,zone=5),set_field:0x1->reg1",
            "group_id=3,type=select,selection_method=hash,fields(ip_src,ip_dst=255.255.255.0),\
             bucket=bucket_id:1,actions=drop",
            "group_id=4,type=indirect,bucket=bucket_id:0,actions=output:1",
            "group_id=5,type=ff,bucket=bucket_id:0,watch_port:1,actions=output:1,\
             bucket=bucket_id:1,watch_group:1,actions=drop",
            "group_id=6,type=all",
        ] {
            assert_eq!(text.parse::<Group>().map(|group| group.to_string()), Ok(text.to_string()));
        }
    }

    #[test]
    fn keys_may_stand_anywhere_in_a_bucket() {
        let group: Group =
            "group_id=1 type=select bucket=output:1,weight:7,resubmit(,5)".parse().expect("a group");
        let text = "group_id=1,type=select,bucket=bucket_id:all,weight:7,actions=output:1,resubmit(,5)";
        assert_eq!(group.to_string(), text);
    }

    #[test]
    fn a_line_may_begin_with_a_command() {
        let command = |text: &str| text.parse::<GroupMod>().map(|change| (change.command, change.group.id));
        assert_eq!(command("add_or_mod group_id=4,type=all"), Ok((GroupCommand::AddOrModify, 4)));
        assert_eq!(command("delete"), Ok((GroupCommand::Delete, group_id::ALL)));
        assert_eq!(command("delete group_id=4"), Ok((GroupCommand::Delete, 4)));
        let last = GroupCommand::InsertBucket(bucket_id::LAST);
        let text = "insert_bucket group_id=4,command_bucket_id=last,bucket=actions=output:1";
        assert_eq!(command(text), Ok((last, 4)));
        let third = GroupCommand::RemoveBucket(3);
        assert_eq!(command("remove_bucket group_id=4,command_bucket_id=3"), Ok((third, 4)));
    }

    #[test]
    fn errors_have_a_place_and_a_way_out() {
        let error = |text: &str| text.parse::<GroupMod>().map_err(|e| (e.position, e.message)).unwrap_err();
        let cases = [
            ("type=all", 0, "a group needs a number, as in `group_id=1`"),
            ("group_id=1", 0, "a group needs a type: all, select, indirect or ff"),
            ("group_id=1,type=any", 16, "`any` is no type: all, select, indirect and ff are"),
            (
                "group_id=1,type=all,bucket=weight:5,actions=drop",
                27,
                "only buckets of a group of type select have a weight",
            ),
            (
                "group_id=1,type=ff,bucket=actions=drop",
                26,
                "a bucket of a group of type ff needs a `watch_port` or a `watch_group`",
            ),
            ("group_id=1,type=select,bucket=weight:5", 30, "a bucket needs actions"),
            ("group_id=1,type=select,fields=ip_src", 0, "`fields` need `selection_method=hash`"),
            ("group_id=1,kind=all", 11, "`kind` is not known of a group"),
            ("group_id=0xffffff01,type=all", 9, "numbers of groups go up to 0xffffff00"),
            ("delete group_id=1,type=all", 18, "`type` has no meaning for this command"),
            (
                "group_id=1,type=indirect,bucket=actions=drop,bucket=actions=drop",
                25,
                "an indirect group has one bucket",
            ),
        ];
        for (text, position, message) in cases {
            assert_eq!(error(text), (position, message.to_string()), "{text}");
        }
    }
}
