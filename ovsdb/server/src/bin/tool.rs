//! `weft-ovsdb-tool`: makes, changes and inspects files of standalone databases, as ovsdb-tool does.

use std::process::ExitCode;

fn main() -> ExitCode {
    weft_ovsdb_server::tool_main()
}
