//! What every framework gives towards every other.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use attestry_app::overlap::{Asked, Towards, towards};
use attestry_app::readiness::Status;
use attestry_domain::catalog::Catalog;
use attestry_domain::id::FrameworkId;
use attestry_domain::overlap::{Overlap, Wish, overlap};
use serde_json::json;

use super::scope::Scopes;
use crate::ui::{Out, Page, Table};
use crate::verb::Done;

/// What is had, a row each.
pub(super) enum Rows<'a> {
    /// These scopes.
    Scopes(Vec<Scopes>),
    /// What a programme meets, of these frameworks.
    Programme(&'a Status, &'a BTreeSet<FrameworkId>),
}

/// One pair.
struct Cell<'a> {
    had: String,
    have: Vec<FrameworkId>,
    overlap: Overlap<'a>,
}

impl<'a> Rows<'a> {
    /// One row of what is had; every framework when nothing is.
    pub(super) fn of(catalog: &Catalog, have: Scopes) -> Self {
        if have.is_empty() {
            let one = |id: &FrameworkId| Scopes::from([(id.clone(), BTreeSet::new())]);
            return Self::Scopes(catalog.frameworks.keys().map(one).collect());
        }
        Self::Scopes(vec![have])
    }

    /// One row of what a programme meets.
    pub(super) fn programme(status: &'a Status, have: &'a BTreeSet<FrameworkId>) -> Self {
        Self::Programme(status, have)
    }

    fn cells(&self, catalog: &'a Catalog, want: &FrameworkId, ai_in_scope: bool) -> Vec<Cell<'a>> {
        match self {
            Self::Scopes(rows) => {
                let rows = rows.iter().filter(|have| !have.contains_key(want));
                let one = |scopes: &Scopes| {
                    let (have, want, categories) = (scopes.clone(), want.clone(), BTreeSet::new());
                    let overlap = overlap(catalog, &Wish { have, met: None, want, categories, ai_in_scope });
                    let names: Vec<&str> = scopes.keys().map(FrameworkId::as_str).collect();
                    Cell { had: names.join(" and "), have: scopes.keys().cloned().collect(), overlap }
                };
                rows.map(one).collect()
            }
            Self::Programme(_, have) if have.contains(want) => Vec::new(),
            Self::Programme(status, have) => {
                let (have, categories) = ((*have).clone(), BTreeSet::new());
                let asked = Asked { have, want: want.clone(), categories, ai_in_scope };
                let Towards { have, overlap, .. } = towards(status, &asked);
                vec![Cell { had: "programme".to_owned(), have: have.into_iter().collect(), overlap }]
            }
        }
    }
}

/// Prints the matrix, or the one column that is wanted.
pub(super) fn run(
    out: Out,
    catalog: &Catalog,
    rows: &Rows<'_>,
    want: Option<&FrameworkId>,
    ai_in_scope: bool,
) -> Done {
    let wanted = catalog.frameworks.keys().filter(|id| want.is_none_or(|want| want == *id));
    let cells = wanted.flat_map(|want| rows.cells(catalog, want, ai_in_scope));
    let cells: Vec<Cell<'_>> = cells.collect();
    let document = |cell: &Cell<'_>| {
        let Overlap { want, reuse, extend, new, total, .. } = &cell.overlap;
        json!({"have": cell.have, "want": want, "reuse": reuse, "extend": extend, "new": new, "total": total})
    };
    let matrix: Vec<_> = cells.iter().map(document).collect();
    let programme = matches!(rows, Rows::Programme(..));
    let document = json!({"ai_in_scope": ai_in_scope, "programme": programme, "matrix": matrix});
    out.show(&document, |page| {
        page.title("What having one gives towards another");
        page.say(
            "Rows: what you have. Columns: what you want. Each cell: requirements of the column that can be reused / \
             extend what you have / are new.",
        );
        let scope = if ai_in_scope { "lie" } else { "do not lie" };
        page.note(format!("Assumed: your AI systems {scope} in the scope of what you have."));
        print(page, &cells);
        page.gap();
        page.note("`attestry overlap --have A --want B` gives the reasons, and what to do in which order.");
    })?;
    Ok(ExitCode::SUCCESS)
}

/// As many columns beside each other as fit; the rest below.
fn print(page: &mut Page, cells: &[Cell<'_>]) {
    let mut columns: Vec<&FrameworkId> = Vec::new();
    let mut rows: Vec<&str> = Vec::new();
    let mut found: BTreeMap<(&str, &FrameworkId), String> = BTreeMap::new();
    for Cell { had, overlap, .. } in cells {
        if !columns.contains(&&overlap.want) {
            columns.push(&overlap.want);
        }
        if !rows.contains(&had.as_str()) {
            rows.push(had);
        }
        let Overlap { want, reuse, extend, new, .. } = overlap;
        found.insert((had, want), format!("{reuse}/{extend}/{new}"));
    }
    rows.sort_unstable();
    let longest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0) + 2;
    let first = longest(&mut rows.iter().map(|row| row.chars().count()));
    let ids = columns.iter().map(|id| id.as_str().len());
    let each = longest(&mut ids.chain(found.values().map(String::len)));
    let beside = (page.width().saturating_sub(first) / each).max(1);
    for columns in columns.chunks(beside) {
        let mut table = Table::new().column("");
        for column in columns {
            table = table.number(column.as_str());
        }
        for row in &rows {
            let cell = |column: &&FrameworkId| found.get(&(*row, *column)).map_or("–", String::as_str).into();
            table.row(std::iter::once((*row).into()).chain(columns.iter().map(cell)).collect());
        }
        page.gap();
        page.table(&table);
    }
}
