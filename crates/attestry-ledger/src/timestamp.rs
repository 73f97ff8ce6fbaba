//! Time stamps of RFC 3161 over checkpoints: the request for one, and what can be read from the answer.
//!
//! What is checked here: that the answer was granted, that its token stamps this checkpoint, that it carries the nonce
//! of the request, and what time it says. What is not: the authority's signature. For that,
//! `openssl ts -verify -digest HEX -in FILE -CAfile AUTHORITY` does, with the [`imprint`] in hexadecimal.

mod der;

use crate::{Checkpoint, Digest};
use der::{Reader, integer, node, tag};

/// The longest answer that is read, in bytes; it holds the certificates of the authority.
pub const MAX_BYTES: usize = 256 * 1024;

const SHA256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const TST_INFO: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];

/// What a token says. Its signature was not checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeStamp {
    /// When the authority saw the imprint, in seconds since 1970 UTC.
    pub at: i64,
    /// The digest that was stamped.
    pub imprint: Digest,
    /// The number that the request carried, big-endian without leading zeroes; `None` if there was none.
    pub nonce: Option<Vec<u8>>,
}

/// Why an answer is no time stamp, or not the one that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeStampError {
    /// It is too long.
    #[error("a time stamp has at most {MAX_BYTES} bytes, this has {0}")]
    TooLong(usize),
    /// A part is missing or in another form.
    #[error("the time stamp cannot be read at its {0}")]
    Form(&'static str),
    /// The authority refused.
    #[error("the time stamp was not granted: the authority answered with status {0}")]
    Refused(u64),
    /// It stamps another digest.
    #[error("the time stamp is of {found}, not of this checkpoint, whose digest is {expected}")]
    OtherImprint {
        /// The digest of the checkpoint.
        expected: Digest,
        /// The digest that was stamped.
        found: Digest,
    },
    /// It does not carry the nonce of the request.
    #[error("the time stamp does not answer this request: it carries another nonce")]
    OtherNonce,
}

/// What is stamped of a checkpoint: the SHA-256 digest of its text, the one that the log signs. So cosignatures that
/// come later do not change it.
pub fn imprint(checkpoint: &Checkpoint) -> Digest {
    Digest::of(checkpoint.to_string().as_bytes())
}

/// The request for a time stamp (`application/timestamp-query`): a `TimeStampReq` in DER that asks for the authority's
/// certificate too. `nonce` is random, drawn by the caller.
pub fn request(imprint: &Digest, nonce: u64) -> Vec<u8> {
    let algorithm = node(tag::SEQUENCE, &[node(tag::OID, &[SHA256.to_vec()]), node(tag::NULL, &[])]);
    let message = node(tag::SEQUENCE, &[algorithm, node(tag::OCTETS, &[imprint.as_bytes().to_vec()])]);
    let certificate = node(tag::BOOLEAN, &[vec![0xff]]);
    node(tag::SEQUENCE, &[integer(1), message, integer(nonce), certificate])
}

impl TimeStamp {
    /// Reads an answer (`application/timestamp-reply`) or a bare token.
    ///
    /// # Errors
    /// If the authority refused, or a part is missing or malformed.
    pub fn parse(bytes: &[u8]) -> Result<Self, TimeStampError> {
        if bytes.len() > MAX_BYTES {
            return Err(TimeStampError::TooLong(bytes.len()));
        }
        let mut outer = Reader::new(bytes);
        let mut body = outer.sequence("outermost sequence")?;
        outer.end("end")?;
        if body.next_is(tag::OID) {
            return token(body);
        }
        let status = body.sequence("status")?.number("status")?;
        if status > 1 {
            return Err(TimeStampError::Refused(status));
        }
        let content = body.sequence("token")?;
        body.end("end")?;
        token(content)
    }

    /// Checks that this is the stamp of a checkpoint.
    ///
    /// # Errors
    /// [`TimeStampError::OtherImprint`].
    pub fn check(&self, checkpoint: &Checkpoint) -> Result<(), TimeStampError> {
        let expected = imprint(checkpoint);
        if self.imprint == expected {
            return Ok(());
        }
        Err(TimeStampError::OtherImprint { expected, found: self.imprint })
    }

    /// Checks that this answers the request with this nonce.
    ///
    /// # Errors
    /// [`TimeStampError::OtherNonce`].
    pub fn check_nonce(&self, nonce: u64) -> Result<(), TimeStampError> {
        let bytes = nonce.to_be_bytes();
        let first = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len() - 1);
        if self.nonce.as_deref() == bytes.get(first..) { Ok(()) } else { Err(TimeStampError::OtherNonce) }
    }
}

/// `ContentInfo` of `SignedData` (RFC 5652 §3, §5.1) around a `TSTInfo`.
fn token(mut content: Reader<'_>) -> Result<TimeStamp, TimeStampError> {
    content.exactly(tag::OID, SIGNED_DATA, "content type")?;
    let mut signed = content.inside(tag::CONTEXT_0, "content")?.sequence("signed data")?;
    signed.number("version of the signed data")?;
    signed.skip(tag::SET, "digest algorithms")?;
    let mut encapsulated = signed.sequence("encapsulated content")?;
    encapsulated.exactly(tag::OID, TST_INFO, "encapsulated content type")?;
    let octets =
        encapsulated.inside(tag::CONTEXT_0, "time stamp information")?.octets("time stamp information")?;
    tst_info(Reader::new(octets).sequence("time stamp information")?)
}

