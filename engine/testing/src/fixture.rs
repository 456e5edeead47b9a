//! Small rule programs.

/// A rule program for [`crate::compile`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fixture {
    /// What it is about.
    pub name: &'static str,
    /// Its rules, without the header.
    pub rules: &'static str,
}

/// Programs that have each construct of the language in them, in several surroundings. With data of
/// [`crate::random::RandomData`] all of their rules fire now and then.
#[must_use]
pub fn fixtures() -> Vec<Fixture> {
    macro_rules! fixtures {
        ($($name:literal),* $(,)?) => {
            vec![$(Fixture { name: $name, rules: include_str!(concat!("../fixtures/", $name, ".weft")) }),*]
        };
    }
    fixtures![
        "joins",
        "negation",
        "entities",
        "aggregates",
        "expressions",
        "functions",
        "heads",
        "warnings",
        "flows",
        "outputs",
        "ids",
        "components",
    ]
}
