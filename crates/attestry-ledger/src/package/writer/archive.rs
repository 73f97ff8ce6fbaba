//! The archive in the making.

use std::io::{self, Read, Seek, SeekFrom, Write};

use super::Finished;
use crate::package::layout::{self, CHECKSUM_AT, Member};
use crate::{Digest, Hasher};

/// The archive in the making.
#[derive(Debug)]
pub(super) struct Archive<W> {
    out: W,
    at: u64,
    members: Vec<Member>,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    name: String,
    wide: bool,
    offset: u64,
    bytes: u64,
    checksum: crc32fast::Hasher,
    digest: Hasher,
}

impl<W: Write + Seek> Archive<W> {
    /// An archive at the start of `out`.
    pub(super) fn new(out: W) -> Self {
        Self { out, at: 0, members: Vec::new(), open: None }
    }

    /// Begins a file; `wide` if it may have 4 GiB or more.
    pub(super) fn begin(&mut self, name: &str, wide: bool) -> io::Result<()> {
        let bytes = if wide { u64::MAX } else { 0 };
        let header = Member { name: name.to_owned(), checksum: 0, bytes, offset: self.at }.local_header();
        self.out.write_all(&header)?;
        let (name, offset) = (name.to_owned(), self.at);
        let (checksum, digest) = (crc32fast::Hasher::new(), Hasher::new());
        self.open = Some(Open { name, wide, offset, bytes: 0, checksum, digest });
        self.at += header.len() as u64;
        Ok(())
    }

    /// Writes more of the open file; false if it would outgrow its header.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<bool> {
        let Some(open) = &mut self.open else { return Ok(false) };
        let after = open.bytes + bytes.len() as u64;
        if !open.wide && after >= u64::from(u32::MAX) {
            return Ok(false);
        }
        self.out.write_all(bytes)?;
        open.bytes = after;
        open.checksum.update(bytes);
        open.digest.update(bytes);
        self.at += bytes.len() as u64;
        Ok(true)
    }

    /// Copies at most one byte more than `most`, so that a longer source shows.
    pub(super) fn copy(&mut self, content: &mut dyn Read, most: u64) -> io::Result<()> {
        let mut piece = vec![0; 64 * 1024];
        let mut content = content.take(most.saturating_add(1));
        loop {
            let count = content.read(&mut piece)?;
            if count == 0 {
                return Ok(());
            }
            self.write(piece.get(..count).unwrap_or_default())?;
        }
    }

    /// Closes the open file and puts sizes and checksum into its header.
    pub(super) fn end(&mut self) -> io::Result<(u64, Digest)> {
        let Some(open) = self.open.take() else { return Ok((0, Digest::of(b""))) };
        let (name, bytes, offset) = (open.name, open.bytes, open.offset);
        let member = Member { name, checksum: open.checksum.finalize(), bytes, offset };
        let header = member.local_header();
        let patch = header.get(CHECKSUM_AT as usize..).unwrap_or_default();
        self.out.seek(SeekFrom::Start(offset + CHECKSUM_AT))?;
        self.out.write_all(patch)?;
        self.out.seek(SeekFrom::Start(self.at))?;
        self.members.push(member);
        Ok((bytes, open.digest.finish()))
    }

    /// Writes a file at once.
    pub(super) fn whole(&mut self, name: &str, bytes: &[u8]) -> io::Result<Digest> {
        self.begin(name, bytes.len() as u64 >= u64::from(u32::MAX))?;
        self.write(bytes)?;
        self.end().map(|(_, digest)| digest)
    }

    /// Writes the directory.
    pub(super) fn finish(mut self, manifest: Digest) -> io::Result<Finished<W>> {
        let files = self.members.len() as u64;
        let bytes = self.at + layout::finish(&mut self.out, &self.members, self.at)?;
        Ok(Finished { out: self.out, manifest, files, bytes })
    }
}
