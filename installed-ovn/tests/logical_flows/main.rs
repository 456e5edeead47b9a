//! Our translation of logical flows beside that of an installed ovn-controller, on the same Southbound rows.
//!
//! `OVN_PREFIX` names the installation. `OVN_CASES` names a folder of case files (`weft_nbctl::read_case_file`), or one
//! of them; without, networks of the repository are compared. With `OVN_ALL_CASES` all cases of the folder are
//! played to their ends, else some and to the first point of rest.

#![allow(clippy::print_stdout, reason = "what was compared and skipped is said")]

mod cases;
mod compare;
mod forms;
mod lines;
mod remedies;
