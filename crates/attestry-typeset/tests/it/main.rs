//! Template and data in, PDF out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

mod closed;
mod errors;
mod output;
mod templates;

use attestry_typeset::{Document, Template, Typeset, TypesetError, typeset};
use serde_json::Value;

fn document() -> Document {
    Document { title: "Yearly statement".to_owned(), author: Some("Ada".to_owned()), date: (2026, 5, 12) }
}

fn set(main: &str, data: &Value) -> Result<Typeset, TypesetError> {
    typeset(&Template { main, files: Vec::new() }, data, &document())
}

/// The message of a template that must not compile.
fn refusal(main: &str) -> String {
    set(main, &Value::Null).expect_err("the template compiled").to_string()
}

fn contains(bytes: &[u8], part: &str) -> bool {
    bytes.windows(part.len()).any(|window| window == part.as_bytes())
}
