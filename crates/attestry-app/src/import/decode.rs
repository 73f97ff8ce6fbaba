//! From the bytes of a file to the bytes of its text: gzip, byte order mark, encoding.

use std::io::{self, BufReader, Chain, Cursor, Read};

use flate2::read::MultiGzDecoder;
use thiserror::Error;

use super::error::ImportError;
use super::format::GZIP;
use super::map::Encoding;

type Peeked<R> = Chain<Cursor<Vec<u8>>, R>;

/// The text of a file, decompressed, without byte order mark, in UTF-8 where the encoding says how.
pub(super) type Text<R> = BufReader<Transcoder<Peeked<Inflated<R>>>>;

/// Bytes of a file, decompressed when they are gzip; several members in a row are one text.
pub(super) enum Inflated<R> {
    Plain(Peeked<R>),
    Gzip(Box<MultiGzDecoder<Peeked<R>>>),
}

#[derive(Debug, Error)]
enum Fault {
    #[error("ends too early")]
    Truncated,
    #[error("{0}")]
    Damaged(io::Error),
}

/// Opens a file's text.
///
/// # Errors
/// When it cannot be read, is no gzip although it begins so, or is UTF-16.
pub(super) fn open<R: Read>(file: &str, encoding: Encoding, input: R) -> Result<Text<R>, ImportError> {
    let failed = |error| failure(file, error);
    let (head, input) = peek(input, 2).map_err(failed)?;
    let mut inflated = if head.starts_with(GZIP) {
        Inflated::Gzip(Box::new(MultiGzDecoder::new(input)))
    } else {
        Inflated::Plain(input)
    };
    let mut head = read_head(&mut inflated, 3).map_err(failed)?;
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        let reason = "the text is UTF-16; save it as UTF-8".to_owned();
        return Err(ImportError::Shape { file: file.to_owned(), place: None, reason });
    }
    if head == [0xef, 0xbb, 0xbf] {
        head.clear();
    }
    let input = Cursor::new(head).chain(inflated);
    Ok(BufReader::with_capacity(1 << 16, Transcoder { input, encoding, pending: Cursor::default() }))
}

/// An error of reading as an error of importing.
pub(super) fn failure(file: &str, error: io::Error) -> ImportError {
    let file = file.to_owned();
    if !error.get_ref().is_some_and(|inner| inner.is::<Fault>()) {
        return ImportError::Read { file, source: error };
    }
    match error.downcast::<Fault>() {
        Ok(Fault::Truncated) => ImportError::Truncated { file },
        Ok(Fault::Damaged(source)) => ImportError::Damaged { file, source },
        Err(source) => ImportError::Read { file, source },
    }
}

impl<R: Read> Read for Inflated<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let decoder = match self {
            Self::Plain(input) => return input.read(buffer),
            Self::Gzip(decoder) => decoder,
        };
        decoder.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => io::Error::other(Fault::Truncated),
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                io::Error::other(Fault::Damaged(error))
            }
            _ => error,
        })
    }
}

/// Turns text into UTF-8. What claims to be UTF-8 passes unchanged and is checked by whoever reads it.
pub(super) struct Transcoder<R> {
    input: R,
    encoding: Encoding,
    pending: Cursor<Vec<u8>>,
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.encoding == Encoding::Utf8 {
            return self.input.read(buffer);
        }
        let read = self.pending.read(buffer)?;
        if read > 0 {
            return Ok(read);
        }
        let mut raw = [0; 8192];
        let length = self.input.read(&mut raw)?;
        let text: String = raw.iter().take(length).map(|byte| windows_1252(*byte)).collect();
        self.pending = Cursor::new(text.into_bytes());
        self.pending.read(buffer)
    }
}

/// The upper half of the C1 range as Windows writes it; the five unassigned bytes keep their number.
const C1: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn windows_1252(byte: u8) -> char {
    let at = byte.checked_sub(0x80).map(usize::from);
    at.and_then(|at| C1.get(at)).copied().unwrap_or_else(|| char::from(byte))
}

fn read_head<R: Read>(input: &mut R, count: u64) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    input.take(count).read_to_end(&mut head)?;
    Ok(head)
}

fn peek<R: Read>(mut input: R, count: u64) -> io::Result<(Vec<u8>, Peeked<R>)> {
    let head = read_head(&mut input, count)?;
    Ok((head.clone(), Cursor::new(head).chain(input)))
}
