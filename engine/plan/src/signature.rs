//! Types of host functions as rules write them.

use weft_lang::program::{HostFunction, Program};

/// `(string, int) -> Option<Ip>`
pub(crate) fn signature(program: &Program, function: &HostFunction) -> String {
    let parameters: Vec<String> = function.parameters.iter().map(|ty| program.type_name(ty)).collect();
    format!("({}) -> {}", parameters.join(", "), program.type_name(&function.result))
}
