//! How many events a second are checked: in a package, and in a live log.
//!
//! By the clock, and by the time that the processor was really ours, which other programs on the machine do not change.
//!
//! `cargo run --release -p attestry-ledger --example throughput -- [EVENTS]`
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "an example prints and may panic"
)]

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::Cursor;
use std::time::Instant;

use attestry_ledger::note::KeyKind;
use attestry_ledger::package::{About, Options, Writer, verify};
use attestry_ledger::verify::{Entry, Expected, Found, Payload, References, Row, Source};
use attestry_ledger::{Checkpoint, Digest, Envelope, SignerKey, TilePath, commit, merkle};

const ORIGIN: &str = "attestry.example/bench";

/// An event as a programme has them: some 300 bytes of JSON.
fn entry(sequence: u64) -> Entry {
    let salt = *Digest::of(&sequence.to_le_bytes()).as_bytes();
    let note = "reviewed against the procedure in force, evidence attached, no remarks; ".repeat(3);
    let bytes =
        format!("{{\"control\":\"AC-{:03}\",\"note\":\"{note}\",\"occurrence\":{sequence}}}", sequence % 150);
    let bytes = bytes.into_bytes();
    let at = 1_700_000_000_000_000 + sequence as i64 * 1000;
    let envelope =
        Envelope::new("acme", sequence, at, "p-0192", "occurrence_recorded", 1, commit(&salt, &bytes))
            .unwrap();
    Entry { envelope, payload: Payload::Present { salt, bytes } }
}

struct Log {
    entries: std::vec::IntoIter<Entry>,
    tiles: BTreeMap<TilePath, Vec<u8>>,
    checkpoint: Vec<u8>,
}

impl Source for Log {
    type Error = Infallible;

    fn checkpoint(&mut self) -> Result<Option<Vec<u8>>, Infallible> {
        Ok(Some(self.checkpoint.clone()))
    }

    fn next_row(&mut self) -> Result<Option<Row>, Infallible> {
        // As from a database: the envelope is made anew from the row.
        Ok(self.entries.next().map(|entry| {
            let envelope = Envelope::parse(entry.envelope.leaf()).unwrap();
            Row::Entry(Entry { envelope, payload: entry.payload })
        }))
    }

    fn tile(&mut self, path: &TilePath) -> Result<Option<Vec<u8>>, Infallible> {
        Ok(self.tiles.get(path).cloned())
    }

    fn object(&mut self, _: &Digest) -> Result<Found, Infallible> {
        Ok(Found::Missing)
    }

    fn references(&self, _: &Envelope, _: &[u8]) -> Result<References, String> {
        Ok(References::default())
    }
}

fn main() {
    let events: u64 = std::env::args().nth(1).map_or(1_000_000, |text| text.parse().unwrap());
    let key = SignerKey::from_seed(ORIGIN, KeyKind::Ed25519, &[1; 32]).unwrap();
    let entries: Vec<Entry> = (1..=events).map(entry).collect();
    let leaves: Vec<Vec<u8>> = entries.iter().map(|entry| entry.envelope.leaf_bytes()).collect();
    let appended = merkle::append(&BTreeMap::new(), 0, &leaves).unwrap();
    let tiles: BTreeMap<TilePath, Vec<u8>> = appended.tiles.into_iter().collect();
    let signed = Checkpoint::new(ORIGIN, appended.size, appended.root).unwrap().sign(&key).unwrap();

    let begun = Begun::now();
    let about = About { workspace: "acme".to_owned(), ..About::default() };
    let mut writer = Writer::new(Cursor::new(Vec::new()), about, &key.verifier(), &signed).unwrap();
    entries.iter().for_each(|entry| writer.event(entry).unwrap());
    for path in writer.tiles_wanted() {
        writer.tile(&path, &tiles[&path]).unwrap();
    }
    let package = writer.finish(Some(&key)).unwrap().out.into_inner();
    tell("package written", events, begun, package.len());

    let begun = Begun::now();
    let report =
        verify(Cursor::new(&package), Options { log: Some(key.verifier()), ..Options::default() }).unwrap();
    assert!(report.holds(), "{:?}", report.faults);
    tell("package checked", report.events, begun, package.len());

    let mut log = Log { entries: entries.into_iter(), tiles, checkpoint: signed.to_string().into_bytes() };
    let expected = Expected {
        workspace: "acme".to_owned(),
        log: key.verifier(),
        cosigners: Vec::new(),
        earlier: Vec::new(),
    };
    let begun = Begun::now();
    let report = attestry_ledger::verify::verify(&mut log, expected).unwrap_or_else(|never| match never {});
    assert!(report.holds(), "{:?}", report.faults);
    tell("live log checked", report.events, begun, 0);
}

/// A moment, by the clock and by processor time.
struct Begun(Instant, f64);

impl Begun {
    fn now() -> Self {
        Self(Instant::now(), processor_seconds())
    }
}

/// Seconds that this thread ran, as Linux counts them.
fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|text| text.parse::<f64>().ok()).unwrap_or_default() / 1e9
}

fn tell(what: &str, events: u64, begun: Begun, bytes: usize) {
    let clock = begun.0.elapsed().as_secs_f64();
    let processor = processor_seconds() - begun.1;
    let rate = |seconds: f64| events as f64 / seconds;
    println!(
        "{what:<18} {:>9.0} events/s by the clock {:>9.0} by processor time   {events} events {bytes} bytes",
        rate(clock),
        rate(processor)
    );
}
