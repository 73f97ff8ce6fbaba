//! A log in memory, to be tampered with.

use std::collections::BTreeMap;
use std::convert::Infallible;

use attestry_ledger::note::KeyKind;
use attestry_ledger::verify::{Entry, Expected, Found, Payload, References, Report, Row, Source, verify};
use attestry_ledger::{Checkpoint, Digest, Envelope, SignerKey, TilePath, commit, merkle};

pub(crate) const ORIGIN: &str = "attestry.example/acme";

/// Payloads are lines: `object HEX`, `erases N`, `erases-object HEX`; anything else names nothing.
#[derive(Clone, Default)]
pub(crate) struct Log {
    pub(crate) rows: Vec<Row>,
    pub(crate) tiles: BTreeMap<TilePath, Vec<u8>>,
    pub(crate) checkpoint: Option<Vec<u8>>,
    pub(crate) objects: BTreeMap<Digest, Vec<u8>>,
    next: usize,
}

pub(crate) fn signer() -> SignerKey {
    SignerKey::from_seed(ORIGIN, KeyKind::Ed25519, &[1; 32]).unwrap()
}

pub(crate) fn witness() -> SignerKey {
    SignerKey::from_seed("auditor.example/w", KeyKind::CosignatureV1, &[2; 32]).unwrap()
}

pub(crate) fn expected() -> Expected {
    Expected {
        workspace: "acme".to_owned(),
        log: signer().verifier(),
        cosigners: vec![witness().verifier()],
        earlier: Vec::new(),
    }
}

impl Log {
    /// A log of `events` events, all under a cosigned checkpoint; the third names an object.
    pub(crate) fn of(events: u64) -> Self {
        let mut log = Self::default();
        for sequence in 1..=events {
            let payload = if sequence == 3 { log.object(b"evidence") } else { format!("event {sequence}") };
            log.record(&payload);
        }
        log.publish();
        log
    }

    pub(crate) fn object(&mut self, bytes: &[u8]) -> String {
        self.objects.insert(Digest::of(bytes), bytes.to_vec());
        format!("object {}", Digest::of(bytes))
    }

    pub(crate) fn record(&mut self, payload: &str) {
        let sequence = self.rows.len() as u64 + 1;
        self.rows.push(Row::Entry(entry(sequence, payload.as_bytes())));
    }

    /// Brings tiles and checkpoint up to the events.
    pub(crate) fn publish(&mut self) -> Checkpoint {
        let old = self.head().map_or(0, |head| head.size());
        let leaves: Vec<Vec<u8>> =
            self.entries().skip(old as usize).map(|e| e.envelope.leaf_bytes()).collect();
        let appended = merkle::append(&self.tiles, old, &leaves).unwrap();
        self.tiles.extend(appended.tiles);
        let head = Checkpoint::new(ORIGIN, appended.size, appended.root).unwrap();
        self.sign(head.clone());
        head
    }

    pub(crate) fn sign(&mut self, head: Checkpoint) {
        let mut signed = head.sign(&signer()).unwrap();
        signed.cosign(&witness(), 1_800_000_000).unwrap();
        self.checkpoint = Some(signed.to_string().into_bytes());
    }

    pub(crate) fn head(&self) -> Option<Checkpoint> {
        let bytes = self.checkpoint.as_ref()?;
        Some(attestry_ledger::SignedCheckpoint::parse(bytes).unwrap().checkpoint().clone())
    }

    fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.rows.iter().map(|row| match row {
            Row::Entry(entry) => entry,
            Row::Unreadable { .. } => panic!("unreadable row"),
        })
    }

    pub(crate) fn entry(&mut self, sequence: usize) -> &mut Entry {
        match &mut self.rows[sequence - 1] {
            Row::Entry(entry) => entry,
            Row::Unreadable { .. } => panic!("unreadable row"),
        }
    }

    pub(crate) fn tile(&mut self, path: &str) -> &mut Vec<u8> {
        self.tiles.get_mut(&path.parse().unwrap()).unwrap_or_else(|| panic!("no {path}"))
    }

    pub(crate) fn verify(&self) -> Report {
        self.verify_with(expected())
    }

    pub(crate) fn verify_with(&self, expected: Expected) -> Report {
        verify(&mut self.clone(), expected).unwrap_or_else(|never| match never {})
    }
}

pub(crate) fn entry(sequence: u64, payload: &[u8]) -> Entry {
    let salt = [sequence as u8; 32];
    let at = 1_700_000_000_000_000 + sequence as i64;
    let envelope = Envelope::new("acme", sequence, at, "p-1", "noted", 1, commit(&salt, payload)).unwrap();
    Entry { envelope, payload: Payload::Present { salt, bytes: payload.to_vec() } }
}

impl Source for Log {
    type Error = Infallible;

    fn checkpoint(&mut self) -> Result<Option<Vec<u8>>, Infallible> {
        Ok(self.checkpoint.clone())
    }

    fn next_row(&mut self) -> Result<Option<Row>, Infallible> {
        self.next += 1;
        Ok(self.rows.get(self.next - 1).cloned())
    }

    fn tile(&mut self, path: &TilePath) -> Result<Option<Vec<u8>>, Infallible> {
        Ok(self.tiles.get(path).cloned())
    }

    fn object(&mut self, digest: &Digest) -> Result<Found, Infallible> {
        let bytes = self.objects.get(digest);
        Ok(bytes.map_or(Found::Missing, |bytes| Found::Bytes(Digest::of(bytes))))
    }

    fn references(&self, _: &Envelope, payload: &[u8]) -> Result<References, String> {
        let mut references = References::default();
        for line in std::str::from_utf8(payload).map_err(|error| error.to_string())?.lines() {
            match line.split_once(' ') {
                Some(("object", hex)) => references.objects.push(hex.parse().unwrap()),
                Some(("erases", number)) => references.erased_events.push(number.parse().unwrap()),
                Some(("erases-object", hex)) => references.erased_objects.push(hex.parse().unwrap()),
                _ => {}
            }
        }
        Ok(references)
    }
}
