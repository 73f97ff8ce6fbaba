//! One file of events: every line against its commitment, the tree, the times and the files it should name.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Seek};

use super::archive::{Archive, place};
use super::manifest::{File, Manifest};
use super::prelude::Prelude;
use super::progress::Trail;
use super::report::Findings;
use super::{EVENTS_TO_A_FILE, FaultKind, MAX_LINE_BYTES, events_path, line};
use crate::digest::from_hex;
use crate::tile::TILE_WIDTH;
use crate::verify::{Entry, Payload};
use crate::{Digest, commit};

/// The files that each event should name, by their place in the manifest.
pub(super) type Named = BTreeMap<u64, Vec<usize>>;

pub(super) fn named(manifest: &Manifest) -> Named {
    let mut named = Named::new();
    for (at, file) in manifest.files.iter().enumerate() {
        for event in &file.events {
            named.entry(*event).or_default().push(at);
        }
    }
    named
}

/// Reads a file of events; `None` if it is not there.
pub(super) fn step<R: Read + Seek>(
    archive: &mut Archive<R>,
    file: &File,
    prelude: &mut Prelude,
    named: &Named,
    trail: &mut Trail,
    findings: &mut Findings,
) -> io::Result<()> {
    let mut leaves = Vec::new();
    {
        let Some(stream) = archive.stream(&file.path)? else { return Ok(()) };
        let mut lines = BufReader::with_capacity(256 * 1024, stream);
        let mut look = Look { file, prelude, named, trail, findings, leaves: &mut leaves };
        look.lines(&mut lines)?;
        lines.into_inner().compare(file, findings)?;
    }
    for bundle in leaves.chunk_by(|(a, _), (b, _)| (a - 1) / TILE_WIDTH == (b - 1) / TILE_WIDTH) {
        prelude.tiles.compare(archive, bundle, findings)?;
    }
    Ok(())
}

struct Look<'a> {
    file: &'a File,
    prelude: &'a Prelude,
    named: &'a Named,
    trail: &'a mut Trail,
    findings: &'a mut Findings,
    leaves: &'a mut Vec<(u64, Digest)>,
}

