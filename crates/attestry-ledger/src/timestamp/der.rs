//! As much DER as time stamps need: definite lengths, low tags, nothing read beyond the bytes given.

use super::TimeStampError;

/// Tags, each one byte.
pub(super) mod tag {
    pub(crate) const BOOLEAN: u8 = 0x01;
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const OCTETS: u8 = 0x04;
    pub(crate) const NULL: u8 = 0x05;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const GENERALIZED_TIME: u8 = 0x18;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;
    pub(crate) const CONTEXT_0: u8 = 0xa0;
}

/// A value with its tag and length.
pub(super) fn node(tag: u8, parts: &[Vec<u8>]) -> Vec<u8> {
    let content = parts.concat();
    let mut bytes = vec![tag];
    let length = content.len().to_be_bytes();
    let length = length.iter().skip_while(|byte| **byte == 0).copied();
    match content.len() {
        short @ 0..=0x7f => bytes.push(short as u8),
        _ => {
            let length: Vec<u8> = length.collect();
            bytes.push(0x80 | length.len() as u8);
            bytes.extend(length);
        }
    }
    bytes.extend(content);
    bytes
}

/// A number that is not negative.
pub(super) fn integer(value: u64) -> Vec<u8> {
    let mut bytes: Vec<u8> = value.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    if bytes.first().is_none_or(|first| *first >= 0x80) {
        bytes.insert(0, 0);
    }
    node(tag::INTEGER, &[bytes])
}

/// Reads values one after another. `what` names the part in errors.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn next_is(&self, tag: u8) -> bool {
        self.rest.first() == Some(&tag)
    }

    /// The content of the next value, which must have this tag.
    pub(super) fn content(&mut self, tag: u8, what: &'static str) -> Result<&'a [u8], TimeStampError> {
        let mut read = || {
            let (found, rest) = self.rest.split_first()?;
            let (length, rest) = length(rest)?;
            let (content, rest) = rest.split_at_checked(length)?;
            self.rest = rest;
            (*found == tag).then_some(content)
        };
        read().ok_or(TimeStampError::Form(what))
    }

    pub(super) fn inside(&mut self, tag: u8, what: &'static str) -> Result<Reader<'a>, TimeStampError> {
        self.content(tag, what).map(Reader::new)
    }

    pub(super) fn sequence(&mut self, what: &'static str) -> Result<Reader<'a>, TimeStampError> {
        self.inside(tag::SEQUENCE, what)
    }

    pub(super) fn octets(&mut self, what: &'static str) -> Result<&'a [u8], TimeStampError> {
        self.content(tag::OCTETS, what)
    }

    pub(super) fn skip(&mut self, tag: u8, what: &'static str) -> Result<(), TimeStampError> {
        self.content(tag, what).map(|_| ())
    }

    pub(super) fn exactly(
        &mut self,
        tag: u8,
        content: &[u8],
        what: &'static str,
    ) -> Result<(), TimeStampError> {
        let found = self.content(tag, what)?;
        if found == content { Ok(()) } else { Err(TimeStampError::Form(what)) }
    }

    /// A small number that is not negative.
    pub(super) fn number(&mut self, what: &'static str) -> Result<u64, TimeStampError> {
        let bytes = self.content(tag::INTEGER, what)?;
        let negative = bytes.first().is_none_or(|first| *first >= 0x80);
        if negative || bytes.len() > 8 {
            return Err(TimeStampError::Form(what));
        }
        Ok(bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }

    pub(super) fn end(&self, what: &'static str) -> Result<(), TimeStampError> {
        if self.rest.is_empty() { Ok(()) } else { Err(TimeStampError::Form(what)) }
    }
}

/// A definite length in its shortest form, and what follows it.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    if *first < 0x80 {
        return Some((usize::from(*first), rest));
    }
    let (bytes, rest) = rest.split_at_checked(usize::from(*first & 0x7f))?;
    // Four bytes name 4 GiB, far more than is ever read; none is the indefinite form, which DER has not.
    if bytes.is_empty() || bytes.len() > 4 || bytes.first() == Some(&0) {
        return None;
    }
    let length = bytes.iter().fold(0usize, |length, byte| length << 8 | usize::from(*byte));
    (length >= 0x80).then_some((length, rest))
}
