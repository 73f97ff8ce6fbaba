//! What a file of records is: records of a stream in a plain format, or what another product writes.

use std::fs::File;
use std::io::BufReader;

use super::InputFile;
use super::input::BUFFER;
use crate::AppError;
use crate::import::{self, Format, Product};

/// The shape of a file of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Records of a stream.
    Records(Format),
    /// A file of another product, which tells its streams by itself.
    Product(Product),
}

impl Shape {
    /// The names of all shapes.
    pub fn names() -> Vec<&'static str> {
        let formats = Format::ALL.iter().map(|format| format.name());
        formats.chain(Product::ALL.iter().map(|product| product.name())).collect()
    }

    /// The shape of that name.
    pub fn parse(name: &str) -> Option<Self> {
        let format = Format::ALL.into_iter().find(|format| format.name() == name);
        format.map(Self::Records).or_else(|| Product::parse(name).map(Self::Product))
    }

    /// What a file looks like; `None` when it does not tell.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(input: &InputFile) -> Result<Option<Self>, AppError> {
        let name = input.path.display().to_string();
        let (head, format) = super::input::look(input)?;
        if let Some(product) = Product::of_head(&name, &head) {
            return Ok(Some(Self::Product(product)));
        }
        if format == Some(Format::Ndjson) {
            let file = File::open(&input.path).map_err(AppError::file(&input.path))?;
            let found = import::recognise(&name, BufReader::with_capacity(BUFFER, file));
            if let Some(product) = found.map_err(super::refused)? {
                return Ok(Some(Self::Product(product)));
            }
        }
        Ok(format.map(Self::Records))
    }
}
