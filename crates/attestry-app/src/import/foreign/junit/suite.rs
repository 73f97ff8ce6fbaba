//! Suites and cases of a report, and their numbers.

use super::super::Fields;
use super::line;

/// Names of properties that hold the commit, as runners and build systems call it.
const COMMIT: [&str; 8] = [
    "commit",
    "commit_sha",
    "git.commit",
    "git_commit",
    "git.commit.id",
    "github_sha",
    "ci_commit_sha",
    "vcs.revision",
];
/// Names of properties that hold the repository.
const REPOSITORY: [&str; 3] = ["repository", "github_repository", "ci_project_path"];

/// Cases by outcome.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    tests: u64,
    failures: u64,
    errors: u64,
    skipped: u64,
}

/// A test case while it is read.
#[derive(Debug, Default)]
pub(super) struct Case {
    failed: bool,
    broke: bool,
    skipped: bool,
}

impl Case {
    pub(super) fn of(attributes: &[(String, String)]) -> Self {
        let not_run = |(name, value): &(String, String)| {
            matches!(
                (name.as_str(), value.as_str()),
                ("status", "notrun" | "disabled") | ("result", "skipped" | "suppressed")
            )
        };
        Self { skipped: attributes.iter().any(not_run), ..Self::default() }
    }

    /// Notes an element within the case.
    pub(super) fn note(&mut self, element: &str) {
        match element {
            "failure" => self.failed = true,
            "error" => self.broke = true,
            "skipped" => self.skipped = true,
            _ => {}
        }
    }
}

/// A suite while it is read.
#[derive(Debug, Default)]
pub(super) struct Suite {
    name: Option<String>,
    started_at: Option<String>,
    seconds: Option<f64>,
    stated: Counts,
    counted: Counts,
    commit: Option<String>,
    repository: Option<String>,
    /// What a suite within this one lacks.
    cut_off: Option<String>,
    /// Of the root: the cases in all its suites.
    inside: u64,
}

impl Suite {
    pub(super) fn of(attributes: &[(String, String)]) -> Self {
        let mut suite = Self::default();
        for (name, value) in attributes {
            let count = || value.trim().parse().unwrap_or_default();
            match name.as_str() {
                "name" => suite.name = line(value),
                "timestamp" => suite.started_at = Some(value.trim().to_owned()).filter(|at| !at.is_empty()),
                "time" => suite.seconds = seconds(value),
                "tests" => suite.stated.tests = count(),
                "failures" => suite.stated.failures = count(),
                "errors" => suite.stated.errors = count(),
                "skipped" | "skip" | "disabled" => suite.stated.skipped = suite.stated.skipped.max(count()),
                _ => {}
            }
        }
        suite
    }

    pub(super) fn property(&mut self, name: &str, value: &str) {
        let name = name.to_lowercase();
        let is_commit = matches!(value.len(), 40 | 64) && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        if COMMIT.contains(&name.as_str()) && is_commit {
            self.commit = Some(value.to_lowercase());
        } else if REPOSITORY.contains(&name.as_str()) {
            self.repository = line(value);
        }
    }

    /// Counts a case that is read.
    pub(super) fn count(&mut self, case: Case) {
        let Counts { tests, failures, errors, skipped } = &mut self.counted;
        *tests = tests.saturating_add(1);
        let outcome = match case {
            Case { failed: true, .. } => failures,
            Case { broke: true, .. } => errors,
            Case { skipped: true, .. } => skipped,
            _ => return,
        };
        *outcome = outcome.saturating_add(1);
    }

    /// Takes in a suite that is read and lies within this one.
    pub(super) fn include(&mut self, inner: &Self) {
        let add = |sum: &mut u64, more: u64| *sum = sum.saturating_add(more);
        add(&mut self.counted.tests, inner.counted.tests);
        add(&mut self.counted.failures, inner.failures());
        add(&mut self.counted.errors, inner.errors());
        add(&mut self.counted.skipped, inner.counted.skipped);
        self.cut_off = self.cut_off.take().or_else(|| inner.cut_off());
        self.started_at = self.started_at.take().or_else(|| inner.started_at.clone());
        self.commit = self.commit.take().or_else(|| inner.commit.clone());
        self.repository = self.repository.take().or_else(|| inner.repository.clone());
    }

    /// With what the root states for all suites; the root counts its cases.
    pub(super) fn within(self, root: &mut Self) -> Self {
        root.inside = root.inside.saturating_add(self.counted.tests);
        Self {
            started_at: self.started_at.or_else(|| root.started_at.clone()),
            commit: self.commit.or_else(|| root.commit.clone()),
            repository: self.repository.or_else(|| root.repository.clone()),
            ..self
        }
    }

    /// Whether this suite, or one within it, states more cases than it holds.
    fn cut_off(&self) -> Option<String> {
        let (stated, counted) = (self.stated.tests, self.counted.tests);
        let own = || format!("{} states {stated} tests and holds {counted}: it was cut off", self.shown());
        self.cut_off.clone().or_else(|| (stated > counted).then(own))
    }

    /// Of the root: whether it states more cases than the report holds.
    pub(super) fn lacks(&self) -> Option<String> {
        let (stated, held) = (self.stated.tests, self.inside.saturating_add(self.counted.tests));
        (stated > held).then(|| format!("the report states {stated} tests and holds {held}: it was cut off"))
    }

    /// Of the root: its cases that stand in no suite, as one; what it states is about all suites.
    pub(super) fn loose(self) -> Option<Self> {
        let seconds = self.seconds.filter(|_| self.inside == 0);
        (self.counted.tests > 0).then(|| Self { stated: Counts::default(), seconds, ..self })
    }

    fn shown(&self) -> String {
        self.name
            .as_ref()
            .map_or_else(|| "a suite without a name".to_owned(), |name| format!("suite `{name}`"))
    }

    fn failures(&self) -> u64 {
        self.counted.failures.max(self.stated.failures)
    }

    fn errors(&self) -> u64 {
        self.counted.errors.max(self.stated.errors)
    }

    /// The columns of the record, or the rule that the suite breaks.
    pub(super) fn fields(&self) -> Result<Fields, String> {
        if let Some(rule) = self.cut_off() {
            return Err(rule);
        }
        let Some(started_at) = &self.started_at else {
            return Err(format!("{} has no `timestamp`; have the runner write one", self.shown()));
        };
        Ok(Fields::default()
            .with("built_at", started_at.as_str())
            .with("time_basis", "started")
            .with("kind", "test")
            .with("basis", "test_report")
            .maybe("name", self.name.as_deref())
            .maybe("repository", self.repository.as_deref())
            .maybe("source_commit", self.commit.as_deref())
            .with("started_at", started_at.as_str())
            .with("result", self.result())
            .with("tests", self.counted.tests)
            .with("failures", self.failures())
            .with("errors", self.errors())
            .with("skipped", self.counted.skipped)
            .maybe("duration_seconds", self.seconds))
    }

    /// A suite in which nothing ran did not succeed.
    fn result(&self) -> &'static str {
        if self.failures().max(self.errors()) > 0 {
            "failure"
        } else if self.counted.tests == 0 {
            "neutral"
        } else if self.counted.skipped == self.counted.tests {
            "skipped"
        } else {
            "success"
        }
    }
}

/// Seconds, also with commas between the thousands.
fn seconds(text: &str) -> Option<f64> {
    let number: f64 = text.trim().replace(',', "").parse().ok()?;
    (number.is_finite() && number >= 0.0).then_some(number)
}
