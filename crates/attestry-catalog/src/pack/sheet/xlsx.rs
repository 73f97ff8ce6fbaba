//! The tables of an XLSX workbook. Only values are read: no formula is evaluated, no macro looked at.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx, XlsxError};

use super::{Cell, Rows};
use crate::error::{CatalogError, PackFault};
use crate::pack::{Given, LARGEST_MIB, fault};

/// Columns that are looked at: a cell far off to the right is nobody's column.
const COLUMNS: usize = 256;

type Sheets = BTreeMap<u32, BTreeMap<usize, Cell>>;

pub(super) fn tables(given: &Given<'_>) -> Result<Vec<(String, Rows)>, Vec<CatalogError>> {
    measured(given)?;
    // The library trusts places of cells: one like `ZZZZZZZZ1`, which only a damaged file has, makes it panic.
    let read = std::panic::catch_unwind(|| sheets(given));
    read.unwrap_or_else(|_| Err(fault(given.file, PackFault::Sheet("the workbook is damaged".to_owned()))))
}

fn sheets(given: &Given<'_>) -> Result<Vec<(String, Rows)>, Vec<CatalogError>> {
    let wrong = |error: XlsxError| fault(given.file, PackFault::Sheet(error.to_string()));
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(given.bytes)).map_err(wrong)?;
    let mut tables = Vec::new();
    for name in workbook.sheet_names() {
        if let Some(cells) = cells(&mut workbook, &name).map_err(wrong)? {
            tables.push((name, rows(cells)));
        }
    }
    Ok(tables)
}

/// Refuses what says that it unpacks to more than is read.
fn measured(given: &Given<'_>) -> Result<(), Vec<CatalogError>> {
    let wrong = |error: zip::result::ZipError| fault(given.file, PackFault::Sheet(error.to_string()));
    let mut archive = zip::ZipArchive::new(Cursor::new(given.bytes)).map_err(wrong)?;
    let mut size = 0_u64;
    for at in 0..archive.len() {
        size = size.saturating_add(archive.by_index_raw(at).map_err(wrong)?.size());
    }
    if size > LARGEST_MIB << 20 {
        return Err(fault(given.file, PackFault::TooLarge(LARGEST_MIB)));
    }
    Ok(())
}

/// The cells that are used, one by one, so that a cell far away costs no more than any other; `None` for a chart.
fn cells(workbook: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<Option<Sheets>, XlsxError> {
    let mut reader = match workbook.worksheet_cells_reader(sheet) {
        Ok(reader) => reader,
        Err(XlsxError::NotAWorksheet(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut cells = Sheets::new();
    while let Some(one) = reader.next_cell()? {
        let (row, column) = one.get_position();
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column < COLUMNS {
            cells.entry(row).or_default().insert(column, cell(one.get_value()));
        }
    }
    Ok(Some(cells))
}

fn rows(cells: Sheets) -> Rows {
    let row = |(row, mut cells): (u32, BTreeMap<usize, Cell>)| {
        let width = cells.last_key_value().map_or(0, |(column, _)| column + 1);
        let cells = (0..width).map(|column| cells.remove(&column).unwrap_or_else(|| Ok(String::new())));
        (usize::try_from(row).unwrap_or(usize::MAX).saturating_add(1), cells.collect())
    };
    Rows(cells.into_iter().map(row).collect())
}

fn cell(cell: &DataRef<'_>) -> Cell {
    match cell {
        DataRef::Empty => Ok(String::new()),
        DataRef::String(text) => Ok(text.trim().to_owned()),
        DataRef::SharedString(text) => Ok(text.trim().to_owned()),
        DataRef::Int(number) => Ok(number.to_string()),
        DataRef::Float(number) => Ok(number.to_string()),
        DataRef::Bool(said) => Ok(said.to_string()),
        DataRef::DateTime(_) | DataRef::DateTimeIso(_) | DataRef::DurationIso(_) => Err(PackFault::Date),
        DataRef::Error(error) => Err(PackFault::Sheet(format!("the cell says {error}"))),
    }
}
