//! Meaning of rule files: names, types and the typed program.
