//! What differs between two catalogs.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use attestry_domain::catalog::Catalog;
use serde::Serialize;
use serde_json::{Value, json};

use crate::ui::words::counted;
use crate::ui::{Fault, Out, Table};
use crate::verb::Done;

/// One difference.
#[derive(Debug, Serialize, PartialEq, Eq)]
struct Difference {
    kind: &'static str,
    id: String,
    change: &'static str,
    /// Which keys differ.
    keys: Vec<String>,
}

pub(super) fn run(out: Out, a: &Path, b: &Path) -> Done {
    let (one, other) = (load(a)?, load(b)?);
    let found = differences(&one, &other);
    let document = json!({"a": one.digest, "b": other.digest, "differences": found});
    out.show(&document, |page| {
        if found.is_empty() {
            page.say("The two catalogs say the same.");
            return;
        }
        page.title(counted(u64::try_from(found.len()).unwrap_or(0), "difference"));
        let mut table = Table::new().column("kind").column("id").column("change").text("what");
        for one in &found {
            table.row(vec![
                one.kind.into(),
                one.id.as_str().into(),
                one.change.into(),
                one.keys.join(", ").into(),
            ]);
        }
        page.table(&table);
    })?;
    Ok(ExitCode::SUCCESS)
}

fn load(dir: &Path) -> Result<Catalog, Fault> {
    let dir = (dir != Path::new("built-in")).then_some(dir);
    if let Some(dir) = dir.filter(|dir| !dir.is_dir()) {
        return Err(
            Fault::wrong(format!("`{}` is no folder", dir.display())).help("name a folder, or `built-in`")
        );
    }
    super::load(dir).map_err(|errors| super::faulty("the catalog", &errors))
}

fn differences(a: &Catalog, b: &Catalog) -> Vec<Difference> {
    let kinds = |catalog: &Catalog| -> [(&'static str, BTreeMap<String, Value>); 6] {
        [
            ("framework", values(&catalog.frameworks)),
            ("requirement", values(&catalog.requirements)),
            ("control", values(&catalog.controls)),
            ("mapping", mappings(catalog)),
            ("test", values(&catalog.tests)),
            ("stream", values(&catalog.streams)),
        ]
    };
    let mut found = Vec::new();
    for ((kind, before), (_, after)) in kinds(a).into_iter().zip(kinds(b)) {
        let gone = before.keys().filter(|id| !after.contains_key(*id));
        found.extend(gone.map(|id| Difference { kind, id: id.clone(), change: "gone", keys: Vec::new() }));
        for (id, now) in &after {
            match before.get(id) {
                None => found.push(Difference { kind, id: id.clone(), change: "new", keys: Vec::new() }),
                Some(then) if then != now => {
                    found.push(Difference {
                        kind,
                        id: id.clone(),
                        change: "changed",
                        keys: changed(then, now),
                    });
                }
                Some(_) => {}
            }
        }
    }
    found
}

fn values<K: ToString, V: Serialize>(all: &BTreeMap<K, V>) -> BTreeMap<String, Value> {
    let value = |one| {
        let mut value = serde_json::to_value(one).unwrap_or_default();
        // Mappings are compared one by one.
        value.as_object_mut().map(|keys| keys.remove("mappings"));
        value
    };
    all.iter().map(|(id, one)| (id.to_string(), value(one))).collect()
}

fn mappings(catalog: &Catalog) -> BTreeMap<String, Value> {
    let all =
        catalog.controls.values().flat_map(|control| control.mappings.iter().map(move |one| (control, one)));
    let value = |one| serde_json::to_value(one).unwrap_or_default();
    all.map(|(control, one)| (format!("{} → {}", control.id, one.requirement), value(one))).collect()
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
        let one = attestry_catalog::embedded().unwrap();
        assert_eq!(differences(&one, &one), []);
        let mut other = one.clone();
        let (id, control) = other.controls.iter_mut().next().unwrap();
        control.title.push('!');
        let expected =
            Difference { kind: "control", id: id.to_string(), change: "changed", keys: vec!["title".into()] };
        assert_eq!(differences(&one, &other), [expected]);
    }
}
