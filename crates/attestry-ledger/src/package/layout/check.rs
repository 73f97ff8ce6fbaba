//! Reading that layout back, strictly.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use super::{END_BYTES, LOCATOR_BYTES, MANY, Member, WIDE, WIDE_END_BYTES, end_records};

/// Why the bytes around the files are not as a writer leaves them.
#[derive(Debug)]
pub(in crate::package) enum Oddity {
    /// The reader failed.
    Io(io::Error),
    /// A place, and what is odd there.
    At(String, String),
}

impl From<io::Error> for Oddity {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => odd("archive", "bytes are missing"),
            _ => Self::Io(error),
        }
    }
}

fn odd(place: &str, what: &str) -> Oddity {
    Oddity::At(place.to_owned(), what.to_owned())
}

/// Walks the whole archive and accounts for every byte that is not a file's: the members follow each other without a
/// gap, every header has the one form that it can have, nothing comes before, between or after.
pub(in crate::package) fn check<R: Read + Seek>(reader: &mut R, most: u64) -> Result<(), Oddity> {
    let length = reader.seek(SeekFrom::End(0))?;
    let (count, bytes, offset) = read_end(reader, length)?;
    if count > most {
        return Err(odd("archive", "it names more files than are read"));
    }
    let expected = end_records(count, bytes, offset);
    if offset.checked_add(bytes).and_then(|end| end.checked_add(expected.len() as u64)) != Some(length) {
        return Err(odd("archive", "bytes were cut off, added, or lie where no file is"));
    }
    let members = read_members(reader, count, bytes, offset)?;
    let mut found = vec![0; expected.len()];
    reader.seek(SeekFrom::Start(offset + bytes))?;
    reader.read_exact(&mut found)?;
    if found != expected {
        return Err(odd("archive", "its last record is not as it was written"));
    }
    check_members(reader, &members, offset)
}

fn check_members<R: Read + Seek>(reader: &mut R, members: &[Member], directory: u64) -> Result<(), Oddity> {
    let mut due = 0;
    for member in members {
        if member.offset != due {
            return Err(odd(&member.name, "it does not follow the file before it"));
        }
        let expected = member.local_header();
        let mut found = vec![0; expected.len()];
        reader.seek(SeekFrom::Start(due))?;
        reader.read_exact(&mut found)?;
        if found != expected {
            return Err(odd(&member.name, "its header is not as it was written"));
        }
        due = member.end();
    }
    if due == directory {
        Ok(())
    } else {
        Err(odd("archive", "bytes lie between its files and its directory"))
    }
}

/// Number of members, bytes and offset of the central directory.
pub(super) fn read_end<R: Read + Seek>(reader: &mut R, length: u64) -> Result<(u64, u64, u64), Oddity> {
    let none = || odd("archive", "its last record is not at its end: bytes were cut off or added");
    let at = length.checked_sub(END_BYTES).ok_or_else(none)?;
    let mut end = [0; END_BYTES as usize];
    reader.seek(SeekFrom::Start(at))?;
    reader.read_exact(&mut end)?;
    if !end.starts_with(&0x0605_4b50_u32.to_le_bytes()) {
        return Err(none());
    }
    let narrow = |from| number(&end, from, 4);
    let (count, bytes, offset) = (number(&end, 10, 2), narrow(12), narrow(16));
    if count < MANY && bytes < WIDE && offset < WIDE {
        return Ok((count, bytes, offset));
    }
    let at = at.checked_sub(WIDE_END_BYTES + LOCATOR_BYTES).ok_or_else(none)?;
    let mut wide = [0; WIDE_END_BYTES as usize];
    reader.seek(SeekFrom::Start(at))?;
    reader.read_exact(&mut wide)?;
    Ok((number(&wide, 32, 8), number(&wide, 40, 8), number(&wide, 48, 8)))
}

fn read_members<R: Read + Seek>(
    reader: &mut R,
    count: u64,
    bytes: u64,
    offset: u64,
) -> Result<Vec<Member>, Oddity> {
    reader.seek(SeekFrom::Start(offset))?;
    let mut directory = BufReader::with_capacity(1 << 16, reader.take(bytes));
    let mut members = Vec::new();
    for _ in 0..count {
        members.push(read_member(&mut directory)?);
    }
    let mut rest = [0; 1];
    match directory.read(&mut rest)? {
        0 => Ok(members),
        _ => Err(odd("archive", "bytes lie after its directory")),
    }
}

pub(super) fn read_member<R: Read>(directory: &mut R) -> Result<Member, Oddity> {
    let mut fixed = [0; 46];
    directory.read_exact(&mut fixed)?;
    let mut name = vec![0; number(&fixed, 28, 2) as usize];
    directory.read_exact(&mut name)?;
    let mut extra = vec![0; number(&fixed, 30, 2) as usize];
    directory.read_exact(&mut extra)?;
    let name = String::from_utf8_lossy(&name).into_owned();
    let (mut bytes, mut offset) = (number(&fixed, 24, 4), number(&fixed, 42, 4));
    let mut at = 4;
    if bytes == WIDE {
        bytes = number(&extra, at, 8);
        at += 16;
    }
    if offset == WIDE {
        offset = number(&extra, at, 8);
    }
    let member = Member { checksum: number(&fixed, 16, 4) as u32, bytes, offset, name };
    let found = [fixed.as_slice(), member.name.as_bytes(), &extra].concat();
    if member.central_header() == found {
        Ok(member)
    } else {
        Err(odd(
            "archive",
            &format!("{} was packed anew, or its entry in the directory was changed", member.name),
        ))
    }
}

/// A little-endian number; 0 where there are no bytes.
fn number(bytes: &[u8], from: usize, length: usize) -> u64 {
    let part = bytes.get(from..from + length).unwrap_or_default();
    part.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
}
