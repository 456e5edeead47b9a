//! Host functions for test programs.

use weft_value::{HostRegistry, Value};

/// The host functions that the header of test programs declares: `parse_address` reads a MAC address
/// followed by IP addresses, separated by blanks; `double` doubles (wrapping).
#[must_use]
pub fn test_hosts() -> HostRegistry {
    let mut hosts = HostRegistry::default();
    hosts.register("parse_address", "(text: string) -> Option<Address>", parse_address);
    hosts.register("double", "(number: int) -> int", double);
    hosts
}

fn parse_address(arguments: &[Value]) -> Value {
    let [Value::String(text)] = arguments else { return Value::None };
    let mut words = text.split(' ').map(|word| Value::String(word.into()));
    match words.next() {
        Some(Value::String(mac)) if mac.len() == 17 => {
            Value::Tuple([Value::String(mac), Value::List(words.collect())].into())
        }
        _ => Value::None,
    }
}

fn double(arguments: &[Value]) -> Value {
    match arguments {
        [Value::Int(number)] => Value::Int(number.wrapping_mul(2)),
        _ => Value::None,
    }
}
