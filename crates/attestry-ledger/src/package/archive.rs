//! Reading the archive, whoever packed it: names, sizes and contents, within limits.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Seek, SeekFrom};

use zip::ZipArchive;
use zip::result::ZipError;

use super::layout::{self, Oddity};
use super::manifest::{File, is_path, shown};
use super::report::Findings;
use super::{FaultKind, Limits};
use crate::{Digest, Hasher};

/// Below this a file may unpack to as many times its packed size as it likes, in bytes.
const SMALL: u64 = 1024 * 1024;

#[derive(Debug)]
pub(super) struct Archive<R> {
    zip: ZipArchive<R>,
    places: BTreeMap<String, usize>,
    length: u64,
}

/// Whether an error says that the bytes are bad, not that they could not be had.
fn is_damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof, Unsupported};
    matches!(error.kind(), InvalidData | InvalidInput | Other | UnexpectedEof | Unsupported)
}

fn damage(error: ZipError) -> io::Result<String> {
    match error {
        ZipError::Io(error) if !is_damage(&error) => Err(error),
        error => Ok(shown(&error.to_string())),
    }
}

impl<R: Read + Seek> Archive<R> {
    /// Opens the archive and judges its names and sizes; files that are not fit are not read. `None` if there is
    /// nothing to read.
    pub(super) fn open(mut reader: R, limits: &Limits, findings: &mut Findings) -> io::Result<Option<Self>> {
        let length = reader.seek(SeekFrom::End(0))?;
        match layout::check(&mut reader, limits.files) {
            Ok(()) => {}
            Err(Oddity::Io(error)) => return Err(error),
            Err(Oddity::At(place, what)) => findings.fault(FaultKind::Layout, shown(&place), shown(&what)),
        }
        reader.seek(SeekFrom::Start(0))?;
        let zip = match ZipArchive::new(reader) {
            Ok(zip) => zip,
            Err(error) => {
                findings.fault(FaultKind::NotAPackage, "archive", damage(error)?);
                return Ok(None);
            }
        };
        let mut archive = Self { zip, places: BTreeMap::new(), length };
        let fits = archive.judge(limits, findings);
        Ok(fits.then_some(archive))
    }

    /// Whether the whole is small enough to be read.
    fn judge(&mut self, limits: &Limits, findings: &mut Findings) -> bool {
        if self.zip.len() as u64 > limits.files {
            findings.fault(FaultKind::TooLarge, "archive", format!("{} files", self.zip.len()));
            return false;
        }
        if self.zip.has_duplicate_names() {
            findings.fault(FaultKind::Name, "archive", "two files have one name");
        }
        let (mut total, mut folded) = (0u64, BTreeSet::new());
        for place in 0..self.zip.len() {
            let Ok(entry) = self.zip.by_index_data(place) else { continue };
            let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
            if !is_path(&name) || entry.is_symlink() {
                findings.fault(FaultKind::Name, shown(&name), "no package holds a file of this name or kind");
                continue;
            }
            if !folded.insert(name.to_ascii_lowercase()) {
                findings.fault(
                    FaultKind::Name,
                    name,
                    "another file has this name but for large and small letters",
                );
                continue;
            }
            let (bytes, packed) = (entry.size(), entry.compressed_size());
            total = total.saturating_add(bytes);
            let swollen = bytes > SMALL && bytes / packed.max(1) > limits.ratio;
            if bytes > limits.file_bytes || swollen {
                findings.fault(FaultKind::TooLarge, name, format!("{packed} bytes that unpack to {bytes}"));
                continue;
            }
            self.places.insert(name, place);
        }
        if total > limits.total_bytes {
            findings.fault(FaultKind::TooLarge, "archive", format!("its files have {total} bytes"));
        }
        total <= limits.total_bytes
    }

    /// The length of the archive in bytes.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(String::as_str)
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.places.contains_key(path)
    }

    /// The content of a file as a stream; `None` if there is no such file. A file that cannot be opened is an empty
    /// stream with its trouble.
    pub(super) fn stream(&mut self, path: &str) -> io::Result<Option<Stream<Box<dyn Read + '_>>>> {
        let Some(place) = self.places.get(path) else { return Ok(None) };
        Ok(Some(match self.zip.by_index(*place) {
            Ok(file) => {
                let most = file.size().saturating_add(1);
                Stream::new(Box::new(file.take(most)), None)
            }
            Err(error) => Stream::new(Box::new(io::empty()), Some(damage(error)?)),
        }))
    }

    /// The whole of a small file; `None` if there is none, it is longer than `most` bytes, or cannot be unpacked.
    pub(super) fn small(&mut self, path: &str, most: u64) -> io::Result<Option<Vec<u8>>> {
        let Some(stream) = self.stream(path)? else { return Ok(None) };
        let mut bytes = Vec::new();
        stream.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        Ok(Some(bytes).filter(|bytes| bytes.len() as u64 <= most))
    }
}

/// Bytes on their way, counted and hashed. Damage ends the stream and is kept.
pub(super) struct Stream<T> {
    inner: T,
    hasher: Hasher,
    bytes: u64,
    trouble: Option<String>,
}

impl<T: Read> Stream<T> {
    fn new(inner: T, trouble: Option<String>) -> Self {
        Self { inner, hasher: Hasher::new(), bytes: 0, trouble }
    }

    /// Reads what is left and compares the whole with the manifest.
    pub(super) fn compare(mut self, file: &File, findings: &mut Findings) -> io::Result<()> {
        let mut piece = vec![0; 128 * 1024];
        while self.read(&mut piece)? > 0 {}
        findings.files += 1;
        let found = self.hasher.finish();
        if found != file.sha256 || self.bytes != file.bytes {
            let what = differs(&found, self.bytes, file);
            findings.fault(FaultKind::Differs, place(file), what);
        } else if let Some(trouble) = self.trouble {
            findings.fault(FaultKind::Differs, place(file), trouble);
        }
        Ok(())
    }
}

fn differs(found: &Digest, bytes: u64, file: &File) -> String {
    if bytes == file.bytes {
        format!("its bytes hash to {found}, the manifest says {}", file.sha256)
    } else {
        format!("{bytes} bytes that hash to {found}, the manifest says {} and {}", file.bytes, file.sha256)
    }
}

/// A file in a report: an object with the role and the event that tell what it is.
pub(super) fn place(file: &File) -> String {
    match file.events.first() {
        Some(event) => format!("{} ({}, named by event {event})", file.path, file.role),
        None => file.path.clone(),
    }
}

impl<T: Read> Read for Stream<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.trouble.is_some() {
            return Ok(0);
        }
        match self.inner.read(buffer) {
            Ok(count) => {
                self.hasher.update(buffer.get(..count).unwrap_or_default());
                self.bytes += count as u64;
                Ok(count)
            }
            Err(error) if is_damage(&error) => {
                self.trouble = Some(shown(&error.to_string()));
                Ok(0)
            }
            Err(error) => Err(error),
        }
    }
}
