//! `weft-ovsdb-server`: an OVSDB server that starts in ovsdb-server's place.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    weft_ovsdb_server::main()
}
