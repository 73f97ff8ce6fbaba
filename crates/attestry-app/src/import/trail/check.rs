//! The order of the checks.

use std::collections::{BTreeMap, BTreeSet};

use super::chain::{self, Judged};
use super::file::Digest;
use super::key::TrailKey;
use super::place::{Place, PlaceKind};
use super::report::{Finding, FindingKind, Report, Span, Trail, TrailName};

/// A log file that is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFile {
    /// Where it lies, as [`super::place()`] reads it.
    pub place: Place,
    /// What [`super::log_hash()`] gives; `None` if it cannot be unpacked.
    pub hash: Option<[u8; 32]>,
}

/// Log files by their path from `AWSLogs` on.
type Logs<'l> = BTreeMap<&'l str, &'l LogFile>;

/// Checks digests, the log files they name and the log files that are here against each other.
///
/// A digest counts if it lies where it says and CloudTrail's key signed it; the signature comes from the metadata of
/// its object in S3 or from the digest after it. A span is proven if a digest that counts covers it and every log file
/// it names is here unchanged. Backfill digests are checked the same way: they prove no span by themselves, and one
/// whose files are not all here takes its span from what is proven.
pub fn check(digests: &[Digest], logs: &[LogFile], keys: &[TrailKey]) -> Report {
    let here: Logs<'_> = logs.iter().map(|log| (log.place.tail.as_str(), log)).collect();
    let mut report = Report::default();
    let mut claims = Claims::default();
    for (name, [regular, backfill]) in chains(digests) {
        let mut trail = Trail { name, digests: 0, signed: 0, logs: 0, intact: 0, proven: Vec::new() };
        let mut holes = Vec::new();
        for (list, proves) in [(regular, true), (backfill, false)] {
            for judged in chain::judge(list, keys, &mut report.findings) {
                trail.digests += 1;
                let whole = contents(&judged, &here, &mut trail, &mut claims, &mut report.findings);
                let span = Span { start: judged.digest.start, end: judged.digest.end };
                match (judged.signed, whole) {
                    (true, true) if proves => trail.proven.push(span),
                    (true, false) => holes.push(span),
                    _ => {}
                }
                let spans = claims.spans(&judged.digest.place);
                if judged.signed && proves {
                    spans.push(span);
                }
            }
        }
        trail.proven = without(merged(trail.proven), &holes);
        report.trails.push(trail);
    }
    claims.covered.values_mut().for_each(|spans| *spans = merged(std::mem::take(spans)));
    let rest = logs
        .iter()
        .filter_map(|log| Some(Finding { path: log.place.tail.clone(), kind: claims.about(log)? }));
    report.findings.extend(rest);
    report
}

/// The digests of each chain, those of the hours and those that fill in, sorted by end.
fn chains(digests: &[Digest]) -> BTreeMap<TrailName, [Vec<&Digest>; 2]> {
    let mut chains: BTreeMap<TrailName, [Vec<&Digest>; 2]> = BTreeMap::new();
    for digest in digests {
        let PlaceKind::Digest { trail, home_region, backfill, .. } = &digest.place.kind else { continue };
        let name = TrailName {
            organisation: digest.place.organisation.clone(),
            account: digest.place.account.clone(),
            region: digest.place.region.clone(),
            trail: trail.clone(),
            home_region: home_region.clone(),
        };
        let [regular, filling] = chains.entry(name).or_default();
        if *backfill { filling.push(digest) } else { regular.push(digest) }
    }
    for list in chains.values_mut().flatten() {
        list.sort_by(|a, b| (a.end, &a.place.tail, &a.path).cmp(&(b.end, &b.place.tail, &b.path)));
    }
    chains
}

/// Whether all log files a digest names are here unchanged; says which are not, if the digest counts.
fn contents<'d>(
    judged: &Judged<'d>,
    here: &Logs<'_>,
    trail: &mut Trail,
    claims: &mut Claims<'d>,
    findings: &mut Vec<Finding>,
) -> bool {
    if !judged.signed {
        claims.unproven.extend(judged.digest.logs.iter().map(|log| log.tail.as_str()));
        return false;
    }
    trail.signed += 1;
    let mut whole = true;
    for named in &judged.digest.logs {
        trail.logs += 1;
        claims.named.insert(&named.tail);
        let kind = match (here.get(named.tail.as_str()).map(|log| log.hash), named.hash) {
            (None, _) => FindingKind::LogMissing,
            (Some(None), _) => FindingKind::LogUnreadable,
            (_, None) => FindingKind::LogHash,
            (Some(found), expected) if found != expected => FindingKind::LogChanged,
            _ => {
                trail.intact += 1;
                continue;
            }
        };
        whole = false;
        findings.push(Finding { path: named.tail.clone(), kind });
    }
    whole
}

/// What digests say of log files, whichever chain they are of.
#[derive(Default)]
struct Claims<'d> {
    named: BTreeSet<&'d str>,
    unproven: BTreeSet<&'d str>,
    /// The hours of signed digests of an account and region, in order; empty where all its digests are unsigned.
    covered: BTreeMap<(String, String), Vec<Span>>,
}

impl Claims<'_> {
    fn spans(&mut self, place: &Place) -> &mut Vec<Span> {
        self.covered.entry((place.account.clone(), place.region.clone())).or_default()
    }

    /// What there is to say about a log file that is here; nothing if a digest that counts names it.
    fn about(&self, log: &LogFile) -> Option<FindingKind> {
        let tail = log.place.tail.as_str();
        if self.named.contains(tail) {
            return None;
        }
        if self.unproven.contains(tail) {
            return Some(FindingKind::Unproven);
        }
        let PlaceKind::Log { written } = log.place.kind else {
            return None;
        };
        Some(match self.covered.get(&(log.place.account.clone(), log.place.region.clone())) {
            None => FindingKind::NoDigests,
            Some(spans) if spans.iter().any(|span| span.start <= written && written < span.end) => {
                FindingKind::Unnamed
            }
            Some(_) => FindingKind::Outside,
        })
    }
}

/// Spans that touch or overlap become one.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::new();
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

/// The parts of spans outside the holes.
fn without(spans: Vec<Span>, holes: &[Span]) -> Vec<Span> {
    holes.iter().fold(spans, |spans, hole| {
        let parts = |span: Span| {
            let before = Span { start: span.start, end: span.end.min(hole.start) };
            let after = Span { start: span.start.max(hole.end), end: span.end };
            [before, after].into_iter().filter(|part| part.start < part.end)
        };
        spans.into_iter().flat_map(parts).collect()
    })
}
