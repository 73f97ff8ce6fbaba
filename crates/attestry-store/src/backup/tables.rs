//! The tables that a backup holds, and rows as JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use crate::StoreError;

/// How a column is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Text,
    Bytes,
}

/// A table with its columns, in an order in which rows can be put back; the first columns are its key.
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) order: &'static str,
    pub(super) columns: &'static [(&'static str, Kind)],
}

use Kind::{Bytes, Number, Text};

/// Everything but sessions, links, caches and what is derived from events.
pub(super) const TABLES: [Shape; 8] = [
    Shape {
        name: "workspace",
        order: "id",
        columns: &[("id", Text), ("slug", Text), ("origin", Text), ("created_at", Number)],
    },
    Shape { name: "head", order: "workspace", columns: &[("workspace", Text), ("size", Number)] },
    Shape {
        name: "event",
        order: "workspace, sequence",
        columns: &[
            ("workspace", Text),
            ("sequence", Number),
            ("recorded_at", Number),
            ("actor", Text),
            ("kind", Text),
            ("version", Number),
            ("payload", Bytes),
            ("salt", Bytes),
            ("payload_digest", Bytes),
            ("leaf_hash", Bytes),
        ],
    },
    Shape {
        name: "command",
        order: "workspace, command",
        columns: &[
            ("workspace", Text),
            ("command", Text),
            ("first_sequence", Number),
            ("last_sequence", Number),
            ("answered_at", Number),
        ],
    },
    Shape {
        name: "account",
        order: "person",
        columns: &[
            ("person", Text),
            ("workspace", Text),
            ("email", Text),
            ("password_hash", Text),
            ("created_at", Number),
        ],
    },
    Shape {
        name: "api_token",
        order: "id",
        columns: &[
            ("id", Text),
            ("token_hash", Bytes),
            ("workspace", Text),
            ("person", Text),
            ("name", Text),
            ("created_at", Number),
            ("expires_at", Number),
            ("last_used_at", Number),
        ],
    },
    Shape {
        name: "buffer",
        order: "id",
        columns: &[
            ("workspace", Text),
            ("stream", Text),
            ("source", Text),
            ("collector", Text),
            ("actor", Text),
            ("records", Bytes),
            ("row_count", Number),
            ("received_at", Number),
        ],
    },
    Shape {
        name: "request",
        order: "workspace, request",
        columns: &[
            ("workspace", Text),
            ("request", Text),
            ("digest", Bytes),
            ("answer", Text),
            ("answered_at", Number),
        ],
    },
];

impl Shape {
    fn names(&self) -> String {
        self.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }

    /// A page of rows in the table's order.
    pub(super) fn select(&self) -> String {
        format!("SELECT {} FROM {} ORDER BY {} LIMIT $1 OFFSET $2", self.names(), self.name, self.order)
    }

    /// A row as one JSON object.
    pub(super) fn to_json(&self, row: &AnyRow) -> Result<Value, StoreError> {
        let mut object = Map::new();
        for (name, kind) in self.columns {
            let value = match kind {
                Number => row.try_get::<Option<i64>, _>(*name)?.map(Value::from),
                Text => row.try_get::<Option<String>, _>(*name)?.map(Value::from),
                Bytes => {
                    let bytes: Option<Vec<u8>> = row.try_get(*name)?;
                    bytes.map(|bytes| Value::from(STANDARD.encode(bytes)))
                }
            };
            object.insert((*name).to_owned(), value.unwrap_or(Value::Null));
        }
        Ok(Value::Object(object))
    }

    /// Puts a row back; a word on what is wrong with it when it cannot be.
    pub(super) async fn insert(
        &self,
        tx: &mut Transaction<'static, Any>,
        row: &Value,
    ) -> Result<(), StoreError> {
        let wrong = || StoreError::row(self.name, row);
        let places: Vec<String> = (1..=self.columns.len()).map(|at| format!("${at}")).collect();
        let sql = format!("INSERT INTO {} ({}) VALUES ({})", self.name, self.names(), places.join(", "));
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for (name, kind) in self.columns {
            let value = row.get(*name).ok_or_else(wrong)?;
            query = match (kind, value) {
                (Number, Value::Null) => query.bind(None::<i64>),
                (Text, Value::Null) => query.bind(None::<String>),
                (Bytes, Value::Null) => query.bind(None::<Vec<u8>>),
                (Number, value) => query.bind(value.as_i64().ok_or_else(wrong)?),
                (Text, Value::String(text)) => query.bind(text.clone()),
                (Bytes, Value::String(text)) => query.bind(STANDARD.decode(text).map_err(|_| wrong())?),
                _ => return Err(wrong()),
            };
        }
        query.execute(&mut **tx).await?;
        Ok(())
    }
}
