//! What the parser makes of rule text.

#[cfg(test)]
mod errors;
#[cfg(test)]
mod language;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod robust;
#[cfg(test)]
mod show;
#[cfg(test)]
mod typed_tree;
