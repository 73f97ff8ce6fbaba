//! The parts of a card, by their headings.

/// A heading with what stands under it, up to the next heading.
struct Section {
    /// 1 for `#` to 6 for `######`.
    level: usize,
    title: String,
    /// Whether something is said under it.
    filled: bool,
}

/// The headings of a card.
pub(super) struct Sections(Vec<Section>);

/// Which parts of a card are there and not empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct States {
    pub(super) intended_use: bool,
    pub(super) limitations: bool,
    pub(super) training_data: bool,
    pub(super) evaluation: bool,
    pub(super) contact: bool,
}

/// What templates leave where nobody wrote anything.
const PLACEHOLDERS: [&str; 4] = ["needs more information", "todo", "tbd", "n/a"];

impl Sections {
    pub(super) fn new(prose: &str) -> Self {
        let mut sections: Vec<Section> = Vec::new();
        let mut fence: Option<&str> = None;
        let mut comment = false;
        for line in prose.lines() {
            let line = line.trim();
            if let Some(mark) = ["```", "~~~"].into_iter().find(|mark| line.starts_with(mark)) {
                match fence {
                    Some(open) if open == mark => fence = None,
                    Some(_) => {}
                    None => fence = Some(mark),
                }
                continue;
            }
            let said = if fence.is_some() { line } else { uncommented(line, &mut comment) };
            match heading(said).filter(|_| fence.is_none()) {
                Some((level, title)) => sections.push(Section { level, title, filled: false }),
                None if says_something(said) => {
                    if let Some(section) = sections.last_mut() {
                        section.filled = true;
                    }
                }
                None => {}
            }
        }
        Self(sections)
    }

    /// The model's name, from the first heading.
    pub(super) fn model(&self) -> Option<String> {
        let title = self.0.first()?.title.trim();
        let lower = title.to_ascii_lowercase();
        let known =
            ["model card for the ", "model card for ", "model card of ", "model card: ", "model card - "];
        let before = known.iter().find(|start| lower.starts_with(*start));
        let name = match before {
            Some(start) => title.get(start.len()..)?,
            None => {
                let after = [" model card", ": model card", " - model card"];
                let end =
                    after.iter().filter(|end| lower.ends_with(*end)).map(|end| end.len()).max().unwrap_or(0);
                title.get(..title.len().saturating_sub(end))?
            }
        };
        let name = name.trim().trim_matches(['`', '*', '"']).trim();
        let is_none = name.is_empty()
            || ["model card", "model id", "{{ model_id }}"].contains(&name.to_lowercase().as_str());
        (!is_none).then(|| name.to_owned())
    }

    /// What is stated. A heading whose title says nothing of its own belongs to the part above it.
    pub(super) fn states(&self) -> States {
        let mut all = States::default();
        let mut above: Vec<(usize, Option<States>)> = Vec::new();
        for section in &self.0 {
            above.retain(|(level, _)| *level < section.level);
            let held = above.last().and_then(|(_, states)| *states);
            let own = part(&section.title, held);
            above.push((section.level, own));
            if let Some(own) = own.filter(|_| section.filled) {
                all.intended_use |= own.intended_use;
                all.limitations |= own.limitations;
                all.training_data |= own.training_data;
                all.evaluation |= own.evaluation;
                all.contact |= own.contact;
            }
        }
        all
    }
}

/// Which parts of a card a title announces below what the headings above it announce; `None` when nobody says.
fn part(title: &str, above: Option<States>) -> Option<States> {
    let title = title.to_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| title.contains(word));
    let bare = title.trim_matches(|c: char| !c.is_alphanumeric());
    let unsuitable = any(&["out-of-scope", "out of scope", "misuse", "prohibited", "unintended"]);
    let use_words = ["intended", "evaluated use", "direct use", "downstream use", "use case", "model use"];
    let data = title.contains("data");
    let measured = any(&["performance", "result", "metric", "benchmark"]);
    let testing = any(&["evaluation", "testing", "test "]);
    // Data that a model is tested on say nothing of what it was made from, nor of how well it does.
    let tested_on = data && testing && !measured && !title.contains("train");
    let nameless = ["data", "dataset", "datasets", "data set", "data sets"].contains(&bare);
    let states = States {
        intended_use: !unsuitable && (any(&use_words) || ["use", "uses", "usage"].contains(&bare)),
        limitations: unsuitable
            || any(&[
                "limitation",
                "bias",
                "risk",
                "ethic",
                "caveat",
                "fairness",
                "safety",
                "broader implication",
            ]),
        training_data: data && any(&["train", "dataset", "data set"]) && !measured && !tested_on
            || bare == "data",
        evaluation: measured || testing && !data,
        contact: any(&["contact", "feedback", "questions", "where to send", "maintainer"]),
    };
    match (states == States::default(), nameless) {
        _ if tested_on => Some(states),
        (true, _) => above,
        (false, true) => above.or(Some(states)),
        (false, false) => Some(states),
    }
}

/// A heading of the kind `## Title`.
fn heading(line: &str) -> Option<(usize, String)> {
    let title = line.trim_start_matches('#');
    let level = line.len() - title.len();
    let spaced = title.starts_with([' ', '\t']);
    (1..=6).contains(&level).then_some(())?;
    let title = title.trim().trim_end_matches('#').trim();
    (spaced && !title.is_empty()).then(|| (level, title.to_owned()))
}

fn says_something(line: &str) -> bool {
    let lower = line.to_lowercase();
    if lower.contains("more information needed") || lower.contains("{{") {
        return false;
    }
    // `- **Developed by:** TBD` is a label without a value.
    let value = lower.trim_end().rsplit_once(':').map_or(lower.as_str(), |(_, value)| value);
    let value = value.trim_matches(|c: char| !c.is_alphanumeric());
    !value.is_empty() && !PLACEHOLDERS.contains(&value)
}

/// What stands before and between the HTML comments of a line; `open` tells whether one goes on.
fn uncommented<'l>(line: &'l str, open: &mut bool) -> &'l str {
    let mut rest = line;
    loop {
        if *open {
            let Some((_, after)) = rest.split_once("-->") else { return "" };
            *open = false;
            rest = after.trim();
        }
        match rest.split_once("<!--") {
            None => return rest,
            Some((before, after)) if !before.trim().is_empty() => {
                *open = after.rsplit_once("<!--").map_or(after, |(_, last)| last).split_once("-->").is_none();
                return before.trim();
            }
            Some((_, after)) => {
                *open = true;
                rest = after;
            }
        }
    }
}
