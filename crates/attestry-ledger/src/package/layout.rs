//! The bytes around the files: a ZIP archive of stored members, each header in one form only.

mod check;

use std::io::{self, Write};

pub(super) use check::{Oddity, check};

/// From this on a size or an offset needs the 64-bit form.
const WIDE: u64 = 0xffff_ffff;
/// From this on a number of members needs the 64-bit form.
const MANY: u64 = 0xffff;
/// 1 January 1980, the first day that an archive can name.
const DATE: u16 = 0x0021;
/// A plain file that its owner may write and everybody may read.
const ATTRIBUTES: u32 = 0o100_644 << 16;
/// Where the checksum lies in a local header.
pub(super) const CHECKSUM_AT: u64 = 14;
/// The end record without comment.
const END_BYTES: u64 = 22;
const WIDE_END_BYTES: u64 = 56;
const LOCATOR_BYTES: u64 = 20;

/// A file in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) checksum: u32,
    pub(super) bytes: u64,
    /// Where its local header begins.
    pub(super) offset: u64,
}

impl Member {
    fn narrow(value: u64) -> u32 {
        u32::try_from(value).unwrap_or(u32::MAX)
    }

    fn name_length(&self) -> u16 {
        u16::try_from(self.name.len()).unwrap_or(u16::MAX)
    }

    fn needed(&self) -> u16 {
        if self.bytes >= WIDE || self.offset >= WIDE { 45 } else { 20 }
    }

    pub(super) fn local_header(&self) -> Vec<u8> {
        let wide = self.bytes >= WIDE;
        let mut header = Vec::with_capacity(64 + self.name.len());
        header.extend(0x0403_4b50_u32.to_le_bytes());
        header.extend(if wide { 45u16 } else { 20 }.to_le_bytes());
        header.extend([0; 4]);
        header.extend([0, 0]);
        header.extend(DATE.to_le_bytes());
        header.extend(self.checksum.to_le_bytes());
        header.extend(Self::narrow(self.bytes).to_le_bytes());
        header.extend(Self::narrow(self.bytes).to_le_bytes());
        header.extend(self.name_length().to_le_bytes());
        header.extend(if wide { 20u16 } else { 0 }.to_le_bytes());
        header.extend(self.name.as_bytes());
        if wide {
            header.extend(1u16.to_le_bytes());
            header.extend(16u16.to_le_bytes());
            header.extend(self.bytes.to_le_bytes());
            header.extend(self.bytes.to_le_bytes());
        }
        header
    }

    /// Where the next member begins.
    fn end(&self) -> u64 {
        let header = 30 + self.name.len() as u64 + if self.bytes >= WIDE { 20 } else { 0 };
        self.offset.saturating_add(header).saturating_add(self.bytes)
    }

    pub(super) fn central_header(&self) -> Vec<u8> {
        let mut wide = Vec::new();
        if self.bytes >= WIDE {
            wide.extend(self.bytes.to_le_bytes());
            wide.extend(self.bytes.to_le_bytes());
        }
        if self.offset >= WIDE {
            wide.extend(self.offset.to_le_bytes());
        }
        let extra = if wide.is_empty() { 0 } else { wide.len() as u16 + 4 };
        let mut header = Vec::with_capacity(80 + self.name.len());
        header.extend(0x0201_4b50_u32.to_le_bytes());
        header.extend((3 << 8 | self.needed()).to_le_bytes());
        header.extend(self.needed().to_le_bytes());
        header.extend([0; 4]);
        header.extend([0, 0]);
        header.extend(DATE.to_le_bytes());
        header.extend(self.checksum.to_le_bytes());
        header.extend(Self::narrow(self.bytes).to_le_bytes());
        header.extend(Self::narrow(self.bytes).to_le_bytes());
        header.extend(self.name_length().to_le_bytes());
        header.extend(extra.to_le_bytes());
        header.extend([0; 6]);
        header.extend(ATTRIBUTES.to_le_bytes());
        header.extend(Self::narrow(self.offset).to_le_bytes());
        header.extend(self.name.as_bytes());
        if extra > 0 {
            header.extend(1u16.to_le_bytes());
            header.extend((wide.len() as u16).to_le_bytes());
            header.extend(wide);
        }
        header
    }
}

/// The records after the central directory, which has `bytes` bytes from `offset` on and names `count` members.
pub(super) fn end_records(count: u64, bytes: u64, offset: u64) -> Vec<u8> {
    let mut end = Vec::new();
    if count >= MANY || bytes >= WIDE || offset >= WIDE {
        end.extend(0x0606_4b50_u32.to_le_bytes());
        end.extend((WIDE_END_BYTES - 12).to_le_bytes());
        end.extend((3u16 << 8 | 45).to_le_bytes());
        end.extend(45u16.to_le_bytes());
        end.extend([0; 8]);
        for value in [count, count, bytes, offset] {
            end.extend(value.to_le_bytes());
        }
        end.extend(0x0706_4b50_u32.to_le_bytes());
        end.extend(0u32.to_le_bytes());
        end.extend(offset.saturating_add(bytes).to_le_bytes());
        end.extend(1u32.to_le_bytes());
    }
    end.extend(0x0605_4b50_u32.to_le_bytes());
    end.extend([0; 4]);
    let count = u16::try_from(count).unwrap_or(u16::MAX);
    end.extend(count.to_le_bytes());
    end.extend(count.to_le_bytes());
    end.extend(Member::narrow(bytes).to_le_bytes());
    end.extend(Member::narrow(offset).to_le_bytes());
    end.extend([0, 0]);
    end
}

/// Writes the central directory and what follows it, at `offset`.
pub(super) fn finish<W: Write>(out: &mut W, members: &[Member], offset: u64) -> io::Result<u64> {
    let mut bytes = 0;
    for member in members {
        let header = member.central_header();
        bytes += header.len() as u64;
        out.write_all(&header)?;
    }
    let end = end_records(members.len() as u64, bytes, offset);
    out.write_all(&end)?;
    out.flush()?;
    Ok(bytes + end.len() as u64)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::check::{read_end, read_member};
    use super::*;

    fn member(bytes: u64, offset: u64) -> Member {
        Member { name: "a/b".to_owned(), checksum: 7, bytes, offset }
    }

    #[test]
    fn headers_of_files_and_places_over_four_gigabytes_are_read_back() {
        for (bytes, offset) in [(5, 9), (WIDE - 1, 0), (WIDE, 3), (3, WIDE), (1 << 40, 1 << 50)] {
            let member = member(bytes, offset);
            let read = read_member(&mut Cursor::new(member.central_header())).unwrap();
            assert_eq!(read, member);
            let header = 30 + 3 + if bytes >= WIDE { 20 } else { 0 };
            assert_eq!(member.local_header().len() as u64, header);
            assert_eq!(member.end(), offset + header + bytes);
        }
    }

    #[test]
    fn the_end_of_an_archive_of_many_files_is_read_back() {
        for (count, bytes, offset) in [(3, 100, 1000), (70_000, 100, 1000), (3, 100, 1 << 40)] {
            let end = end_records(count, bytes, offset);
            // Only what lies at the end is read: the length stands for the bytes before.
            let mut file = Cursor::new(end.clone());
            let found = read_end(&mut file, end.len() as u64).unwrap();
            assert_eq!(found, (count, bytes, offset));
        }
    }
}
