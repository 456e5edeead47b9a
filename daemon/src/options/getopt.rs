//! The dialect of GNU `getopt_long(3)`, which every OVN daemon's command line follows.

/// Whether an option takes an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// The option takes no argument.
    None,
    /// The option takes its argument from `=ARG` or, failing that, from the next word.
    Required,
    /// The option takes an argument only from `=ARG` (or from the same word for a short option).
    Optional,
}

/// One row of an option table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LongOption {
    /// The name without its leading dashes.
    pub name: &'static str,
    /// The one-letter form, if there is one.
    pub short: Option<char>,
    /// Whether an argument follows.
    pub argument: Argument,
}

impl LongOption {
    /// An option that has only a long name.
    pub const fn long(name: &'static str, argument: Argument) -> Self {
        Self { name, short: None, argument }
    }

    /// An option that has a long name and a letter.
    pub const fn with_short(name: &'static str, short: char, argument: Argument) -> Self {
        Self { name, short: Some(short), argument }
    }
}

/// An option that was found on a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The full name, also when an abbreviation or a letter was given.
    pub name: &'static str,
    /// The argument.
    pub value: Option<String>,
}

/// One thing found on a command line, in the order of the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A known option with a fitting argument.
    Option(Occurrence),
    /// What to say about a word that fits no option, worded as the GNU C library does.
    Diagnostic(String),
    /// A word that is no option.
    Argument(String),
}

/// Splits `words` (without the program's own name) into options, diagnostics and other words.
///
/// Options are recognized anywhere before `--`; a unique abbreviation of a long name suffices.
pub fn scan(program: &str, table: &[LongOption], words: impl IntoIterator<Item = String>) -> Vec<Item> {
    let mut scanner = Scanner { program, table, words: words.into_iter(), items: Vec::new() };
    while let Some(word) = scanner.words.next() {
        if word == "--" {
            break;
        } else if let Some(long) = word.strip_prefix("--") {
            scanner.long(long);
        } else if word.len() > 1 && word.starts_with('-') {
            scanner.cluster(&word[1..]);
        } else {
            scanner.items.push(Item::Argument(word));
        }
    }
    let Scanner { words, mut items, .. } = scanner;
    items.extend(words.map(Item::Argument));
    items
}

struct Scanner<'a, W> {
    program: &'a str,
    table: &'a [LongOption],
    words: W,
    items: Vec<Item>,
}

