//! From a configuration to what is served.

use std::sync::Arc;

use super::configuration::Configuration;
use crate::remotes::{Remotes, check_remote};
use crate::server::Server;
use crate::storage::Hosted;

/// Offers the databases of a configuration and no others, and sets the remotes.
///
/// Answers what went wrong, in lines for the log; the rest is served.
pub(super) fn apply(server: &Arc<Server>, remotes: &Remotes, configuration: Configuration) -> Vec<String> {
    let wanted = &configuration.databases;
    let is_wanted = |hosted: &Arc<Hosted>| hosted.file().is_none_or(|file| wanted.contains(&file.name));
    let (kept, unwanted): (Vec<_>, Vec<_>) = server.databases().into_iter().partition(is_wanted);
    for hosted in unwanted {
        server.remove(hosted.name(), &format!("database {} removed from configuration", hosted.name()));
    }
    let mut errors = Vec::new();
    for name in wanted {
        let is_offered = kept.iter().any(|hosted| hosted.file().is_some_and(|file| file.name == *name));
        if !is_offered && let Err(error) = server.add_file(name) {
            errors.push(format!("failed to open database '{name}': {error}"));
        }
    }
    if !errors.is_empty() {
        errors.push("failed to configure databases".to_owned());
    }
    for target in configuration.remotes.keys() {
        if let Err(error) = check_remote(server, target) {
            errors.push(format!("failed to configure remotes: {error}"));
        }
    }
    remotes.replace(configuration.remotes);
    errors
}
