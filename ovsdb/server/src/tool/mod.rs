//! Work on database files without a server (ovsdb-tool(1)).

mod command_line;
mod files;
mod inspect;
mod show_log;

pub use command_line::tool_main;
