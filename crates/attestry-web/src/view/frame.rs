//! What stands around every page: rail, chain of reasons, axis, notes, foot.

use crate::axis::Axis;
use crate::view::words::grouped;

/// The frame of a page.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// The page's title, its one first-level heading.
    pub title: String,
    /// An id before the title.
    pub code: Option<String>,
    /// The organisation.
    pub organisation: String,
    /// By what the history was made up, when it was.
    pub simulated: Option<String>,
    /// Who is signed in.
    pub person: String,
    /// The token that forms send back.
    pub csrf: String,
    /// Which place of the rail the page belongs to.
    pub place: Place,
    /// The frameworks in scope, for the rail.
    pub frameworks: Vec<RailFramework>,
    /// The way down to this page, without the page.
    pub crumbs: Vec<Crumb>,
    /// What the address asks about, kept in every link.
    pub axis: Axis,
    /// The day design is judged on, as `2026-11-21`.
    pub as_of: String,
    /// The same in words.
    pub as_of_words: String,
    /// First day of the period, as `2026-01-01`.
    pub from: String,
    /// Last day of the period, as `2026-12-31`.
    pub to: String,
    /// The period in words.
    pub period_words: Option<String>,
    /// Through which day operation is judged, where that is before the period's last.
    pub judged_to: Option<String>,
    /// Whether the day design is judged on is another than that.
    pub as_of_apart: bool,
    /// What the page was made from.
    pub made_from: MadeFrom,
    /// Notes in the margin.
    pub notes: Vec<Note>,
    /// The page's own fields of its address, which the form of the axis keeps.
    pub keep: Vec<(String, String)>,
}

/// A first-level place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Place {
    /// The overview.
    #[default]
    Overview,
    /// A framework, by id.
    Framework(String),
    /// Controls.
    Controls,
    /// Evidence.
    Evidence,
    /// AI systems.
    Ai,
    /// What one framework gives towards another.
    Overlap,
    /// What to get first.
    Adviser,
    /// The ledger.
    Ledger,
}

/// A framework in the rail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RailFramework {
    /// Short name in addresses.
    pub id: String,
    /// What people call it.
    pub short: String,
}

/// A step of the chain of reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// Text.
    pub text: String,
    /// Where it goes.
    pub href: String,
}

/// What a page was made from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MadeFrom {
    /// Number of events.
    pub at: u64,
    /// The catalog's digest, shortened.
    pub catalog: Option<String>,
    /// The signed checkpoint's size and root, shortened.
    pub checkpoint: Option<String>,
    /// Program and version.
    pub program: String,
}

/// A note in the margin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What it is about.
    pub title: String,
    /// The note.
    pub text: String,
}

impl Frame {
    /// The same frame for one page.
    pub fn titled(mut self, place: Place, title: impl Into<String>) -> Self {
        (self.place, self.title) = (place, title.into());
        self
    }

    /// With an id before the title.
    pub fn coded(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// With one more step in the chain of reasons.
    pub fn under(mut self, text: impl Into<String>, path: impl Into<String>) -> Self {
        self.crumbs.push(Crumb { text: text.into(), href: path.into() });
        self
    }

    /// With a note in the margin.
    pub fn noting(mut self, title: impl Into<String>, text: impl Into<String>) -> Self {
        self.notes.push(Note { title: title.into(), text: text.into() });
        self
    }

    /// With fields of its address that the form of the axis keeps.
    pub fn keeping(mut self, fields: Vec<(String, String)>) -> Self {
        self.keep = fields;
        self
    }

    /// Whether the page belongs to the place of this name.
    pub fn is_at(&self, place: &str) -> bool {
        let name = match &self.place {
            Place::Overview => "overview",
            Place::Framework(_) => "framework",
            Place::Controls => "controls",
            Place::Evidence => "evidence",
            Place::Ai => "ai",
            Place::Overlap => "overlap",
            Place::Adviser => "adviser",
            Place::Ledger => "ledger",
        };
        name == place
    }

    /// Whether the page belongs to this framework.
    pub fn is_framework(&self, id: &str) -> bool {
        matches!(&self.place, Place::Framework(open) if open == id)
    }

    /// What is asked: the period, through which day it is judged, and the day of design.
    pub fn question_words(&self) -> String {
        let Some(period) = &self.period_words else { return format!("As of {}", self.as_of_words) };
        let judged = self.judged_to.as_ref().map(|words| format!(", {words}")).unwrap_or_default();
        let as_of = if self.as_of_apart { format!(", as of {}", self.as_of_words) } else { String::new() };
        format!("{period}{judged}{as_of}")
    }

    /// The number of events with digits grouped.
    pub fn at_words(&self) -> String {
        grouped(self.made_from.at)
    }
}
