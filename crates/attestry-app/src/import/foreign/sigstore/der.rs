//! DER, as far as certificates, keys and time stamps need it: definite lengths, one-byte tags, no recursion.
//!
//! What does not fit gives `None`; whoever reads says what that means for the certificate or token at hand.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const UTF8_STRING: u8 = 0x0c;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The tag of the constructed context-specific element `[number]`.
pub(super) const fn context(number: u8) -> u8 {
    0xa0 | number
}

/// One element of DER.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'d> {
    pub(super) tag: u8,
    /// With tag and length.
    pub(super) whole: &'d [u8],
    pub(super) value: &'d [u8],
}

impl<'d> Element<'d> {
    /// The elements inside.
    pub(super) fn inside(&self) -> Reader<'d> {
        Reader(self.value)
    }

    /// The bytes of a bit string that has no unused bits.
    pub(super) fn bits(&self) -> Option<&'d [u8]> {
        match self.value.split_first() {
            Some((0, bytes)) if self.tag == BIT_STRING => Some(bytes),
            _ => None,
        }
    }

    /// The instant of a `UTCTime` or `GeneralizedTime`, in seconds of the epoch; fractions are cut off.
    pub(super) fn instant(&self) -> Option<i64> {
        let text = std::str::from_utf8(self.value).ok()?.strip_suffix('Z')?;
        let text = match (self.tag, text.split_once('.')) {
            (GENERALIZED_TIME, Some((whole, part))) if part.bytes().all(|b| b.is_ascii_digit()) => whole,
            _ => text,
        };
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let (year, rest) = match self.tag {
            UTC_TIME => text.split_at_checked(2).and_then(|(year, rest)| {
                let year: i16 = year.parse().ok()?;
                Some((if year < 50 { 2000 + year } else { 1900 + year }, rest))
            }),
            GENERALIZED_TIME => text.split_at_checked(4).and_then(|(y, rest)| Some((y.parse().ok()?, rest))),
            _ => None,
        }?;
        if rest.len() != 10 {
            return None;
        }
        let part = |at: usize| rest.get(at..at + 2)?.parse::<i8>().ok();
        let time = DateTime::new(year, part(0)?, part(2)?, part(4)?, part(6)?, part(8)?, 0).ok()?;
        Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
    }
}

/// Elements one after the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'d>(&'d [u8]);

impl<'d> Reader<'d> {
    pub(super) fn new(bytes: &'d [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next element, whatever it is.
    pub(super) fn any(&mut self) -> Option<Element<'d>> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81..=0x84 => {
                let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                let length = digits.iter().fold(0_usize, |sum, digit| (sum << 8) | usize::from(*digit));
                let shortest = length >= 0x80 && digits.first() != Some(&0);
                (shortest.then_some(length)?, rest)
            }
            _ => return None,
        };
        let (value, after) = rest.split_at_checked(length)?;
        let whole = self.0.get(..self.0.len() - after.len())?;
        self.0 = after;
        Some(Element { tag, whole, value })
    }

    /// The next element, which must have this tag.
    pub(super) fn expect(&mut self, tag: u8) -> Option<Element<'d>> {
        let mut ahead = *self;
        let element = ahead.any().filter(|element| element.tag == tag)?;
        *self = ahead;
        Some(element)
    }
}

impl<'d> Iterator for Reader<'d> {
    type Item = Element<'d>;

    fn next(&mut self) -> Option<Element<'d>> {
        self.any()
    }
}

/// The one element that `bytes` are, without anything after it.
pub(super) fn only(bytes: &[u8], tag: u8) -> Option<Element<'_>> {
    let mut reader = Reader::new(bytes);
    reader.expect(tag).filter(|_| reader.is_empty())
}

/// An element with these parts inside.
pub(super) fn encode(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut bytes = vec![tag];
    if let Some(short) = u8::try_from(length).ok().filter(|short| *short < 0x80) {
        bytes.push(short);
    } else {
        let digits = length.to_be_bytes();
        let digits: Vec<u8> = digits.into_iter().skip_while(|digit| *digit == 0).collect();
        bytes.push(0x80 | u8::try_from(digits.len()).unwrap_or(0x7f));
        bytes.extend(digits);
    }
    parts.iter().for_each(|part| bytes.extend_from_slice(part));
    bytes
}
