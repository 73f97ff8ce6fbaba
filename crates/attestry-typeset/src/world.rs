//! What a template can see: the files it was given, its data, the embedded fonts and one date.

use std::collections::BTreeMap;

use serde_json::Value;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration, OneOrMultiple, Smart};
use typst::model::DocumentElem;
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook, TextElem};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use crate::fonts::FONTS;
use crate::{DATA_FILE, Document, MAIN_FILE, Template, TypesetError};

/// A world that is wholly in memory.
pub(crate) struct MemoryWorld {
    library: LazyHash<Library>,
    main: FileId,
    files: BTreeMap<String, Bytes>,
    sources: BTreeMap<String, Source>,
    today: Datetime,
}

impl MemoryWorld {
    /// Lays out the files of a template; refuses names that cannot be told apart and dates that do not exist.
    pub(crate) fn new(
        template: &Template<'_>,
        data: &Value,
        document: &Document,
    ) -> Result<Self, TypesetError> {
        let today = date(document)?;
        let mut world = Self {
            library: LazyHash::new(library(document, today)),
            main: project_file(MAIN_FILE)?,
            files: BTreeMap::new(),
            sources: BTreeMap::new(),
            today,
        };
        world.add(MAIN_FILE, template.main.as_bytes().to_vec())?;
        world.add(DATA_FILE, data.to_string().into_bytes())?;
        for (name, bytes) in &template.files {
            world.add(name, bytes.clone())?;
        }
        Ok(world)
    }

    /// The bytes of a file that the template was given.
    pub(crate) fn given(&self, id: FileId) -> Option<&Bytes> {
        self.files.get(own_name(id)?)
    }

    fn add(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), TypesetError> {
        let id = project_file(name)?;
        let key = id.vpath().get_without_slash().to_owned();
        if name.ends_with(".typ") {
            let text = String::from_utf8(bytes.clone())
                .map_err(|_| TypesetError::NotText { name: name.to_owned() })?;
            self.sources.insert(key.clone(), Source::new(id, text));
        }
        match self.files.insert(key, Bytes::new(bytes)) {
            None => Ok(()),
            Some(_) => Err(TypesetError::FileTwice { name: name.to_owned() }),
        }
    }
}

impl World for MemoryWorld {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let name = own_name(id).ok_or_else(no_packages)?;
        match self.sources.get(name) {
            Some(source) => Ok(source.clone()),
            None if self.files.contains_key(name) => Err(FileError::NotSource),
            None => Err(FileError::NotFound(name.into())),
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let name = own_name(id).ok_or_else(no_packages)?;
        self.files.get(name).cloned().ok_or_else(|| FileError::NotFound(name.into()))
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        Some(self.today)
    }
}

/// The standard library, with the document's own words as defaults that a template may override.
fn library(document: &Document, today: Datetime) -> Library {
    let mut library = Library::default();
    library.styles.set(DocumentElem::title, Some(TextElem::packed(document.title.as_str())));
    let authors = document.author.iter().map(Into::into).collect();
    library.styles.set(DocumentElem::author, OneOrMultiple(authors));
    library.styles.set(DocumentElem::date, Smart::Custom(Some(today)));
    library
}

fn date(document: &Document) -> Result<Datetime, TypesetError> {
    let (year, month, day) = document.date;
    // A PDF writes its year with four digits.
    let in_range = (0..=9999).contains(&year);
    let date = Datetime::from_ymd(year, month, day).filter(|_| in_range);
    date.ok_or(TypesetError::NoSuchDay { year, month, day })
}

fn project_file(name: &str) -> Result<FileId, TypesetError> {
    let refused = |reason: String| TypesetError::FileName { name: name.to_owned(), reason };
    let path = VirtualPath::new(name).map_err(|error| refused(error.to_string()))?;
    if path.is_root() {
        return Err(refused("it names no file".to_owned()));
    }
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// The name of a file of the template itself; none for a file of a package.
fn own_name(id: FileId) -> Option<&'static str> {
    match id.get().root() {
        VirtualRoot::Project => Some(id.get().vpath().get_without_slash()),
        VirtualRoot::Package(_) => None,
    }
}

fn no_packages() -> FileError {
    FileError::Other(Some("a template cannot use packages: give the files to the template instead".into()))
}
