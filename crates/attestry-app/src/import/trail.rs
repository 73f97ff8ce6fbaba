//! CloudTrail's signed digests: whether the log files of a folder are complete and unchanged.
//!
//! Every hour CloudTrail writes a digest file that names each log file it delivered in that hour with the SHA-256 of its
//! unpacked bytes, and the digest before it with its hash and signature. It signs the digest with a key of the region
//! (RSA PKCS #1 v1.5 with SHA-256) over four lines: the end of the hour, bucket and path, the hash of the digest's
//! unpacked bytes, and the signature of the digest before (`null` where a chain starts). An hour without log files has a
//! digest too, so that silence is proven and not assumed.
//!
//! The signature lies in the metadata of the digest's object in S3, which a copy of the folder does not have. Every
//! digest but the newest is proven by the one after it; the newest only if its signature was kept.
//!
//! Pure functions: [`place()`] reads a path, [`Digest::parse`] a digest, [`log_hash`] hashes a log file, [`trail_keys`] reads
//! keys, [`check()`] judges all of it.

mod chain;
mod check;
mod file;
mod key;
mod place;
mod report;
#[cfg(test)]
mod tests;

pub use self::check::{LogFile, check};
pub use self::file::{Digest, DigestError, Named, Previous, log_hash};
pub use self::key::{KeysError, TrailKey, trail_keys};
pub use self::place::{Place, PlaceKind, place};
pub use self::report::{Finding, FindingKind, Report, Span, Trail, TrailName, Weight};
