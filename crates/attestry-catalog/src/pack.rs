//! Packs: a framework, a crosswalk or a family of controls that somebody adds, from a folder or a file.
//!
//! | given | becomes |
//! |---|---|
//! | a folder laid out like the catalog, any part of it | its files as they are |
//! | a YAML file | a framework, a family of controls, a crosswalk or a stream, told apart by its keys |
//! | a JSON file | the framework of an OSCAL catalog |
//! | a CSV or XLSX file with the columns `id`, `title`, and perhaps `parent`, `description`, `kind`, `assessable` | a framework |
//!
//! A framework that is made here is written as YAML, so that it is part of the bundle like all content, and a comment
//! at its head names the file it is from and that file's SHA-256. Its identifiers are checked here, where the file's
//! own rows can be named; what it is mapped to is checked when it is put together with a catalog.
//!
//! The text of an OSCAL catalog is its publisher's. Only identifiers and titles are taken over, unless
//! [`Reading::with_text`] says that its licence allows more. What stands in a spreadsheet's column `description` is
//! taken over: whoever wrote the sheet answers for it.
//!
//! Nobody promises that a pack is complete: rules that want a control for every requirement, a summary, or a row for
//! every requirement of a crosswalk are about the shipped content and do not apply to it.

use std::fs;
use std::io::Read;
use std::path::Path;

use attestry_domain::id::Digest;
use attestry_domain::time::Day;

use crate::error::{CatalogError, Fault, PackFault};
use crate::files::Files;

mod framework;
mod oscal;
mod sheet;
mod yaml;

/// Bytes of a file at most, after unpacking, in MiB.
const LARGEST_MIB: u64 = 64;

/// Content to add, with paths as in a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// Its name in the catalog it is added to: small letters, digits and hyphens.
    pub name: String,
    /// Its files.
    pub files: Files,
    /// What was passed over in reading, as sentences.
    pub notes: Vec<String>,
}

/// How a pack is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The pack's name, which is also that of a framework made from JSON or a spreadsheet; the file's unless given.
    pub name: Option<String>,
    /// Title of a framework made from a spreadsheet; the file's name unless given.
    pub title: Option<String>,
    /// Edition of a framework made from a spreadsheet; the day of reading unless given.
    pub edition: Option<String>,
    /// Publisher of a framework made from JSON or a spreadsheet, where the file names none.
    pub publisher: Option<String>,
    /// Whether the licence of an OSCAL catalog allows to take over its text.
    pub with_text: bool,
    /// The day of reading.
    pub today: Day,
}

impl Reading {
    /// Reading on a day, with everything else as the file says.
    pub const fn on(today: Day) -> Self {
        Self { name: None, title: None, edition: None, publisher: None, with_text: false, today }
    }
}

/// A file being read.
struct Given<'a> {
    /// As errors name it.
    file: &'a str,
    bytes: &'a [u8],
    /// The pack's name.
    name: &'a str,
    reading: &'a Reading,
}

/// Reads a pack from a folder or a file.
///
/// # Errors
/// Everything that is wrong with it, and where: file, and row, line or key.
pub fn read_pack(path: &Path, reading: &Reading) -> Result<Pack, Vec<CatalogError>> {
    let shown = path.display().to_string();
    let unreadable =
        |error: std::io::Error| vec![CatalogError::of_file(&shown, Fault::Unreadable(error.to_string()))];
    let found = fs::metadata(path).map_err(unreadable)?;
    if found.is_dir() {
        let file = path.canonicalize().map_err(unreadable)?;
        let file = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        return folder(&shown, &file, Files::read(path).map_err(|error| vec![error])?, reading);
    }
    if found.len() > LARGEST_MIB << 20 {
        return Err(too_large(&shown));
    }
    let bytes = fs::read(path).map_err(unreadable)?;
    pack_of_bytes(&shown, &bytes, reading)
}

/// Reads a pack from the bytes of one file; the end of its name says what it is.
///
/// # Errors
/// Everything that is wrong with it, and where: row, line or key.
pub fn pack_of_bytes(file: &str, bytes: &[u8], reading: &Reading) -> Result<Pack, Vec<CatalogError>> {
    let base = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let lower = base.to_ascii_lowercase();
    let (lower, bytes) = match lower.strip_suffix(".gz") {
        Some(inner) => (inner.to_owned(), unpacked(file, bytes)?),
        None => (lower, bytes.to_vec()),
    };
    if bytes.len() as u64 > LARGEST_MIB << 20 {
        return Err(too_large(file));
    }
    let Some((stem, end)) = lower.rsplit_once('.') else { return Err(fault(file, PackFault::Kind)) };
    let name = name(file, stem, reading)?;
    let given = Given { file, bytes: &bytes, name: &name, reading };
    let (files, notes) = match end {
        "yaml" | "yml" => (yaml::read(&given)?, Vec::new()),
        "json" => (framework::files(&given, oscal::read(&given)?)?, Vec::new()),
        "csv" | "xlsx" => {
            let (found, notes) = sheet::read(&given, end == "xlsx")?;
            (framework::files(&given, found)?, notes)
        }
        _ => return Err(fault(file, PackFault::Kind)),
    };
    Ok(Pack { name, files, notes })
}

fn folder(shown: &str, base: &str, files: Files, reading: &Reading) -> Result<Pack, Vec<CatalogError>> {
    if files.0.is_empty() {
        return Err(fault(shown, PackFault::Kind));
    }
    let name = name(shown, &base.to_lowercase(), reading)?;
    Ok(Pack { name, files, notes: Vec::new() })
}

/// The name that was given, or what the file's name makes.
fn name(file: &str, stem: &str, reading: &Reading) -> Result<String, Vec<CatalogError>> {
    let name = reading.name.clone().unwrap_or_else(|| slug(stem));
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let starts = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    if name.len() <= 60 && starts && name.chars().all(fits) {
        return Ok(name);
    }
    Err(fault(file, PackFault::Name(name)))
}

/// Small letters and digits, with one hyphen for everything between them.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(60);
    slug.trim_end_matches('-').to_owned()
}

fn unpacked(file: &str, bytes: &[u8]) -> Result<Vec<u8>, Vec<CatalogError>> {
    let mut plain = Vec::new();
    let mut reader = flate2::read::MultiGzDecoder::new(bytes).take((LARGEST_MIB << 20) + 1);
    let read = reader.read_to_end(&mut plain);
    read.map_err(|error| vec![CatalogError::of_file(file, Fault::Unreadable(error.to_string()))])?;
    Ok(plain)
}

fn too_large(file: &str) -> Vec<CatalogError> {
    fault(file, PackFault::TooLarge(LARGEST_MIB))
}

fn fault(file: &str, fault: PackFault) -> Vec<CatalogError> {
    vec![CatalogError::of_file(file, Fault::Pack(fault))]
}

impl Given<'_> {
    /// The file's text; a byte order mark before it is left out.
    fn text(&self) -> Result<&str, Vec<CatalogError>> {
        let bytes = self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(self.bytes);
        std::str::from_utf8(bytes).map_err(|_| vec![CatalogError::of_file(self.file, Fault::NotText)])
    }

    /// The name of the file alone, without its folders.
    fn base(&self) -> &str {
        self.file.rsplit(['/', '\\']).next().unwrap_or_default()
    }

    fn digest(&self) -> Digest {
        Digest::of(self.bytes)
    }
}
