//! Small typed tables: what crosses the query port in both directions.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The scalar types a column can have. Streams have scalar columns only; a list is a stream of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// UTF-8 text.
    Text,
    /// Signed 64-bit integer.
    Integer,
    /// IEEE 754 double.
    Float,
    /// True or false.
    Boolean,
    /// An instant: microseconds since 1970-01-01T00:00:00Z.
    Timestamp,
    /// A calendar day: days since 1970-01-01.
    Date,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Absent.
    Null,
    /// Text.
    Text(String),
    /// Integer.
    Integer(i64),
    /// Double.
    Float(f64),
    /// Boolean.
    Boolean(bool),
    /// Microseconds since the epoch, UTC.
    Timestamp(i64),
    /// Days since the epoch.
    Date(i32),
}

/// A name and a type.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Field {
    /// Column name, as SQL sees it.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: ColumnType,
}

impl Field {
    /// A field of the given name and type.
    pub fn new(name: impl Into<String>, kind: ColumnType) -> Self {
        Self { name: name.into(), kind }
    }
}

/// A column of one type; `None` is null.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// Text cells.
    Text(Vec<Option<String>>),
    /// Integer cells.
    Integer(Vec<Option<i64>>),
    /// Double cells.
    Float(Vec<Option<f64>>),
    /// Boolean cells.
    Boolean(Vec<Option<bool>>),
    /// Instants in microseconds, UTC.
    Timestamp(Vec<Option<i64>>),
    /// Days since the epoch.
    Date(Vec<Option<i32>>),
}

/// What can be wrong when a table is put together.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TableError {
    /// Columns of unequal length.
    #[error("column `{name}` has {found} rows where the table has {expected}")]
    Length {
        /// The column.
        name: String,
        /// Rows in it.
        found: usize,
        /// Rows in the table.
        expected: usize,
    },
    /// A value of another type than its column.
    #[error("column `{name}` takes {expected:?}, not {found:?}")]
    Type {
        /// The column.
        name: String,
        /// The column's type.
        expected: ColumnType,
        /// The value's type; `None` cannot occur since null fits every column.
        found: Option<ColumnType>,
    },
    /// Two columns of one name.
    #[error("two columns are called `{0}`")]
    Duplicate(String),
}

/// Columns of equal length under distinct names.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Table {
    fields: Vec<Field>,
    columns: Vec<Column>,
    rows: usize,
}

impl Value {
    /// The type of a value; `None` for null.
    pub fn kind(&self) -> Option<ColumnType> {
        match self {
            Self::Null => None,
            Self::Text(_) => Some(ColumnType::Text),
            Self::Integer(_) => Some(ColumnType::Integer),
            Self::Float(_) => Some(ColumnType::Float),
            Self::Boolean(_) => Some(ColumnType::Boolean),
            Self::Timestamp(_) => Some(ColumnType::Timestamp),
            Self::Date(_) => Some(ColumnType::Date),
        }
    }

    /// The text, if this is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, if this is an integer.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            _ => None,
        }
    }

    /// The instant in microseconds, if this is an instant.
    pub fn as_timestamp(&self) -> Option<i64> {
        match self {
            Self::Timestamp(value) => Some(*value),
            _ => None,
        }
    }
}

impl Column {
    /// An empty column of a type.
    pub fn empty(kind: ColumnType) -> Self {
        match kind {
            ColumnType::Text => Self::Text(Vec::new()),
            ColumnType::Integer => Self::Integer(Vec::new()),
            ColumnType::Float => Self::Float(Vec::new()),
            ColumnType::Boolean => Self::Boolean(Vec::new()),
            ColumnType::Timestamp => Self::Timestamp(Vec::new()),
            ColumnType::Date => Self::Date(Vec::new()),
        }
    }

