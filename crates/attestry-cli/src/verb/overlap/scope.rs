//! Frameworks with categories, as people write them.

use std::collections::{BTreeMap, BTreeSet};

use attestry_domain::catalog::{Catalog, Framework};
use attestry_domain::id::FrameworkId;

use crate::ui::Fault;
use crate::verb::catalog::framework;

/// Frameworks, each with the categories that were named; all of them where none was.
pub(super) type Scopes = BTreeMap<FrameworkId, BTreeSet<String>>;

/// Reads `soc2:availability,privacy,iso27001`: what follows a comma is a framework when there is one of that name,
/// else a further category. Categories that every scope has come with those that are named.
pub(super) fn scopes(catalog: &Catalog, texts: &[String]) -> Result<Scopes, Fault> {
    let mut scopes = Scopes::new();
    for text in texts {
        let mut current: Option<&Framework> = None;
        for piece in text.split(',').map(str::trim).filter(|piece| !piece.is_empty()) {
            let (name, category) = match (piece.split_once(':'), current) {
                (Some((name, category)), _) => (name, Some(category)),
                (None, Some(within)) if !is_framework(catalog, piece) && has_named(&scopes, within) => {
                    (within.id.as_str(), Some(piece))
                }
                (None, _) => (piece, None),
            };
            let known = framework(catalog, name)?;
            let chosen = scopes.entry(known.id.clone()).or_default();
            if let Some(category) = category {
                let required = known.categories.iter().filter(|one| one.required);
                chosen.extend(required.map(|one| one.id.clone()));
                chosen.insert(of(known, category)?);
            }
            current = Some(known);
        }
    }
    Ok(scopes)
}

/// The one framework that is wanted, with its categories.
pub(super) fn wanted(
    catalog: &Catalog,
    text: Option<&str>,
    have: &Scopes,
) -> Result<Option<(FrameworkId, BTreeSet<String>)>, Fault> {
    let Some(text) = text else { return Ok(None) };
    let wanted = scopes(catalog, &[text.to_owned()])?;
    if wanted.len() != 1 {
        let fault = Fault::wrong(format!("--want takes one framework, and `{text}` is {}", wanted.len()));
        return Err(fault.help("ask for one at a time; without --want all of them are shown"));
    }
    let wanted = wanted.into_iter().next();
    match &wanted {
        Some((want, _)) if have.contains_key(want) => Err(both(want)),
        _ => Ok(wanted),
    }
}

/// The same framework on both sides.
pub(super) fn both(want: &FrameworkId) -> Fault {
    Fault::wrong(format!("`{want}` is both had and wanted")).help("leave it out of --have or of --want")
}

fn is_framework(catalog: &Catalog, text: &str) -> bool {
    text.parse().is_ok_and(|id: FrameworkId| catalog.frameworks.contains_key(&id))
}

/// Whether categories of a framework were named already: then more may follow.
fn has_named(scopes: &Scopes, within: &Framework) -> bool {
    scopes.get(&within.id).is_some_and(|chosen| !chosen.is_empty())
}

fn of(framework: &Framework, category: &str) -> Result<String, Fault> {
    let known = || framework.categories.iter().map(|one| one.id.as_str());
    if let Some(found) = known().find(|one| *one == category) {
        return Ok(found.to_owned());
    }
    let fault = Fault::wrong(format!("`{}` has no category `{category}`", framework.id));
    let near = attestry_app::files::nearest(category, known());
    Err(match (near.as_slice(), known().count()) {
        (_, 0) => fault.help("name it without a colon: it has no categories"),
        ([], _) => fault.help(format!("categories: {}", known().collect::<Vec<_>>().join(", "))),
        (near, _) => fault.help(format!("nearest: {}", near.join(", "))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<(String, Vec<String>)>, Fault> {
        let catalog = attestry_catalog::embedded().unwrap();
        let scopes = scopes(&catalog, &[text.to_owned()])?;
        Ok(scopes.into_iter().map(|(id, chosen)| (id.to_string(), chosen.into_iter().collect())).collect())
    }

    #[test]
    fn after_a_comma_comes_a_framework_or_a_further_category() {
        let read = read("soc2:availability, privacy,iso27001").unwrap();
        let categories = ["availability", "privacy", "security"].map(str::to_owned).to_vec();
        assert_eq!(read, [("iso27001".to_owned(), vec![]), ("soc2".to_owned(), categories)]);
    }

    #[test]
    fn a_category_needs_a_framework_and_must_be_one_of_its() {
        for wrong in ["availability", "soc2,availability", "soc2:secrecy", "iso42001:privacy", "soc3"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
