//! A table of separated values. Which sign separates is read from the first line that has one.

use super::Rows;
use crate::error::{CatalogError, PackFault};
use crate::pack::{Given, fault};

pub(super) fn table(given: &Given<'_>) -> Result<(String, Rows), Vec<CatalogError>> {
    let text = given.text()?;
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).delimiter(separator(text));
    let mut rows = Vec::new();
    for record in reader.from_reader(text.as_bytes()).records() {
        let record = record.map_err(|error| fault(given.file, PackFault::Sheet(error.to_string())))?;
        let line = record.position().map_or(0, |position| position.line());
        let cells = record.iter().map(|cell| Ok(cell.trim().to_owned())).collect();
        rows.push((usize::try_from(line).unwrap_or(usize::MAX), cells));
    }
    Ok((given.base().to_owned(), Rows(rows)))
}

fn separator(text: &str) -> u8 {
    let count = |line: &str, sign: u8| line.bytes().filter(|byte| *byte == sign).count();
    let most = |line: &str| {
        let signs = [b',', b';', b'\t'].into_iter().map(|sign| (count(line, sign), sign));
        signs.rev().max_by_key(|(count, _)| *count).filter(|(count, _)| *count > 0).map(|(_, sign)| sign)
    };
    text.lines().find_map(most).unwrap_or(b',')
}