    /// The column's type.
    pub fn kind(&self) -> ColumnType {
        match self {
            Self::Text(_) => ColumnType::Text,
            Self::Integer(_) => ColumnType::Integer,
            Self::Float(_) => ColumnType::Float,
            Self::Boolean(_) => ColumnType::Boolean,
            Self::Timestamp(_) => ColumnType::Timestamp,
            Self::Date(_) => ColumnType::Date,
        }
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(cells) => cells.len(),
            Self::Integer(cells) | Self::Timestamp(cells) => cells.len(),
            Self::Float(cells) => cells.len(),
            Self::Boolean(cells) => cells.len(),
            Self::Date(cells) => cells.len(),
        }
    }

    /// Whether there are no cells.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cell of a row; null past the end.
    pub fn value(&self, row: usize) -> Value {
        fn cell<T: Clone>(cells: &[Option<T>], row: usize, wrap: fn(T) -> Value) -> Value {
            cells.get(row).and_then(Clone::clone).map_or(Value::Null, wrap)
        }
        match self {
            Self::Text(cells) => cell(cells, row, Value::Text),
            Self::Integer(cells) => cell(cells, row, Value::Integer),
            Self::Float(cells) => cell(cells, row, Value::Float),
            Self::Boolean(cells) => cell(cells, row, Value::Boolean),
            Self::Timestamp(cells) => cell(cells, row, Value::Timestamp),
            Self::Date(cells) => cell(cells, row, Value::Date),
        }
    }

    /// Adds a cell; gives the value back when it does not fit the column's type.
    pub fn push(&mut self, value: Value) -> Result<(), Value> {
        match (self, value) {
            (Self::Text(cells), Value::Text(text)) => cells.push(Some(text)),
            (Self::Integer(cells), Value::Integer(number)) => cells.push(Some(number)),
            (Self::Float(cells), Value::Float(number)) => cells.push(Some(number)),
            (Self::Boolean(cells), Value::Boolean(truth)) => cells.push(Some(truth)),
            (Self::Timestamp(cells), Value::Timestamp(micros)) => cells.push(Some(micros)),
            (Self::Date(cells), Value::Date(days)) => cells.push(Some(days)),
            (Self::Text(cells), Value::Null) => cells.push(None),
            (Self::Integer(cells) | Self::Timestamp(cells), Value::Null) => cells.push(None),
            (Self::Float(cells), Value::Null) => cells.push(None),
            (Self::Boolean(cells), Value::Null) => cells.push(None),
            (Self::Date(cells), Value::Null) => cells.push(None),
            (_, other) => return Err(other),
        }
        Ok(())
    }
}

impl Table {
    /// An empty table with these columns.
    pub fn empty(fields: Vec<Field>) -> Self {
        let columns = fields.iter().map(|field| Column::empty(field.kind)).collect();
        Self { fields, columns, rows: 0 }
    }

    /// A table from named columns.
    pub fn new(columns: Vec<(String, Column)>) -> Result<Self, TableError> {
        let rows = columns.first().map_or(0, |(_, column)| column.len());
        let mut table = Self { rows, ..Self::default() };
        for (name, column) in columns {
            if column.len() != rows {
                return Err(TableError::Length { name, found: column.len(), expected: rows });
            }
            if table.fields.iter().any(|field| field.name == name) {
                return Err(TableError::Duplicate(name));
            }
            table.fields.push(Field { name, kind: column.kind() });
            table.columns.push(column);
        }
        Ok(table)
    }

    /// Adds a row; the table is unchanged when a value does not fit or the count is wrong.
    pub fn push_row(&mut self, row: Vec<Value>) -> Result<(), TableError> {
        if row.len() != self.fields.len() {
            let name = "row".to_owned();
            return Err(TableError::Length { name, found: row.len(), expected: self.fields.len() });
        }
        for (field, value) in self.fields.iter().zip(&row) {
            if value.kind().is_some_and(|kind| kind != field.kind) {
                let (name, found) = (field.name.clone(), value.kind());
                return Err(TableError::Type { name, expected: field.kind, found });
            }
        }
        for (column, value) in self.columns.iter_mut().zip(row) {
            let _fits = column.push(value);
        }
        self.rows += 1;
        Ok(())
    }

    /// Names and types, in order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The columns, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        let at = self.fields.iter().position(|field| field.name == name)?;
        self.columns.get(at)
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The cell in a named column; null when there is no such column or row.
    pub fn value(&self, row: usize, name: &str) -> Value {
        self.column(name).map_or(Value::Null, |column| column.value(row))
    }

    /// One row, in column order.
    pub fn row(&self, row: usize) -> Vec<Value> {
        self.columns.iter().map(|column| column.value(row)).collect()
    }

    /// Takes the table apart.
    pub fn into_columns(self) -> Vec<(String, Column)> {
        self.fields.into_iter().map(|field| field.name).zip(self.columns).collect()
    }
}
