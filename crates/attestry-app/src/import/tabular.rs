//! Tables that somebody else decoded, matched and cast to a stream.

use attestry_domain::catalog::Stream;
use attestry_stats::{Column, Field, Table};

use super::assemble::Assembler;
use super::cell::Cell;
use super::driver::RecordSource;
use super::error::{ImportError, Place};
use super::map::Map;
use super::plan::Plan;

/// Reads tables row by row.
pub(super) struct Tables<I> {
    file: String,
    tables: I,
    table: Table,
    /// The source of each column of the table, by position.
    columns: Vec<Option<usize>>,
    fields: Option<Vec<Field>>,
    row: usize,
    records: u64,
}

pub(super) fn open<I>(
    stream: &Stream,
    map: Option<&Map>,
    file: &str,
    tables: I,
) -> Result<(Tables<I>, Assembler), ImportError> {
    let plan = Plan::new(stream, map, file)?;
    let source = Tables {
        file: file.to_owned(),
        tables,
        table: Table::default(),
        columns: Vec::new(),
        fields: None,
        row: 0,
        records: 0,
    };
    Ok((source, Assembler::new(plan)))
}

impl<I, E> Tables<I>
where
    I: Iterator<Item = Result<Table, E>>,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    /// Takes the next table that has rows; `false` when there is none.
    fn next_table(&mut self, plan: &Plan) -> Result<bool, ImportError> {
        while self.row >= self.table.len() {
            let Some(table) = self.tables.next() else { return Ok(false) };
            let decode = |error: E| ImportError::Decode { file: self.file.clone(), source: error.into() };
            self.table = table.map_err(decode)?;
            self.row = 0;
            if self.fields.as_deref() != Some(self.table.fields()) {
                let names: Vec<String> = self.table.fields().iter().map(|field| field.name.clone()).collect();
                self.columns = plan.header(&names, Place::Record(self.records + 1))?;
                self.fields = Some(self.table.fields().to_vec());
            }
        }
        Ok(true)
    }
}

impl<I, E> RecordSource for Tables<I>
where
    I: Iterator<Item = Result<Table, E>>,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    fn read(&mut self, row: &mut Assembler) -> Result<bool, ImportError> {
        if !self.next_table(&row.plan)? {
            return Ok(false);
        }
        self.records += 1;
        row.begin(Place::Record(self.records));
        for (column, source) in self.table.columns().iter().zip(&self.columns) {
            if let Some(source) = source {
                row.offer(*source, cell(column, self.row));
            }
        }
        self.row += 1;
        row.finish()?;
        Ok(true)
    }

    fn raw(&self) -> Option<String> {
        None
    }
}

fn cell(column: &Column, row: usize) -> Cell<'_> {
    fn of<T: Copy>(cells: &[Option<T>], row: usize, wrap: fn(T) -> Cell<'static>) -> Cell<'static> {
        cells.get(row).copied().flatten().map_or(Cell::Null, wrap)
    }
    match column {
        Column::Text(cells) => match cells.get(row) {
            Some(Some(text)) => Cell::Text(text),
            _ => Cell::Null,
        },
        Column::Integer(cells) => of(cells, row, Cell::Integer),
        Column::Float(cells) => of(cells, row, Cell::Float),
        Column::Boolean(cells) => of(cells, row, Cell::Boolean),
        Column::Timestamp(cells) => of(cells, row, Cell::Timestamp),
        Column::Date(cells) => of(cells, row, Cell::Date),
    }
}
