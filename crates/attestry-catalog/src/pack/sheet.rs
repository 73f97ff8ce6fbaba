//! The common layout of a framework in a spreadsheet: a row each requirement, with its identifier and title, and
//! perhaps its parent and a description.

use std::collections::BTreeSet;

use super::framework::{Found, Node, SEE, plain};
use super::{Given, fault};
use crate::error::{CatalogError, Fault, PackFault};
use crate::fields::Place;

mod csv;
mod xlsx;

/// The columns that are read; the first two must be there.
const COLUMNS: [&str; 6] = ["id", "title", "parent", "description", "kind", "assessable"];

/// A cell as text, or why it is none.
type Cell = Result<String, PackFault>;

/// A table with the number of each row in its file, counted from 1.
struct Rows(Vec<(usize, Vec<Cell>)>);

/// Where each column of [`COLUMNS`] stands.
struct Head {
    row: usize,
    at: [Option<usize>; COLUMNS.len()],
    others: Vec<String>,
}

pub(super) fn read(given: &Given<'_>, is_workbook: bool) -> Result<(Found, Vec<String>), Vec<CatalogError>> {
    let tables = if is_workbook { xlsx::tables(given)? } else { vec![csv::table(given)?] };
    let heads = tables.iter().map(|(_, rows)| head(rows));
    let Some(((sheet, rows), head)) = tables.iter().zip(heads).find_map(|(table, head)| Some((table, head?)))
    else {
        return Err(fault(given.file, PackFault::NoHead(seen(&tables))));
    };
    let mut notes = Vec::new();
    if !head.others.is_empty() {
        notes.push(format!("columns that are not read: {}", head.others.join(", ")));
    }
    if tables.len() > 1 {
        notes.push(format!("of {} sheets only `{sheet}` was read", tables.len()));
    }
    let nodes = nodes(given, rows, &head)?;
    let reading = given.reading;
    let stem = given.base().split('.').next().unwrap_or_default().to_owned();
    let found = Found {
        title: reading.title.clone().unwrap_or(stem),
        version: reading.edition.clone().unwrap_or_else(|| reading.today.to_string()),
        publisher: reading.publisher.clone().unwrap_or_else(|| "not said".to_owned()),
        licence_note: format!(
            "Identifiers, titles and descriptions as {} has them; the rights are the publisher's.",
            given.base()
        ),
        as_of: reading.today,
        nodes,
    };
    Ok((found, notes))
}

/// What the first row says, when no row is a head.
fn seen(tables: &[(String, Rows)]) -> String {
    let first = tables.iter().find_map(|(_, rows)| rows.0.first());
    let cells = first.into_iter().flat_map(|(_, cells)| cells).filter_map(|cell| cell.as_ref().ok());
    let cells: Vec<String> =
        cells.filter(|cell| !cell.is_empty()).take(8).map(|one| format!("`{one}`")).collect();
    if cells.is_empty() { "it is empty".to_owned() } else { format!("its first row is {}", cells.join(", ")) }
}

/// The first row that names both columns that must be there; letter case does not count.
fn head(rows: &Rows) -> Option<Head> {
    rows.0.iter().take(50).find_map(|(row, cells)| {
        let names: Vec<String> =
            cells.iter().map(|cell| cell.as_deref().unwrap_or_default().trim().to_lowercase()).collect();
        let at = COLUMNS.map(|column| names.iter().position(|name| name == column));
        let [Some(_), Some(_), ..] = at else { return None };
        let others = names.into_iter().filter(|name| !name.is_empty() && !COLUMNS.contains(&name.as_str()));
        Some(Head { row: *row, at, others: others.collect() })
    })
}

fn nodes(given: &Given<'_>, rows: &Rows, head: &Head) -> Result<Vec<Node>, Vec<CatalogError>> {
    let mut errors = Vec::new();
    let mut found = Vec::new();
    for (line, cells) in rows.0.iter().filter(|(row, _)| *row > head.row) {
        if cells.iter().all(|cell| cell.as_ref().is_ok_and(String::is_empty)) {
            continue;
        }
        let row = Row { file: given.file, line: *line, cells, head };
        match row.node() {
            Ok(node) => found.push(node),
            Err(faults) => errors.extend(faults),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let parents: BTreeSet<String> = found.iter().filter_map(|(node, ..)| node.parent.clone()).collect();
    let finish = |(node, kind, assessable): (Node, Option<String>, Option<bool>)| {
        // A row that others stand under is a heading, unless the sheet says otherwise.
        let is_heading = parents.contains(&node.id);
        let kind = kind.unwrap_or_else(|| if is_heading { "heading" } else { "requirement" }.to_owned());
        let assessable = assessable.unwrap_or(!is_heading);
        let summary = if assessable && node.summary.is_empty() { SEE.to_owned() } else { node.summary };
        Node { kind, assessable, summary, ..node }
    };
    Ok(found.into_iter().map(finish).collect())
}

/// A row under the head.
struct Row<'a> {
    file: &'a str,
    line: usize,
    cells: &'a [Cell],
    head: &'a Head,
}

impl Row<'_> {
    /// The node, with its kind and whether it is assessed where the row says so.
    fn node(&self) -> Result<(Node, Option<String>, Option<bool>), Vec<CatalogError>> {
        let texts = COLUMNS.map(|column| self.text(column));
        let mut errors: Vec<CatalogError> =
            texts.iter().filter_map(|text| text.as_ref().err().cloned()).collect();
        let [id, title, parent, description, kind, assessable] = texts.map(Result::unwrap_or_default);
        for (column, text) in [("id", &id), ("title", &title)] {
            if text.is_empty() && errors.is_empty() {
                errors.push(self.place(column).error(Fault::Pack(PackFault::NoCell(column))));
            }
        }
        let assessable = match yes(&assessable) {
            Ok(said) => said,
            Err(fault) => {
                errors.push(self.place("assessable").error(Fault::Pack(fault)));
                None
            }
        };
        if !errors.is_empty() {
            return Err(errors);
        }
        let some = |text: String| (!text.is_empty()).then_some(text);
        let node = Node {
            id,
            parent: some(parent),
            kind: String::new(),
            title,
            assessable: false,
            summary: description,
            place: self.place("id"),
            parent_place: self.place("parent"),
        };
        Ok((node, some(kind), assessable))
    }

    fn text(&self, column: &'static str) -> Result<String, CatalogError> {
        let at = COLUMNS.iter().position(|one| *one == column);
        let at = at.and_then(|at| self.head.at.get(at).copied().flatten());
        match at.and_then(|at| self.cells.get(at)) {
            Some(Ok(text)) => Ok(plain(text)),
            Some(Err(fault)) => Err(self.place(column).error(Fault::Pack(fault.clone()))),
            None => Ok(String::new()),
        }
    }

    fn place(&self, column: &str) -> Place {
        Place { file: self.file.to_owned(), line: Some(self.line), key: Some(column.to_owned()) }
    }
}

fn yes(text: &str) -> Result<Option<bool>, PackFault> {
    match text.to_lowercase().as_str() {
        "" => Ok(None),
        "yes" | "true" | "y" | "x" | "1" => Ok(Some(true)),
        "no" | "false" | "n" | "0" => Ok(Some(false)),
        _ => Err(PackFault::YesNo(text.to_owned())),
    }
}
