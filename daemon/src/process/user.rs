//! Giving up the rights of the super-user.

use super::config::ProcessError;
use nix::errno::Errno;
use nix::unistd::{Gid, Group, Uid, getegid, geteuid, getgid, getuid, initgroups, setgid, setuid};
use std::ffi::CString;
use std::path::Path;

/// A user and a group to run as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The user's name.
    pub name: String,
    /// The user's number.
    pub uid: u32,
    /// The number of the group.
    pub gid: u32,
}

/// Reads the argument of `--user`: `USER`, `USER:GROUP` or `:GROUP`.
///
/// Without a group it is the user's primary one; another one must have the user as a member.
///
/// # Errors
/// Answers why the argument cannot be honoured.
pub fn parse_user(text: &str) -> Result<User, String> {
    if !geteuid().is_root() || !getuid().is_root() {
        return Err("only root can use --user option".into());
    }
    let (name, group) = text.split_once(':').map_or((text, ""), |(name, group)| (name, group.trim_start()));
    let name = name.trim_start();
    let found = if name.is_empty() {
        nix::unistd::User::from_uid(getuid())
    } else {
        nix::unistd::User::from_name(name)
    };
    let user = found
        .map_err(|error| format!("failed to look up user {name} ({}), aborting.", error.desc()))?
        .ok_or_else(|| format!("user {name} not found, aborting."))?;
    let mut gid = user.gid;
    if !group.is_empty() {
        let found = Group::from_name(group)
            .map_err(|error| format!("failed to look up group {group} ({}), aborting.", error.desc()))?
            .ok_or_else(|| format!("group {group} not found, aborting."))?;
        if found.gid != gid && !found.mem.contains(&user.name) {
            return Err(format!(
                "Invalid --user option {text} (user {} is not in group {group}), aborting.",
                user.name
            ));
        }
        gid = found.gid;
    }
    Ok(User { name: user.name, uid: user.uid.as_raw(), gid: gid.as_raw() })
}

/// Becomes `user` for good, after giving it the log file.
pub(super) fn switch_user(user: &User, log_file: Option<&Path>) -> Result<(), ProcessError> {
    let fail = |error| ProcessError::SwitchUser { user: user.name.clone(), error };
    let (uid, gid) = (Uid::from_raw(user.uid), Gid::from_raw(user.gid));
    if let Some(path) = log_file {
        nix::unistd::chown(path, Some(uid), Some(gid)).map_err(fail)?;
    }
    let name = CString::new(user.name.as_str()).map_err(|_| fail(Errno::EINVAL))?;
    setgid(gid).map_err(fail)?;
    initgroups(&name, gid).map_err(fail)?;
    setuid(uid).map_err(fail)?;
    // A kernel that only pretends would leave the daemon with rights it must not have.
    let switched = [getuid(), geteuid()] == [uid; 2] && [getgid(), getegid()] == [gid; 2];
    if switched { Ok(()) } else { Err(fail(Errno::EPERM)) }
}
