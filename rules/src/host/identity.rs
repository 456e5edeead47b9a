//! UUIDs of rows that have no counterpart in the Northbound database.

use uuid::Uuid;
use weft_value::Value;

/// `derived_uuid(base: uuid, purpose: string) -> uuid`: a UUID of version 5 (RFC 9562, section 5.5), the
/// same for the same arguments.
pub(crate) fn derived_uuid(arguments: &[Value]) -> Value {
    match arguments {
        [Value::Uuid(base), Value::String(purpose)] => {
            Value::Uuid(Uuid::new_v5(&Uuid::from_u128(*base), purpose.as_bytes()).as_u128())
        }
        _ => Value::None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::argument::string;
    use super::*;

    #[test]
    fn a_derived_uuid_depends_on_both_arguments_and_tells_its_version() {
        let derived = |base, purpose| derived_uuid(&[Value::Uuid(base), string(purpose)]);
        assert_eq!(derived(1, "a"), derived(1, "a"));
        assert_ne!(derived(1, "a"), derived(1, "b"));
        assert_ne!(derived(1, "a"), derived(2, "a"));
        let Value::Uuid(uuid) = derived(1, "a") else { panic!("no uuid") };
        assert_eq!(Uuid::from_u128(uuid).get_version_num(), 5);
        assert_eq!(derived_uuid(&[]), Value::None);
    }
}
