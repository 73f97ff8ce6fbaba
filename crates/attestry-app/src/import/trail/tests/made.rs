//! A trail that is written and signed here as CloudTrail writes and signs one.

use jiff::{SignedDuration, Timestamp};
use ring::rand::SystemRandom;
use ring::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::super::{Digest, LogFile, Report, TrailKey, check, log_hash, place};

pub(super) const KEY: &[u8] = include_bytes!("../../../../tests/foreign/trail/signing-key.der");
pub(super) const OTHER: &[u8] = include_bytes!("../../../../tests/foreign/trail/other-key.der");
const BUCKET: &str = "logs-of-example";
const FINGERPRINT: &str = "0123456789abcdef0123456789abcdef";
const FOLDER: &str = "AWSLogs/111122223333";

pub(super) fn start() -> Timestamp {
    "2026-03-01T00:00:00Z".parse().unwrap()
}

/// The public half of a key, as CloudTrail publishes it.
pub(super) fn key(pair: &[u8]) -> TrailKey {
    TrailKey::new(FINGERPRINT, RsaKeyPair::from_der(pair).unwrap().public_key().as_ref())
}

#[derive(Clone)]
pub(super) struct MadeLog {
    pub(super) tail: String,
    pub(super) content: Vec<u8>,
    /// The hash its digest states.
    pub(super) hash_before: String,
    pub(super) unreadable: bool,
}

impl MadeLog {
    pub(super) fn hash(&self) -> String {
        hex::encode(Sha256::digest(&self.content))
    }
}

#[derive(Clone)]
pub(super) struct MadeDigest {
    pub(super) tail: String,
    pub(super) found_at: String,
    pub(super) text: String,
    pub(super) signature: Option<String>,
}

pub(super) struct Made {
    pub(super) digests: Vec<MadeDigest>,
    pub(super) logs: Vec<MadeLog>,
    pub(super) keys: Vec<TrailKey>,
    pair: RsaKeyPair,
    now: Timestamp,
    previous: Option<MadeDigest>,
}

/// So many hours from midnight on, signed with the key that is given.
pub(super) fn made(hours: usize) -> Made {
    Made::new(hours, KEY)
}

impl Made {
    pub(super) fn new(hours: usize, pair: &[u8]) -> Self {
        let pair = RsaKeyPair::from_der(pair).unwrap();
        let mut made = Self {
            digests: Vec::new(),
            logs: Vec::new(),
            keys: vec![key(KEY)],
            pair,
            now: start(),
            previous: None,
        };
        made.extend(hours);
        made
    }

    pub(super) fn extend(&mut self, hours: usize) {
        for _ in 0..hours {
            let hour = self.now.duration_since(start()).as_hours();
            let names = if hour % 3 == 2 { &[][..] } else { &["a", "b"] };
            let end = self.now + SignedDuration::from_hours(1);
            let digest = self.digest(self.now, end, names, self.previous.clone(), "");
            self.previous = Some(digest.clone());
            self.digests.push(digest);
            self.now = end;
        }
    }

    pub(super) fn skip_hours(&mut self, hours: i64) {
        self.now += SignedDuration::from_hours(hours);
    }

    /// The next digest is the first of a chain.
    pub(super) fn restart(&mut self) {
        self.previous = None;
    }

    /// A digest for an hour that is past, with a file that the hour's own digest left out.
    pub(super) fn backfill(&mut self, hour: i64) {
        let from = start() + SignedDuration::from_hours(hour);
        let digest = self.digest(from, from + SignedDuration::from_hours(1), &["late"], None, "_backfill");
        self.digests.push(digest);
    }

    /// As a copy of the folder is: the signatures in S3's metadata are lost.
    pub(super) fn without_metadata(mut self) -> Self {
        self.digests.iter_mut().for_each(|digest| digest.signature = None);
        self
    }

    fn digest(
        &mut self,
        from: Timestamp,
        end: Timestamp,
        names: &[&str],
        previous: Option<MadeDigest>,
        suffix: &str,
    ) -> MadeDigest {
        let entries: Vec<Value> = names.iter().map(|name| self.log(from, name)).collect();
        let day = end.strftime("%Y/%m/%d");
        let tail = format!(
            "{FOLDER}/CloudTrail-Digest/eu-central-1/{day}/111122223333_CloudTrail-Digest_eu-central-1_main_trail_eu-west-1_{}{suffix}.json.gz",
            end.strftime("%Y%m%dT%H%M%SZ")
        );
        let of = |read: fn(&MadeDigest) -> String| previous.as_ref().map(read);
        let document = json!({
            "awsAccountId": "111122223333",
            "digestStartTime": from.to_string(),
            "digestEndTime": end.to_string(),
            "digestS3Bucket": BUCKET,
            "digestS3Object": tail,
            "digestPublicKeyFingerprint": FINGERPRINT,
            "digestSignatureAlgorithm": "SHA256withRSA",
            "newestEventTime": (!names.is_empty()).then(|| from.to_string()),
            "oldestEventTime": (!names.is_empty()).then(|| from.to_string()),
            "previousDigestS3Bucket": of(|_| BUCKET.to_owned()),
            "previousDigestS3Object": of(|digest| digest.tail.clone()),
            "previousDigestHashValue": of(|digest| hex::encode(Sha256::digest(&digest.text))),
            "previousDigestHashAlgorithm": of(|_| "SHA-256".to_owned()),
            "previousDigestSignature": of(|digest| digest.signature.clone().unwrap()),
            "logFiles": entries,
        });
        let text = document.to_string();
        let before = of(|digest| digest.signature.clone().unwrap()).unwrap_or_else(|| "null".to_owned());
        let hash = hex::encode(Sha256::digest(&text));
        let signature = self.sign(&format!("{end}\n{BUCKET}/{tail}\n{hash}\n{before}"));
        MadeDigest { found_at: format!("copy/{tail}"), tail, text, signature: Some(signature) }
    }

    fn log(&mut self, from: Timestamp, name: &str) -> Value {
        let day = from.strftime("%Y/%m/%d");
        let written = (from + SignedDuration::from_mins(5)).strftime("%Y%m%dT%H%MZ");
        let tail = format!(
            "{FOLDER}/CloudTrail/eu-central-1/{day}/111122223333_CloudTrail_eu-central-1_{written}_{name}.json.gz"
        );
        let content = format!(r#"{{"Records":[{{"eventTime":"{from}","eventID":"{name}"}}]}}"#).into_bytes();
        let mut log = MadeLog { tail, content, hash_before: String::new(), unreadable: false };
        log.hash_before = log.hash();
        let entry = json!({
            "s3Bucket": BUCKET, "s3Object": log.tail, "hashValue": log.hash_before, "hashAlgorithm": "SHA-256",
            "newestEventTime": from.to_string(), "oldestEventTime": from.to_string(),
        });
        self.logs.push(log);
        entry
    }

    fn sign(&self, text: &str) -> String {
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
        hex::encode(signature)
    }

    pub(super) fn check(&self) -> Report {
        let digests: Vec<Digest> = self
            .digests
            .iter()
            .map(|made| {
                Digest::parse(&made.found_at, made.text.as_bytes(), made.signature.as_deref()).unwrap()
            })
            .collect();
        let logs: Vec<LogFile> = self
            .logs
            .iter()
            .map(|log| LogFile {
                place: place(&format!("copy/{}", log.tail)).unwrap(),
                hash: (!log.unreadable).then(|| log_hash(log.content.as_slice()).unwrap()),
            })
            .collect();
        check(&digests, &logs, &self.keys)
    }
}
