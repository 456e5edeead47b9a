//! The text of logical flows, read.

use weft_ovn_lang::action::{self, Action, Context, Options};
use weft_ovn_lang::error::Error;
use weft_ovn_lang::expr::{self, Expr};
use weft_ovn_lang::lexer::expand_templates;
use weft_ovn_lang::symbol::SymbolTable;

use crate::flow::LogicalFlow;

/// Why a logical flow has no OpenFlow flows anywhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrepareError {
    /// The text of the match is wrong.
    #[error("the match is wrong: {0}")]
    Match(Error),
    /// The text of the actions is wrong.
    #[error("the actions are wrong: {0}")]
    Actions(Error),
    /// Template variables have no value here.
    #[error("template variables have no value here: {}", .0.join(", "))]
    Variables(Vec<String>),
}

/// A logical flow whose text was read.
#[derive(Clone)]
pub struct Prepared {
    pub(crate) symbols: &'static SymbolTable,
    /// The match, and what the actions need.
    pub(crate) matches: Expr,
    pub(crate) actions: Vec<Action>,
    /// The template variables in it: when the value of one changes, the text must be read again.
    pub variables: Vec<String>,
}

/// Reads the text of a logical flow; `template` tells the values of template variables.
///
/// # Errors
/// [`PrepareError`].
pub fn prepare<'v>(
    flow: &LogicalFlow,
    options: &Options,
    template: impl Fn(&str) -> Option<&'v str>,
) -> Result<Prepared, PrepareError> {
    let actions_text = expand_templates(&flow.actions, &template);
    let match_text = expand_templates(&flow.matches, &template);
    let mut variables = actions_text.variables;
    variables.extend(match_text.variables);
    variables.sort_unstable();
    variables.dedup();
    let (Some(actions_text), Some(match_text)) = (actions_text.text, match_text.text) else {
        variables.retain(|name| template(name).is_none());
        return Err(PrepareError::Variables(variables));
    };
    let packet = SymbolTable::ovn();
    let context = Context { symbols: packet, options, pipeline: flow.pipeline, table: flow.table };
    let parsed = action::parse(&actions_text, &context).map_err(PrepareError::Actions)?;
    let symbols = if flow.connection_ports { SymbolTable::ovn_with_connection_ports() } else { packet };
    let mut matches = expr::parse(&match_text, symbols).map_err(PrepareError::Match)?;
    if let Some(prerequisites) = parsed.prerequisites {
        // The names in it mean what they mean in the match.
        let prerequisites = match flow.connection_ports {
            true => expr::parse(&prerequisites.text(packet), symbols).map_err(PrepareError::Actions)?,
            false => prerequisites,
        };
        matches = matches.and(prerequisites);
    }
    Ok(Prepared { symbols, matches, actions: parsed.actions, variables })
}
