//! What the findings of every scanner have in common: a key that is the same in every scan, one scale of severity,
//! and instants in whatever unit they are counted.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// Longest text of one line, in characters.
const LONGEST: usize = 300;

/// Keys of the findings of one file. Findings that nothing tells apart are numbered in their order.
#[derive(Debug, Default)]
pub(super) struct Keys(BTreeMap<String, u64>);

impl Keys {
    /// The key of the next finding, made from what stays the same from scan to scan.
    pub(super) fn next(&mut self, parts: &[&str]) -> String {
        let key = key(parts);
        let times = self.0.entry(key.clone()).or_default();
        *times += 1;
        match *times {
            1 => key,
            times => self::key(&[&key, &times.to_string()]),
        }
    }
}

/// 32 hexadecimal digits that stand for the parts, in their order.
pub(super) fn key(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    let mut key = hex::encode(digest.finalize());
    key.truncate(32);
    key
}

/// The word of our scale for a scanner's word.
pub(super) fn severity(word: &str) -> &'static str {
    match word.trim().to_ascii_lowercase().as_str() {
        "critical" | "fatal" => "critical",
        "high" | "error" | "important" => "high",
        "medium" | "moderate" | "warning" => "medium",
        "low" | "note" | "minor" => "low",
        "info" | "informational" | "none" | "negligible" => "info",
        _ => "unknown",
    }
}

/// The word of our scale for a score from 0 to 10, by the ranges of CVSS 3.
pub(super) fn of_score(score: f64) -> &'static str {
    match score {
        score if score >= 9.0 => "critical",
        score if score >= 7.0 => "high",
        score if score >= 4.0 => "medium",
        score if score > 0.0 => "low",
        _ => "info",
    }
}

/// An instant as RFC 3339 text: a text that is one, or a count since 1970. The standard counts milliseconds and
/// some products count seconds; the size of the number tells which. A local time without its offset is no instant.
pub(super) fn instant(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => {
            let count = number.as_i64()?;
            let moment = match count.unsigned_abs() {
                0..100_000_000_000 => Timestamp::from_second(count),
                100_000_000_000..100_000_000_000_000 => Timestamp::from_millisecond(count),
                100_000_000_000_000..100_000_000_000_000_000 => Timestamp::from_microsecond(count),
                _ => Timestamp::from_nanosecond(i128::from(count)),
            };
            moment.ok().map(|moment| moment.to_string())
        }
        Value::String(text) => text.parse::<Timestamp>().ok().map(|moment| moment.to_string()),
        _ => None,
    }
}

/// The first line that says something, cut where it is long.
pub(super) fn line(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let cut: String = line.chars().take(LONGEST).collect();
    Some(if cut.len() < line.len() { format!("{cut}…") } else { cut })
}

/// The text as a CVE identifier in capitals, when it is one.
pub(super) fn cve(text: &str) -> Option<String> {
    let upper = text.trim().to_ascii_uppercase();
    let (year, number) = upper.strip_prefix("CVE-")?.split_once('-')?;
    let digits =
        |text: &str, least: usize| text.len() >= least && text.bytes().all(|byte| byte.is_ascii_digit());
    (year.len() == 4 && digits(year, 4) && digits(number, 4)).then_some(upper)
}

/// The elements of a member that is a list; none when it is absent or something else.
pub(super) fn list<'v>(item: &'v Value, name: &str) -> &'v [Value] {
    item.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parts_are_not_run_together() {
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_eq!(key(&["ab", "c"]).len(), 32);
    }

    #[test]
    fn findings_that_nothing_tells_apart_are_numbered() {
        let mut keys = Keys::default();
        let (first, second) = (keys.next(&["a"]), keys.next(&["a"]));
        assert_ne!(first, second);
        let mut again = Keys::default();
        assert_eq!((again.next(&["a"]), again.next(&["a"])), (first, second));
    }

    #[test]
    fn seconds_and_milliseconds_are_told_apart_by_their_size() {
        assert_eq!(instant(&json!(1_795_278_937)).unwrap(), "2026-11-21T16:35:37Z");
        assert_eq!(instant(&json!(1_795_278_937_441_i64)).unwrap(), "2026-11-21T16:35:37.441Z");
        assert_eq!(instant(&json!("2023-06-02T08:31:20-04:00")).unwrap(), "2023-06-02T12:31:20Z");
    }

    #[test]
    fn a_local_time_is_no_instant() {
        assert_eq!(instant(&json!("2026-11-21T16:35:37.441769")), None);
        assert_eq!(instant(&json!(1.5)), None);
        assert_eq!(instant(&json!(i64::MAX)), Some("2262-04-11T23:47:16.854775807Z".to_owned()));
    }

    #[test]
    fn a_cve_is_known_by_its_form() {
        assert_eq!(cve("cve-2019-11358").as_deref(), Some("CVE-2019-11358"));
        assert_eq!(cve("GHSA-qq97-vm5h-rrhg"), None);
        assert_eq!(cve("CVE-2019-1"), None);
        assert_eq!(cve("CVE-20190-1234"), None);
    }

    #[test]
    fn scores_fall_into_their_ranges() {
        let words = [0.0, 0.1, 4.0, 6.9, 7.0, 9.0, 10.0].map(of_score);
        assert_eq!(words, ["info", "low", "medium", "medium", "high", "critical", "critical"]);
    }

    #[test]
    fn a_long_line_is_cut_between_characters() {
        let cut = line(&format!("\n  {}", "ä".repeat(400))).unwrap();
        assert_eq!(cut.chars().count(), 301);
        assert_eq!(line(" \n\t"), None);
    }
}