impl Look<'_> {
    fn lines(&mut self, lines: &mut impl BufRead) -> io::Result<()> {
        let mut bytes = Vec::new();
        for number in 1u64.. {
            bytes.clear();
            lines.by_ref().take(MAX_LINE_BYTES + 1).read_until(b'\n', &mut bytes)?;
            if bytes.is_empty() {
                break;
            }
            if bytes.len() as u64 > MAX_LINE_BYTES {
                self.findings.fault(FaultKind::TooLarge, self.at(number), "the line is longer than is read");
                break;
            }
            match line::decode(&bytes) {
                Ok(entry) => self.event(&entry),
                Err(reason) => self.findings.fault(FaultKind::Unreadable, self.at(number), reason),
            }
        }
        Ok(())
    }

    fn at(&self, line: u64) -> String {
        format!("{} line {line}", self.file.path)
    }

    fn event(&mut self, entry: &Entry) {
        let sequence = entry.envelope.sequence();
        self.findings.events += 1;
        if !self.in_order(sequence) {
            return;
        }
        if self.trail.first == 0 {
            self.trail.first = sequence;
        }
        self.trail.sequence = sequence;
        self.leaves.push((sequence, entry.envelope.leaf_hash()));
        if entry.envelope.workspace() != self.prelude.manifest.workspace {
            let what =
                format!("belongs to workspace `{}`", super::manifest::shown(entry.envelope.workspace()));
            self.findings.fault(FaultKind::OtherWorkspace, event(sequence), what);
        }
        self.times(sequence, entry.envelope.recorded_at());
        self.payload(entry);
    }

    fn in_order(&mut self, sequence: u64) -> bool {
        let size = self.prelude.size;
        let fault = if sequence <= self.trail.sequence {
            Some((FaultKind::Order, format!("comes after event {}", self.trail.sequence)))
        } else if events_path((sequence - 1) / EVENTS_TO_A_FILE) != self.file.path {
            Some((FaultKind::Order, format!("does not belong into {}", self.file.path)))
        } else if sequence > size {
            Some((FaultKind::NotIncluded, format!("the checkpoint covers {size} events only")))
        } else {
            None
        };
        if let Some((kind, what)) = fault {
            self.findings.fault(kind, event(sequence), what);
            return false;
        }
        true
    }

    fn times(&mut self, sequence: u64, recorded_at: i64) {
        let times = &self.prelude.times;
        if times.known() {
            self.findings.times += 1;
        }
        if let Some(at) = times.before(sequence, recorded_at) {
            let what = format!(
                "says it was recorded {} s before a checkpoint seen at {at} that it came after",
                at - recorded_at.div_euclid(1_000_000)
            );
            self.findings.fault(FaultKind::BackDated, event(sequence), what);
        }
        if let Some(at) = times.after(sequence, recorded_at) {
            let what = format!(
                "says it was recorded {} s after a checkpoint seen at {at} that covers it",
                recorded_at.div_euclid(1_000_000) - at
            );
            self.findings.fault(FaultKind::PostDated, event(sequence), what);
        }
        let back = self.trail.recorded_at.saturating_sub(recorded_at);
        if back > times.tolerance() {
            self.findings.remark(format!(
                "event {sequence} says it was recorded {} s before the event before it",
                back / 1_000_000
            ));
        }
        self.trail.recorded_at = self.trail.recorded_at.max(recorded_at);
    }

    fn payload(&mut self, entry: &Entry) {
        let sequence = entry.envelope.sequence();
        let files = self.named.get(&sequence);
        if files.is_some() {
            self.trail.seen.insert(sequence);
        }
        let files = files.map_or(&[][..], Vec::as_slice);
        let Payload::Present { salt, bytes } = &entry.payload else {
            self.findings.erased += 1;
            if !files.is_empty() {
                self.findings
                    .unchecked(format!("which files event {sequence} names: its payload was erased"));
            }
            return;
        };
        self.findings.payloads += 1;
        if commit(salt, bytes) != entry.envelope.payload_digest() {
            self.findings.fault(
                FaultKind::Payload,
                event(sequence),
                "its payload does not match its commitment",
            );
        }
        self.elsewhere(sequence, bytes);
        for file in files.iter().filter_map(|at| self.prelude.manifest.files.get(*at)) {
            self.findings.named += 1;
            let digest = file.sha256.to_string();
            if !bytes.windows(digest.len()).any(|window| window == digest.as_bytes()) {
                let what = format!("event {sequence} does not name sha256:{digest}");
                self.findings.fault(FaultKind::NotNamed, place(file), what);
            }
        }
    }

    fn elsewhere(&mut self, sequence: u64, payload: &[u8]) {
        let here = &self.prelude.digests;
        let others = digests(payload).filter(|digest| !here.contains(digest)).count() as u64;
        if others > 0 && self.trail.elsewhere == 0 {
            self.trail.elsewhere = sequence;
        }
        self.findings.elsewhere += others;
    }
}

/// Whatever in a payload has the form of a digest: 64 hexadecimal digits between others. What payloads mean is not known
/// here. Such a run lies over one place that is a multiple of 64, so only those are looked at.
fn digests(payload: &[u8]) -> impl Iterator<Item = Digest> {
    let runs = (0..payload.len()).step_by(64).filter_map(|at| {
        let (before, after) = payload.split_at_checked(at)?;
        let right = after.iter().take(65).take_while(|byte| byte.is_ascii_hexdigit()).count();
        if right == 0 {
            return None;
        }
        let left = before.iter().rev().take(65).take_while(|byte| byte.is_ascii_hexdigit()).count();
        if left + right == 64 { payload.get(at - left..at + right) } else { None }
    });
    runs.filter_map(from_hex).map(Digest::from_bytes)
}

fn event(sequence: u64) -> String {
    format!("event {sequence}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn digests_are_found_wherever_they_stand(parts in proptest::collection::vec(("[ -~&&[^0-9a-fA-F]]{1,90}", "[0-9a-f]{64}|[0-9a-f]{0,70}"), 0..6)) {
            let text: String = parts.iter().map(|(between, run)| format!("{between}{run}")).collect();
            let expected: Vec<Digest> =
                parts.iter().filter(|(_, run)| run.len() == 64).map(|(_, run)| run.parse().unwrap()).collect();
            prop_assert_eq!(digests(text.as_bytes()).collect::<Vec<_>>(), expected);
        }
    }
}
