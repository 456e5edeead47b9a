//! Text with choices: of branches, and of examples for what only data tell.

use weft_syntax::span::Span;

/// Pieces one behind the other.
pub(crate) type Template = Vec<Part>;

/// A piece of a text.
#[derive(Debug)]
pub(crate) enum Part {
    /// Text, and for each of its bytes where that stands in the rules.
    Text(String, Vec<Span>),
    /// One of several.
    Choice(Choice),
}

/// One of several texts.
#[derive(Debug)]
pub(crate) struct Choice {
    /// Unique.
    pub(crate) id: usize,
    pub(crate) kind: ChoiceKind,
    /// At least one.
    pub(crate) branches: Vec<Template>,
}

/// Which of the texts of a choice must be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChoiceKind {
    /// Each one, with some choice elsewhere: they are what rules may write.
    Branch,
    /// At least one: they are examples of the type of a hole.
    Example,
    /// At least one, but other texts than these may stand here.
    Anything,
}

/// A choice and one of its branches.
pub(crate) type Taken = (usize, usize);

/// A text, and what was chosen for it.
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    pub(crate) text: String,
    pub(crate) places: Vec<Span>,
    pub(crate) decisions: Vec<Decision>,
}

/// What was chosen somewhere.
#[derive(Debug)]
pub(crate) struct Decision {
    pub(crate) taken: Taken,
    pub(crate) kind: ChoiceKind,
    /// How many there were to choose from.
    pub(crate) branches: usize,
    /// The bytes of the text that it is about.
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The text where choices are taken by `plan`, in the order in which they stand, and by their first branch behind its
/// end. What is in `forced` is taken anyway.
pub(crate) fn render(template: &Template, plan: &[usize], forced: &[Taken]) -> Rendered {
    let mut rendered = Rendered::default();
    rendered.add(template, plan, forced);
    rendered
}

impl Rendered {
    fn add(&mut self, template: &Template, plan: &[usize], forced: &[Taken]) {
        for part in template {
            match part {
                Part::Text(text, places) => {
                    self.text.push_str(text);
                    self.places.extend(places);
                }
                Part::Choice(choice) => {
                    let forced_branch = forced.iter().find(|(id, _)| *id == choice.id).map(|taken| taken.1);
                    let number = self.decisions.len();
                    let branch = forced_branch.or(plan.get(number).copied()).unwrap_or(0);
                    self.decisions.push(Decision {
                        taken: (choice.id, branch),
                        kind: choice.kind,
                        branches: if forced_branch.is_some() { 1 } else { choice.branches.len() },
                        start: self.text.len(),
                        end: self.text.len(),
                    });
                    self.add(&choice.branches[branch], plan, forced);
                    self.decisions[number].end = self.text.len();
                }
            }
        }
    }
}

/// All branches that must be right, outer ones first, each with what must be taken to come there, itself included.
pub(crate) fn branches(template: &Template) -> Vec<Vec<Taken>> {
    let mut found = Vec::new();
    add_branches(template, &mut Vec::new(), &mut found);
    found
}

fn add_branches(template: &Template, path: &mut Vec<Taken>, found: &mut Vec<Vec<Taken>>) {
    for part in template {
        let Part::Choice(choice) = part else { continue };
        for (position, branch) in choice.branches.iter().enumerate() {
            path.push((choice.id, position));
            if choice.kind == ChoiceKind::Branch {
                found.push(path.clone());
            }
            add_branches(branch, path, found);
            path.pop();
        }
    }
}
