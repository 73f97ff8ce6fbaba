//! Crosswalks: how many rows of which relation, and the rows themselves.

use attestry_catalog::CrosswalkCounts;
use attestry_domain::catalog::{Catalog, Crosswalk, Related, Relation, Row};
use attestry_domain::id::{FrameworkId, RequirementId};
use attestry_domain::time::day_words;
use serde_json::{Value, json};

use super::number;
use crate::ui::words::counted;
use crate::ui::{Cell, Page, Table};

/// What a list says of a crosswalk.
pub(super) fn head(one: &Crosswalk) -> Value {
    json!({
        "id": one.id,
        "from": one.from,
        "to": one.to,
        "basis": one.basis,
        "as_of": one.as_of,
        "rows": one.rows.len(),
    })
}

/// Crosswalks with their rows by relation.
pub(super) fn table(all: &[CrosswalkCounts]) -> Table {
    let mut table = Table::new().column("crosswalk").number("rows");
    for relation in Relation::ALL {
        table = table.number(relation.words());
    }
    table = table.number("alone");
    for one in all {
        let numbers = std::iter::once(one.rows)
            .chain(one.relations.iter().map(|relation| relation.rows))
            .chain([one.alone_from + one.alone_to]);
        let numbers = numbers.map(|count| Cell::from(count.to_string()));
        table.row(std::iter::once(one.id.as_str().into()).chain(numbers).collect());
    }
    table
}

/// The crosswalk of an identifier, whichever of its frameworks is named first.
pub(super) fn find<'a>(catalog: &'a Catalog, id: &str) -> Option<&'a Crosswalk> {
    let (one, other) = id.split_once("--")?;
    let (one, other): (FrameworkId, FrameworkId) = (one.parse().ok()?, other.parse().ok()?);
    catalog.crosswalk(&one, &other)
}

pub(super) fn page(page: &mut Page, catalog: &Catalog, one: &Crosswalk) {
    let short =
        |id: &FrameworkId| catalog.frameworks.get(id).map_or("", |known| known.short.as_str()).to_owned();
    page.title(format!("{}: {} and {}", one.id, short(&one.from), short(&one.to)));
    page.say(&one.note);
    page.say(format!("{}, gone through on {}.", one.basis, day_words(one.as_of)));
    if let Some(answers) = &one.answers {
        page.gap();
        page.say(format!("Is it the same thing? {}", answers.same));
        page.say(format!("Do I need both? {}", answers.both));
        page.say(format!("Which one first? {}", answers.first));
    }
    let counts = one.counts().into_iter().map(|(relation, count)| format!("{count} {}", relation.words()));
    page.title(format!(
        "{}: {}",
        counted(number(one.rows.len()), "row"),
        counts.collect::<Vec<_>>().join(", ")
    ));
    for one in &one.rows {
        row(page, one);
    }
    if !one.alone.is_empty() {
        page.title("Without a counterpart");
        for (id, why) in &one.alone {
            page.say(format!("{id}: {why}"));
        }
    }
}

fn row(page: &mut Page, one: &Row) {
    page.say(format!("{} {} {}", one.from, told(one.relation, one.strength), one.to));
    page.indented(4, &one.why);
    for (id, left) in [(&one.to, &one.left_to), (&one.from, &one.left_from)] {
        if !left.is_empty() {
            page.indented(4, format!("Left for {}: {left}", id.code()));
        }
    }
}

/// A relation between two identifiers.
fn told(relation: Relation, strength: u8) -> String {
    match relation {
        Relation::NoRelation => "has no relation to".to_owned(),
        other => format!("– {}, {strength} of 10 –", other.words()),
    }
}

/// What other requirements are to this one.
pub(super) fn related(catalog: &Catalog, id: &RequirementId) -> Vec<Value> {
    let row = |row: Related<'_>| {
        json!({
            "requirement": row.had,
            "relation": row.relation,
            "strength": row.strength,
            "why": row.why,
            "left": row.left,
        })
    };
    catalog.related(id).map(row).collect()
}

/// The same for people.
pub(super) fn related_page(page: &mut Page, catalog: &Catalog, id: &RequirementId) {
    let mut rows: Vec<Related<'_>> = catalog.related(id).collect();
    rows.sort_by_key(|row| (row.had.framework(), std::cmp::Reverse(row.strength)));
    if rows.is_empty() {
        return;
    }
    page.title("In other frameworks");
    let mut table = Table::new()
        .column("requirement")
        .column("is to it")
        .number("of 10")
        .text("in common")
        .text("left here");
    for row in rows {
        table.row(vec![
            row.had.as_str().into(),
            row.relation.words().into(),
            row.strength.to_string().into(),
            row.why.into(),
            row.left.into(),
        ]);
    }
    page.table(&table);
}
