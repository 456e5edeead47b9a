//! Which actions may be together, and in which order (`ofpacts_verify` in Open vSwitch).

use crate::action::Action;
use crate::field::Field;
use crate::version::Version;

/// The instruction that an action is, or is a part of, in the order in which a switch runs them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Instruction {
    Meter,
    Apply,
    Clear,
    Write,
    Metadata,
    Goto,
}

impl Instruction {
    pub(crate) fn of(action: &Action, version: Version) -> Instruction {
        match action {
            Action::Meter(_) if version < Version::V1_5 => Instruction::Meter,
            Action::ClearActions => Instruction::Clear,
            Action::WriteActions(_) => Instruction::Write,
            Action::WriteMetadata { .. } => Instruction::Metadata,
            Action::GotoTable(_) => Instruction::Goto,
            _ => Instruction::Apply,
        }
    }
}

/// Where a list of actions is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outer {
    /// A flow, which has instructions too.
    Flow,
    /// A packet-out, a bucket, or another list of actions alone.
    ActionList,
    /// The actions to write into the action set.
    WriteActions,
    /// A clone in text; on the wire, it is like any list.
    Clone,
    /// Connection tracking.
    Ct,
}

/// Whether `actions` can be together at a place.
///
/// # Errors
/// Why not.
pub(crate) fn verify(actions: &[Action], version: Version, outer: Outer) -> Result<(), &'static str> {
    if actions.iter().any(|a| matches!(a, Action::Conjunction { .. })) {
        let fits = |a: &Action| matches!(a, Action::Conjunction { .. } | Action::Note(_));
        return match actions.iter().all(fits) {
            true => Ok(()),
            false => Err("conjunction can be with note only"),
        };
    }
    let mut last = None;
    for action in actions {
        verify_nesting(action, outer)?;
        let next = Instruction::of(action, version);
        if last > Some(next) {
            return Err(
                "the order is meter, actions, clear_actions, write_actions, write_metadata, goto_table",
            );
        }
        if last == Some(next) && next != Instruction::Apply {
            return Err("an instruction can be there only once");
        }
        let action = next == Instruction::Apply || next == Instruction::Meter;
        if !action && outer != Outer::Flow {
            return Err("an instruction cannot be among actions");
        }
        last = Some(next);
    }
    Ok(())
}

/// The field that an action changes.
fn changed(action: &Action) -> Option<Field> {
    match action {
        Action::SetField { field, .. } => Some(*field),
        Action::Load { target, .. } | Action::Move { target, .. } => Some(target.field),
        _ => None,
    }
}

fn verify_nesting(action: &Action, outer: Outer) -> Result<(), &'static str> {
    let field = changed(action);
    let of_connection = matches!(field, Some(Field::CT_MARK | Field::CT_LABEL));
    if of_connection && outer != Outer::Ct {
        return Err("ct_mark and ct_label can be set inside of ct only");
    }
    if let Action::Nat(_) = action {
        return if outer == Outer::Ct { Ok(()) } else { Err("nat can be inside of ct only") };
    }
    if outer == Outer::Ct && !of_connection {
        return Err("inside of ct there can be only nat and sets of ct_mark and ct_label");
    }
    let inside = matches!(outer, Outer::WriteActions | Outer::Clone | Outer::Ct);
    if inside && matches!(action, Action::Meter(_)) {
        return Err("meter cannot be inside of another action");
    }
    Ok(())
}

/// Whether `action` can be in the action set (`ofpact_is_allowed_in_actions_set`).
pub(crate) fn can_be_in_action_set(action: &Action) -> bool {
    matches!(
        action,
        Action::StripVlan
            | Action::PopVlan
            | Action::PopMpls(_)
            | Action::Decap(_)
            | Action::Encap(_)
            | Action::PushMpls(_)
            | Action::PushVlan(_)
            | Action::DecTtl
            | Action::DecTtlFor(_)
            | Action::DecMplsTtl
            | Action::DecNshTtl
            | Action::Ct(_)
            | Action::CtClear
            | Action::Resubmit { .. }
            | Action::Output { .. }
            | Action::Group(_)
            | Action::SetField { .. }
            | Action::Load { .. }
            | Action::Move { .. }
            | Action::Older(..)
            | Action::SetQueue(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::Port;

    #[test]
    fn instructions_have_an_order() {
        let output = Action::Output { port: Port(1), max_len: 0 };
        let flow = |actions: &[Action], version| verify(actions, version, Outer::Flow);
        let (goto, meter) = (Action::GotoTable(3), Action::Meter(1));
        assert_eq!(flow(&[meter.clone(), output.clone(), goto.clone()], Version::V1_3), Ok(()));
        assert!(flow(&[goto.clone(), output.clone()], Version::V1_3).is_err());
        assert!(flow(&[output.clone(), meter.clone()], Version::V1_3).is_err());
        assert_eq!(flow(&[output.clone(), meter], Version::V1_5), Ok(()));
        assert!(flow(&[goto.clone(), goto.clone()], Version::V1_5).is_err());
        assert!(verify(&[output, goto], Version::V1_5, Outer::ActionList).is_err());
    }

    #[test]
    fn marks_and_labels_are_set_inside_of_ct() {
        let mark = [Action::SetField { field: Field::CT_MARK, value: 1, mask: 1 }];
        assert_eq!(verify(&mark, Version::V1_5, Outer::Ct), Ok(()));
        assert!(verify(&mark, Version::V1_5, Outer::Flow).is_err());
        assert!(verify(&[Action::Exit], Version::V1_5, Outer::Ct).is_err());
    }
}
