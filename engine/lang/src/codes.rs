//! What the codes of diagnostics mean.

/// Codes with their explanations, by code.
const CODES: [(&str, &str); 34] = [
    (
        "E0201",
        "A name stands for nothing where it is used. Names of all files form one namespace; variables \
         are known in their rule, entity or function alone.",
    ),
    (
        "E0202",
        "Two things have one name. All items but rules and tests share one namespace; the variables of \
         one list of clauses, the attributes of an entity and the columns of a row are given once.",
    ),
    ("E0203", "A row, member or record has no such column, attribute, part of the key or field."),
    ("E0204", "A type that is written does not exist."),
    ("E0205", "The type has no such method. A method of the value inside an Option is called with `?.`."),
    ("E0206", "A function that is called is neither declared (`fn`, `extern fn`) nor part of the language."),
    ("E0207", "A database, schema or table does not exist."),
    (
        "E0208",
        "A name is used as what it is not: a whole table or entity is a collection after `in`, not a \
         value.",
    ),
    (
        "E0301",
        "A value has another type than its place expects. `T` fits where `Option<T>` is expected, never \
         the other way round.",
    ),
    ("E0302", "A call, type or pair of brackets has too many or too few arguments."),
    ("E0303", "An operator does not take operands of these types."),
    (
        "E0304",
        "`Match` and `Actions` are made for being written: they cannot be compared, be keys or members \
         of sets.",
    ),
    ("E0305", "There is no Option inside an Option."),
    ("E0306", "Members of a set or list, and keys or values of a map, are of one type."),
    ("E0307", "A value that has no text form stands in a hole of a text."),
    ("E0308", "A literal is compared with, or written into, a column whose enumeration does not have it."),
    ("E0309", "`is Some(…)` needs an Option; `e?` makes one of a value that may be missing."),
    ("E0310", "`in` or brackets need a collection."),
    (
        "E0311",
        "A value must be known when the rules are compiled: constants, patterns of `case`, `init` and \
         `keep` of outputs.",
    ),
    ("E0312", "Nothing tells the type of an expression, as of `{}` alone."),
    ("E0401", "A flow needs a datapath of the kind that its stage's pipeline is over."),
    ("E0402", "Rows are emitted into a table without an `output` block."),
    ("E0403", "A column is written that the output block does not list under `write`."),
    ("E0404", "A row of an output is named without its whole key, or by a column that is not part of it."),
    (
        "E0405",
        "A definition depends on itself. The language has no recursion; `components` finds connected \
         components.",
    ),
    ("E0406", "Two registers of one scope have bits in common, or a place of bits is malformed."),
    (
        "E0407",
        "Two sources have nothing in common, so that every row of one meets every row of the other. \
         `from cross` says that this is meant.",
    ),
    (
        "E0408",
        "An aggregate without `for` runs over the rows of a group, which only entities with `group by` \
         have.",
    ),
    ("E0409", "An entity, or an allocation, binds no variable that could be its key."),
    (
        "E0410",
        "The type of a definition follows from another one's, and so on, too many times. A type that is \
         written ends the search.",
    ),
    (
        "E0411",
        "An expression is computed where its value is needed, perhaps never and perhaps often, so a row that \
         it leaves out cannot be told of. Rules and entities can.",
    ),
    (
        "E0412",
        "A flow of one kind of datapath names a register of another, which its packets do not have. A register \
         whose scope is no kind of pipeline may stand in all flows.",
    ),
    ("W0501", "An attribute is computed and stored, but nothing reads it."),
    ("W0502", "A variable is bound, but nothing reads it."),
];

/// What a code of the checker means, for a reader who sees it for the first time. Codes of the parser
/// (E01xx) are not among them.
#[must_use]
pub fn explain(code: &str) -> Option<&'static str> {
    CODES.iter().find(|(known, _)| *known == code).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// The codes in the source files below a folder.
    fn codes_used(folder: &Path, codes: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                codes_used(&path, codes);
            } else if path.file_name().is_some_and(|name| name != "codes.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let quoted =
                    text.split('"').filter(|part| part.len() == 5 && part[1..].parse::<u32>().is_ok());
                codes.extend(quoted.filter(|part| part.starts_with(['E', 'W'])).map(str::to_owned));
            }
        }
    }

    #[test]
    fn every_code_is_explained_and_every_explanation_used() {
        let mut used = BTreeSet::new();
        codes_used(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut used);
        let explained: BTreeSet<String> = CODES.iter().map(|(code, _)| (*code).to_owned()).collect();
        assert_eq!(used, explained);
    }
}