impl<W: Iterator<Item = String>> Scanner<'_, W> {
    fn complain(&mut self, text: String) {
        self.items.push(Item::Diagnostic(format!("{}: {text}", self.program)));
    }

    fn found(&mut self, option: &LongOption, value: Option<String>) {
        self.items.push(Item::Option(Occurrence { name: option.name, value }));
    }

    fn long(&mut self, word: &str) {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word, None),
        };
        let table = self.table;
        let candidates: Vec<&LongOption> =
            table.iter().filter(|option| option.name.starts_with(name)).collect();
        let exact = candidates.iter().find(|option| option.name == name).copied();
        let option = match (exact, candidates.as_slice()) {
            (Some(option), _) => option,
            (None, [option]) => *option,
            (None, []) => return self.complain(format!("unrecognized option '--{word}'")),
            (None, several) => {
                let names: String = several.iter().map(|option| format!(" '--{}'", option.name)).collect();
                return self.complain(format!("option '--{word}' is ambiguous; possibilities:{names}"));
            }
        };
        match (option.argument, value) {
            (Argument::None, Some(_)) => {
                self.complain(format!("option '--{}' doesn't allow an argument", option.name));
            }
            (Argument::Required, None) => match self.words.next() {
                Some(next) => self.found(option, Some(next)),
                None => self.complain(format!("option '--{}' requires an argument", option.name)),
            },
            (_, value) => self.found(option, value),
        }
    }

    fn cluster(&mut self, letters: &str) {
        let mut rest = letters.chars();
        while let Some(letter) = rest.next() {
            let table = self.table;
            let Some(option) = table.iter().find(|option| option.short == Some(letter)) else {
                self.complain(format!("invalid option -- '{letter}'"));
                continue;
            };
            if option.argument == Argument::None {
                self.found(option, None);
                continue;
            }
            let attached = Some(rest.as_str()).filter(|value| !value.is_empty()).map(str::to_owned);
            match (option.argument, attached) {
                (Argument::Required, None) => match self.words.next() {
                    Some(next) => self.found(option, Some(next)),
                    None => self.complain(format!("option requires an argument -- '{letter}'")),
                },
                (_, value) => self.found(option, value),
            }
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Argument, Item, LongOption, Occurrence, scan};

    const TABLE: &[LongOption] = &[
        LongOption::with_short("ovnsb-db", 'd', Argument::Required),
        LongOption::with_short("ovnnb-db", 'D', Argument::Required),
        LongOption::long("detach", Argument::None),
        LongOption::long("pidfile", Argument::Optional),
        LongOption::with_short("verbose", 'v', Argument::Optional),
        LongOption::with_short("help", 'h', Argument::None),
    ];

    fn items(words: &[&str]) -> Vec<Item> {
        scan("ovn-northd", TABLE, words.iter().map(|&word| word.to_owned()))
    }

    fn option(name: &'static str, value: Option<&str>) -> Item {
        Item::Option(Occurrence { name, value: value.map(str::to_owned) })
    }

    fn diagnostic(text: &str) -> Item {
        Item::Diagnostic(format!("ovn-northd: {text}"))
    }

    #[test]
    fn a_required_argument_follows_after_an_equals_sign_or_as_the_next_word() {
        assert_eq!(items(&["--ovnnb-db=tcp:x"]), [option("ovnnb-db", Some("tcp:x"))]);
        assert_eq!(items(&["--ovnnb-db", "tcp:x"]), [option("ovnnb-db", Some("tcp:x"))]);
        assert_eq!(
            items(&["-Dtcp:x", "-d", "y"]),
            [option("ovnnb-db", Some("tcp:x")), option("ovnsb-db", Some("y"))]
        );
        assert_eq!(items(&["--ovnnb-db="]), [option("ovnnb-db", Some(""))]);
    }

    #[test]
    fn an_optional_argument_is_never_the_next_word() {
        assert_eq!(items(&["--pidfile", "F"]), [option("pidfile", None), Item::Argument("F".into())]);
        assert_eq!(items(&["--pidfile=F"]), [option("pidfile", Some("F"))]);
        assert_eq!(
            items(&["-v", "-vfile:off"]),
            [option("verbose", None), option("verbose", Some("file:off"))]
        );
    }

    #[test]
    fn a_unique_abbreviation_names_its_option() {
        assert_eq!(items(&["--det", "--ovns=x"]), [option("detach", None), option("ovnsb-db", Some("x"))]);
        assert_eq!(
            items(&["--ovn=x"]),
            [diagnostic("option '--ovn=x' is ambiguous; possibilities: '--ovnsb-db' '--ovnnb-db'")]
        );
    }

    #[test]
    fn words_that_fit_no_option_are_reported_and_scanning_goes_on() {
        assert_eq!(
            items(&["--foo=1", "--detach=1", "-xh", "extra", "-", "--ovnnb-db"]),
            [
                diagnostic("unrecognized option '--foo=1'"),
                diagnostic("option '--detach' doesn't allow an argument"),
                diagnostic("invalid option -- 'x'"),
                option("help", None),
                Item::Argument("extra".into()),
                Item::Argument("-".into()),
                diagnostic("option '--ovnnb-db' requires an argument"),
            ]
        );
        assert_eq!(items(&["-d"]), [diagnostic("option requires an argument -- 'd'")]);
    }

    #[test]
    fn two_dashes_end_the_options() {
        assert_eq!(items(&["--", "--detach"]), [Item::Argument("--detach".into())]);
    }
}
