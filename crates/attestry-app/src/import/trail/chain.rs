//! Which digests of a chain count, and how they follow each other.

use std::collections::BTreeMap;

use super::file::{Digest, Previous, tail};
use super::key::TrailKey;
use super::place::PlaceKind;
use super::report::{Finding, FindingKind, Span};

const ALGORITHM: &str = "SHA256withRSA";

/// A digest and whether it counts.
pub(super) struct Judged<'d> {
    pub(super) digest: &'d Digest,
    /// It lies where it says, and CloudTrail's key signed it.
    pub(super) signed: bool,
}

/// The digests of one chain.
struct Chain<'d> {
    /// Those that lie where they say, each once, by their end.
    list: Vec<&'d Digest>,
    /// What digests say of the one before them, by that one's path.
    named: BTreeMap<&'d str, Vec<&'d Previous>>,
}

/// Judges the digests of one chain, sorted by their end.
pub(super) fn judge<'d>(
    list: Vec<&'d Digest>,
    keys: &[TrailKey],
    findings: &mut Vec<Finding>,
) -> Vec<Judged<'d>> {
    let chain = Chain::new(list, findings);
    let judge = |digest: &&'d Digest| (digest.place.tail.as_str(), (*digest, chain.problem(digest, keys)));
    let judged: BTreeMap<&str, (&Digest, Option<FindingKind>)> = chain.list.iter().map(judge).collect();
    let mut older: Option<&Digest> = None;
    let mut results = Vec::new();
    for digest in chain.list {
        let problem = judged.get(digest.place.tail.as_str()).and_then(|(_, problem)| problem.clone());
        let signed = problem.is_none();
        let before = digest.previous.as_ref().and_then(|previous| judged.get(previous.tail.as_str()));
        let before = before.map(|(before, problem)| Judged { digest: before, signed: problem.is_none() });
        findings.extend(link(&Judged { digest, signed }, older, before.as_ref()));
        findings.extend(problem.map(|kind| finding(digest, kind)));
        results.push(Judged { digest, signed });
        older = Some(digest);
    }
    results
}

impl<'d> Chain<'d> {
    fn new(list: Vec<&'d Digest>, findings: &mut Vec<Finding>) -> Self {
        let mut seen: BTreeMap<&str, &Digest> = BTreeMap::new();
        let mut chain = Self { list: Vec::new(), named: BTreeMap::new() };
        for digest in list {
            if tail(&digest.path) != digest.place.tail {
                findings.push(finding(digest, FindingKind::Moved(digest.path.clone())));
                continue;
            }
            match seen.insert(&digest.place.tail, digest) {
                Some(other) if other.hash == digest.hash => continue,
                Some(_) => findings.push(finding(digest, FindingKind::Doubled)),
                None => chain.list.push(digest),
            }
            if let Some(previous) = &digest.previous {
                chain.named.entry(&previous.tail).or_default().push(previous);
            }
        }
        chain
    }

    /// What keeps a digest from counting. Its signature is the one kept from S3, or the one that a later digest carries;
    /// one that holds is enough, because nobody but CloudTrail can make it.
    fn problem(&self, digest: &Digest, keys: &[TrailKey]) -> Option<FindingKind> {
        let carried = self.named.get(digest.place.tail.as_str()).into_iter().flatten();
        let carried = carried.map(|previous| &previous.signature);
        let signatures: Vec<&Vec<u8>> = digest.signature.iter().chain(carried).collect();
        if signatures.is_empty() {
            let newest = self.list.last().is_some_and(|last| last.place.tail == digest.place.tail);
            return Some(FindingKind::NoSignature { newest });
        }
        if digest.algorithm != ALGORITHM {
            return Some(FindingKind::Algorithm(digest.algorithm.chars().take(40).collect()));
        }
        let fingerprint = digest.fingerprint.to_lowercase();
        let mut known = keys.iter().filter(|key| key.fingerprint == fingerprint).peekable();
        if known.peek().is_none() {
            return Some(FindingKind::NoKey(digest.fingerprint.chars().take(80).collect()));
        }
        let text = digest.signed_text();
        let Some(key) = known.find(|key| signatures.iter().any(|signature| key.verify(&text, signature)))
        else {
            return Some(FindingKind::Forged);
        };
        // A digest that fills in is signed long after the hour it is about.
        (!fills_in(digest) && !key.signs_at(digest.end)).then_some(FindingKind::KeyOutOfTime(fingerprint))
    }
}

fn fills_in(digest: &Digest) -> bool {
    matches!(digest.place.kind, PlaceKind::Digest { backfill: true, .. })
}

/// How a digest follows the one before it: `older` in time, `before` by its own word.
fn link(judged: &Judged<'_>, older: Option<&Digest>, before: Option<&Judged<'_>>) -> Option<Finding> {
    let digest = judged.digest;
    let hole = |from: &Digest| {
        let span = Span { start: from.end, end: digest.start };
        (span.start < span.end && !fills_in(digest)).then_some(span)
    };
    let Some(previous) = &digest.previous else {
        return Some(finding(digest, FindingKind::Restarted(older.and_then(hole)?)));
    };
    let Some(before) = before else {
        let kind = FindingKind::DigestMissing { after: older.map(|older| older.end), before: digest.start };
        return Some(Finding { path: previous.tail.clone(), kind });
    };
    // Of two that do not fit each other, one that is signed is not the one that was changed.
    if previous.hash.is_some_and(|hash| hash != before.digest.hash) && (judged.signed || !before.signed) {
        return Some(finding(before.digest, FindingKind::OtherHash));
    }
    Some(finding(digest, FindingKind::Uncovered(hole(before.digest)?)))
}

fn finding(digest: &Digest, kind: FindingKind) -> Finding {
    Finding { path: digest.place.tail.clone(), kind }
}
