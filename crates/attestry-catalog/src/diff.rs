//! What differs between two catalogs.

use std::collections::BTreeMap;
use std::fmt::Debug;

use attestry_domain::catalog::Catalog;
use attestry_domain::id::Digest;
use serde::Serialize;
use serde_json::Value;

/// What differs between two catalogs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CatalogDiff {
    /// Digest of the first.
    pub before: Option<Digest>,
    /// Digest of the second.
    pub after: Option<Digest>,
    /// Differences by kind, and in each kind what is gone first.
    pub differences: Vec<Difference>,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// `framework`, `requirement`, `control`, `mapping`, `crosswalk`, `row`, `test`, `stream`, `topic`, `question`,
    /// `step` or `rule`.
    pub kind: &'static str,
    /// Its identifier; a mapping's is its control and requirement, a row's its two requirements.
    pub id: String,
    /// What became of it.
    pub change: Change,
    /// Which of its keys differ; empty for what is new or gone.
    pub keys: Vec<String>,
}

/// What became of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Only the first catalog has it.
    Gone,
    /// Only the second has it.
    New,
    /// Both have it, and say something else about it.
    Changed,
}

impl Change {
    /// In a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::New => "new",
            Self::Changed => "changed",
        }
    }
}

impl CatalogDiff {
    /// How many things of each kind went, came and changed, in the order of the differences.
    pub fn counts(&self) -> Vec<(&'static str, Change, usize)> {
        let mut counts: Vec<(&'static str, Change, usize)> = Vec::new();
        for one in &self.differences {
            match counts.iter_mut().find(|(kind, change, _)| (*kind, *change) == (one.kind, one.change)) {
                Some((.., count)) => *count += 1,
                None => counts.push((one.kind, one.change, 1)),
            }
        }
        counts
    }
}

/// Compares two catalogs.
pub fn diff(before: &Catalog, after: &Catalog) -> CatalogDiff {
    let mut differences = Vec::new();
    for ((kind, then), (_, now)) in kinds(before).into_iter().zip(kinds(after)) {
        let gone = then.keys().filter(|id| !now.contains_key(*id));
        let found = |id: &String, change, keys| Difference { kind, id: id.clone(), change, keys };
        differences.extend(gone.map(|id| found(id, Change::Gone, Vec::new())));
        for (id, now) in &now {
            match then.get(id) {
                None => differences.push(found(id, Change::New, Vec::new())),
                Some(then) if then != now => differences.push(found(id, Change::Changed, changed(then, now))),
                Some(_) => {}
            }
        }
    }
    CatalogDiff { before: before.digest, after: after.digest, differences }
}

type Values = BTreeMap<String, Value>;

fn kinds(catalog: &Catalog) -> [(&'static str, Values); 12] {
    let adviser = &catalog.adviser;
    [
        ("framework", all(catalog.frameworks.iter(), &[])),
        ("requirement", all(catalog.requirements.iter(), &[])),
        // Mappings and rows are compared one by one.
        ("control", all(catalog.controls.iter(), &["mappings"])),
        ("mapping", mappings(catalog)),
        ("crosswalk", all(catalog.crosswalks.iter().map(|one| (&one.id, one)), &["rows"])),
        ("row", rows(catalog)),
        ("test", all(catalog.tests.iter(), &[])),
        ("stream", all(catalog.streams.iter(), &[])),
        ("topic", all(catalog.topics.iter().map(|one| (&one.id, one)), &[])),
        ("question", told(adviser.questions().iter().map(|one| (&one.id, one)))),
        ("step", told(adviser.steps().iter().map(|one| (&one.id, one)))),
        ("rule", told(adviser.rules().iter().map(|one| (&one.id, one)))),
    ]
}

fn all<'a, K: ToString + 'a, V: Serialize + 'a>(
    things: impl Iterator<Item = (&'a K, &'a V)>,
    without: &[&str],
) -> Values {
    let value = |one| {
        let mut value = value(one);
        without.iter().for_each(|key| {
            value.as_object_mut().map(|keys| keys.remove(*key));
        });
        value
    };
    things.map(|(id, one)| (id.to_string(), value(one))).collect()
}

/// What has no form outside the program is compared as a whole.
fn told<'a, K: ToString + 'a, V: Debug + 'a>(things: impl Iterator<Item = (&'a K, &'a V)>) -> Values {
    things.map(|(id, one)| (id.to_string(), Value::String(format!("{one:?}")))).collect()
}

fn mappings(catalog: &Catalog) -> Values {
    let controls = catalog.controls.values();
    let all = controls.flat_map(|control| control.mappings.iter().map(move |one| (control, one)));
    all.map(|(control, one)| (format!("{} → {}", control.id, one.requirement), value(one))).collect()
}

fn rows(catalog: &Catalog) -> Values {
    let all = catalog.crosswalks.iter().flat_map(|crosswalk| &crosswalk.rows);
    all.map(|row| (format!("{} ~ {}", row.from, row.to), value(row))).collect()
}

fn value(one: &impl Serialize) -> Value {
    // Content has nothing that JSON cannot say.
    serde_json::to_value(one).unwrap_or_default()
}

fn changed(then: &Value, now: &Value) -> Vec<String> {
    let (Some(then), Some(now)) = (then.as_object(), now.as_object()) else { return Vec::new() };
    let keys = then.keys().chain(now.keys().filter(|key| !then.contains_key(*key)));
    keys.filter(|key| then.get(*key) != now.get(*key)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_catalog_differs_from_itself_in_nothing_and_a_changed_title_shows() {
        let one = crate::embedded().unwrap();
        assert_eq!(diff(&one, &one).differences, []);
        let mut other = one.clone();
        let (id, control) = other.controls.iter_mut().next().unwrap();
        control.title.push('!');
        let (kind, id, keys) = ("control", id.to_string(), vec!["title".to_owned()]);
        let found = diff(&one, &other);
        assert_eq!(found.differences, [Difference { kind, id, change: Change::Changed, keys }]);
        assert_eq!(found.counts(), [("control", Change::Changed, 1)]);
    }

    #[test]
    fn what_only_one_of_two_has_is_gone_or_new() {
        let one = crate::embedded().unwrap();
        let mut other = one.clone();
        let (id, _) = other.streams.pop_first().unwrap();
        let found = |before, after| diff(before, after).differences.remove(0);
        assert_eq!((found(&one, &other).id, found(&one, &other).change), (id.to_string(), Change::Gone));
        assert_eq!((found(&other, &one).id, found(&other, &one).change), (id.to_string(), Change::New));
    }
}
