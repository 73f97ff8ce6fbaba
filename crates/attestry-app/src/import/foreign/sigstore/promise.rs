//! Promises of logs of certificates to log a certificate (RFC 6962 §3.2), carried in the certificate itself.

use sha2::{Digest as _, Sha256};

use super::certificate::Certificate;
use super::key::{Hash, Verdict};
use super::root::Log;

const SHA256: u8 = 4;
/// Most promises that are looked at.
const MOST: usize = 16;

/// One promise.
struct Promise<'c> {
    log_id: &'c [u8],
    /// Milliseconds of the epoch, big-endian.
    time: [u8; 8],
    extensions: &'c [u8],
    signature: &'c [u8],
}

/// What came of looking at the promises of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Promised {
    /// A trusted log promised.
    Holds,
    /// A trusted log's promise does not hold, or the list is malformed.
    Broken,
    /// None of the promises is by a trusted log.
    OtherLogs,
    /// The certificate carries none.
    None,
}

/// Looks for a promise by one of `logs` for a certificate issued by `issuer_key` (a `SubjectPublicKeyInfo`).
pub(super) fn promised(certificate: &Certificate, issuer_key: &[u8], logs: &[Log]) -> Promised {
    let Some(list) = certificate.timestamps() else {
        return Promised::None;
    };
    let (Some(promises), Some(body)) = (read(list), certificate.body_before_logging()) else {
        return Promised::Broken;
    };
    let mut result = Promised::OtherLogs;
    for promise in promises {
        let seconds = i64::try_from(u64::from_be_bytes(promise.time) / 1000).unwrap_or(i64::MAX);
        for log in logs.iter().filter(|log| log.id == promise.log_id) {
            let signed = signed(&promise, issuer_key, &body);
            let verify = |text: Vec<u8>| log.key.verify_with(Hash::Sha256, &text, promise.signature);
            let holds = signed.map(verify) == Some(Verdict::Holds);
            if holds && log.span.covers(seconds) {
                return Promised::Holds;
            }
            result = Promised::Broken;
        }
    }
    result
}

/// What the log signed.
fn signed(promise: &Promise<'_>, issuer_key: &[u8], body: &[u8]) -> Option<Vec<u8>> {
    let mut text = vec![0, 0];
    text.extend(promise.time);
    text.extend([0, 1]);
    text.extend(Sha256::digest(issuer_key));
    text.extend(
        u32::try_from(body.len()).ok().filter(|length| *length < 1 << 24)?.to_be_bytes().into_iter().skip(1),
    );
    text.extend(body);
    text.extend(u16::try_from(promise.extensions.len()).ok()?.to_be_bytes());
    text.extend(promise.extensions);
    Some(text)
}

fn read(list: &[u8]) -> Option<Vec<Promise<'_>>> {
    let (mut rest, after) = long(list)?;
    let mut promises = Vec::new();
    while !rest.is_empty() && promises.len() < MOST {
        let (promise, next) = long(rest)?;
        rest = next;
        // Other versions than the first are passed over.
        if let Some((0, promise)) = promise.split_first() {
            promises.push(one(promise)?);
        }
    }
    after.is_empty().then_some(promises)
}

fn one(bytes: &[u8]) -> Option<Promise<'_>> {
    let (log_id, rest) = bytes.split_at_checked(32)?;
    let (time, rest) = rest.split_first_chunk::<8>()?;
    let (extensions, rest) = long(rest)?;
    let (&[hash, _], rest) = rest.split_first_chunk::<2>()?;
    let (signature, rest) = long(rest)?;
    (rest.is_empty() && hash == SHA256).then_some(Promise { log_id, time: *time, extensions, signature })
}

/// Bytes after their length in two bytes, and the rest.
fn long(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}
