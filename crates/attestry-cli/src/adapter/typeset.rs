//! Documents through Typst.

use attestry_app::port::{Document, TypesetFailure, Typesetter};
use attestry_typeset::Template;

/// Sets documents in this process: the templates are the program's own.
#[derive(Debug, Clone, Copy, Default)]
pub struct Documents;

impl Typesetter for Documents {
    fn pdf(&self, document: &Document<'_>) -> Result<Vec<u8>, TypesetFailure> {
        let files = document.files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec()));
        let template = Template { main: document.main, files: files.collect() };
        let part = |part: i8| u8::try_from(part).unwrap_or_default();
        let (month, day) = (part(document.date.month()), part(document.date.day()));
        let properties = attestry_typeset::Document {
            title: document.title.to_owned(),
            author: None,
            date: (i32::from(document.date.year()), month, day),
        };
        let set = attestry_typeset::typeset(&template, document.data, &properties);
        let set = set.map_err(|error| TypesetFailure(error.to_string()))?;
        for warning in &set.warnings {
            tracing::warn!(%warning, "document.warning");
        }
        Ok(set.pdf)
    }
}
