//! Cells offered one by one become rows, rows become a table; what breaks a rule is collected.

use attestry_stats::{Column, Table, Value};

use super::cell::{self, Cell};
use super::error::{ImportError, MOST_ERRORS, Place, RowError};
use super::plan::Plan;

/// Puts records together after a plan.
pub(super) struct Assembler {
    pub(super) plan: Plan,
    columns: Vec<Column>,
    rows: usize,
    staged: Vec<Option<Value>>,
    place: Place,
    row_fails: bool,
    unknown: Option<String>,
    errors: Vec<RowError>,
}

impl Assembler {
    pub(super) fn new(plan: Plan) -> Self {
        let columns = empty(&plan);
        let staged = vec![None; plan.targets.len()];
        let place = Place::Record(0);
        Self { plan, columns, rows: 0, staged, place, row_fails: false, unknown: None, errors: Vec::new() }
    }

    /// Rows put together since the last table was taken.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Errors collected.
    pub(super) fn errors(&self) -> usize {
        self.errors.len()
    }

    pub(super) fn take_errors(&mut self) -> Vec<RowError> {
        std::mem::take(&mut self.errors)
    }

    /// The rows so far; `None` when there are none.
    pub(super) fn take_table(&mut self) -> Option<Table> {
        let columns = std::mem::replace(&mut self.columns, empty(&self.plan));
        let rows = std::mem::take(&mut self.rows);
        let names = self.plan.targets.iter().map(|target| target.name.clone());
        if rows == 0 {
            return None;
        }
        // The columns grow together and the plan refused a name that comes twice, so they fit.
        Table::new(names.zip(columns).collect()).ok()
    }

    /// Starts a record.
    pub(super) fn begin(&mut self, place: Place) {
        self.place = place;
        self.row_fails = false;
        self.staged.fill(None);
    }

    /// Offers the value of a source column.
    pub(super) fn offer(&mut self, source: usize, cell: Cell<'_>) {
        let cell = match cell {
            Cell::Text(text) if self.plan.null_values.contains(text) => Cell::Null,
            other => other,
        };
        let Some(source) = self.plan.sources.get(source) else { return };
        let mut wrong = Vec::new();
        for at in &source.targets {
            let (Some(target), Some(staged)) = (self.plan.targets.get(*at), self.staged.get_mut(*at)) else {
                continue;
            };
            if staged.is_some() {
                wrong.push((target.name.clone(), "is stated a second time in this record".to_owned()));
                continue;
            }
            match cell::convert(cell, target) {
                Ok(value) => *staged = Some(value),
                Err(rule) => {
                    // A value of its own kind, so that the column does not also count as absent.
                    *staged = Some(Value::Null);
                    wrong.push((target.name.clone(), rule));
                }
            }
        }
        for (column, rule) in wrong {
            self.reject(Some(column), cell.shown(), rule);
        }
    }

    /// Notes a column of the file that nobody declared.
    pub(super) fn note_unknown(&mut self, column: &str) {
        if self.unknown.is_none() && !self.plan.ignores(column) {
            self.unknown = Some(column.to_owned());
        }
    }

    /// Refuses the record, for one reason among several perhaps.
    pub(super) fn reject(&mut self, column: Option<String>, value: Option<String>, rule: String) {
        self.row_fails = true;
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(RowError { place: self.place, column, value, rule });
        }
    }

    /// Ends a record: it joins the table when nothing is wrong with any so far.
    ///
    /// # Errors
    /// When it had a column that nobody declared.
    pub(super) fn finish(&mut self) -> Result<(), ImportError> {
        if let Some(column) = self.unknown.take() {
            return Err(self.plan.unknown(&column, self.place));
        }
        if !self.row_fails {
            self.check_required();
        }
        if !self.errors.is_empty() {
            return Ok(());
        }
        for ((column, staged), target) in
            self.columns.iter_mut().zip(&mut self.staged).zip(&self.plan.targets)
        {
            let value = staged.take().filter(|value| *value != Value::Null);
            let _fits = column.push(value.unwrap_or_else(|| target.fill.clone()));
        }
        self.rows += 1;
        Ok(())
    }

    fn check_required(&mut self) {
        let mut absent = Vec::new();
        for (staged, target) in self.staged.iter().zip(&self.plan.targets) {
            let is_null = staged.as_ref().is_none_or(|value| *value == Value::Null);
            if target.required && is_null && target.fill == Value::Null {
                absent.push(target.name.clone());
            }
        }
        for column in absent {
            self.reject(Some(column), None, "has no value, and this column needs one".to_owned());
        }
    }
}

fn empty(plan: &Plan) -> Vec<Column> {
    plan.targets.iter().map(|target| Column::empty(target.kind)).collect()
}