/// `TSTInfo` (RFC 3161 §2.4.2).
fn tst_info(mut info: Reader<'_>) -> Result<TimeStamp, TimeStampError> {
    if info.number("version")? != 1 {
        return Err(TimeStampError::Form("version"));
    }
    info.skip(tag::OID, "policy")?;
    let mut message = info.sequence("imprint")?;
    let mut algorithm = message.sequence("digest algorithm")?;
    algorithm.exactly(tag::OID, SHA256, "digest algorithm, which is not SHA-256")?;
    let imprint =
        Digest::from_slice(message.octets("imprint")?).map_err(|_| TimeStampError::Form("imprint"))?;
    info.skip(tag::INTEGER, "serial number")?;
    let at =
        generalized_time(info.content(tag::GENERALIZED_TIME, "time")?).ok_or(TimeStampError::Form("time"))?;
    for optional in [tag::SEQUENCE, tag::BOOLEAN] {
        if info.next_is(optional) {
            info.skip(optional, "accuracy")?;
        }
    }
    let nonce = if info.next_is(tag::INTEGER) { Some(info.content(tag::INTEGER, "nonce")?) } else { None };
    let unsigned = |bytes: &[u8]| match bytes {
        [0, rest @ ..] if !rest.is_empty() => rest.to_vec(),
        bytes => bytes.to_vec(),
    };
    Ok(TimeStamp { at, imprint, nonce: nonce.map(unsigned) })
}

/// Seconds since 1970 of `YYYYMMDDhhmmss[.fff]Z`; the fraction is dropped.
fn generalized_time(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 14 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let part = |from: usize, to: usize| whole.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let longest = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=longest).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    Some(days_since_1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
}

/// Days from 1970-01-01, counting years from March so that the leap day comes last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let before = (month + 9) % 12;
    let of_year = (153 * before + 2) / 5 + day - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stamped(imprint: &Digest, nonce: Option<u64>, time: &[u8]) -> Vec<u8> {
        let algorithm = node(tag::SEQUENCE, &[node(tag::OID, &[SHA256.to_vec()])]);
        let message = node(tag::SEQUENCE, &[algorithm, node(tag::OCTETS, &[imprint.as_bytes().to_vec()])]);
        let mut parts = vec![
            integer(1),
            node(tag::OID, &[vec![0x2a, 3, 4]]),
            message,
            integer(99),
            node(tag::GENERALIZED_TIME, &[time.to_vec()]),
            node(tag::SEQUENCE, &[integer(1)]),
        ];
        parts.extend(nonce.map(integer));
        let info = node(tag::CONTEXT_0, &[node(tag::OCTETS, &[node(tag::SEQUENCE, &parts)])]);
        let inner = node(tag::SEQUENCE, &[node(tag::OID, &[TST_INFO.to_vec()]), info]);
        let signed = node(tag::SEQUENCE, &[integer(3), node(tag::SET, &[]), inner]);
        let token = [node(tag::OID, &[SIGNED_DATA.to_vec()]), node(tag::CONTEXT_0, &[signed])];
        node(tag::SEQUENCE, &[node(tag::SEQUENCE, &[integer(0)]), node(tag::SEQUENCE, &token)])
    }

    #[test]
    fn the_request_is_the_der_that_the_standard_asks_for() {
        let bytes = request(&Digest::from_bytes([0xab; 32]), 0x80);
        let head = "303d020101 3031300d0609608648016503040201 05000420".replace(' ', "");
        let expected = format!("{head}{}020200800101ff", "ab".repeat(32));
        assert_eq!(hex::encode(bytes), expected);
    }

    #[test]
    fn an_answer_tells_its_time_imprint_and_nonce() {
        let head = Checkpoint::new("attestry.example/acme", 7, Digest::of(b"")).unwrap();
        let stamp = TimeStamp::parse(&stamped(&imprint(&head), Some(1 << 63), b"20260101000000Z")).unwrap();
        assert_eq!(stamp.at, 1_767_225_600);
        stamp.check(&head).unwrap();
        stamp.check_nonce(1 << 63).unwrap();
        assert_eq!(stamp.check_nonce(0), Err(TimeStampError::OtherNonce));
        let other = Checkpoint::new("attestry.example/acme", 8, Digest::of(b"")).unwrap();
        assert!(matches!(stamp.check(&other), Err(TimeStampError::OtherImprint { .. })));
    }

    #[test]
    fn a_refusal_a_cut_answer_and_trailing_bytes_are_errors() {
        let refused = node(tag::SEQUENCE, &[node(tag::SEQUENCE, &[integer(2)])]);
        assert_eq!(TimeStamp::parse(&refused), Err(TimeStampError::Refused(2)));
        let whole = stamped(&Digest::of(b"x"), None, b"20260101000000.25Z");
        assert_eq!(TimeStamp::parse(&whole).unwrap().nonce, None);
        for length in 0..whole.len() {
            assert!(TimeStamp::parse(&whole[..length]).is_err(), "{length}");
        }
        assert!(TimeStamp::parse(&[whole.as_slice(), &[0]].concat()).is_err());
        assert!(TimeStamp::parse(&vec![0x30; MAX_BYTES + 1]).is_err());
    }

    #[test]
    fn times_outside_the_calendar_are_errors() {
        assert_eq!(generalized_time(b"20240229235959Z"), Some(1_709_251_199));
        assert_eq!(generalized_time(b"19700101000000Z"), Some(0));
        for text in [
            "20230229000000Z",
            "20261301000000Z",
            "20260101240000Z",
            "202601010000Z",
            "20260101000000",
            "+0260101000000Z",
            "20260101000000.Z",
        ] {
            assert_eq!(generalized_time(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_parsed_or_refused_and_never_panic(bytes: Vec<u8>, at: usize, with: u8) {
            let _ = TimeStamp::parse(&bytes);
            let mut stamp = stamped(&Digest::of(b"x"), Some(5), b"20260101000000Z");
            let at = at % stamp.len();
            stamp[at] = with;
            let _ = TimeStamp::parse(&stamp);
        }
    }
}
