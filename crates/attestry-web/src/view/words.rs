//! Numbers, ranges and counts as pages write them.

use attestry_domain::time::{Period, day_words};
pub use attestry_domain::words::{grouped, listed};

/// A count with its noun: `1 run`, `12 runs`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// The days of a period, the last included: `1 Jan – 31 Dec 2026`.
pub fn span(period: Period) -> String {
    let (from, last) = (period.from(), period.last());
    if from == last {
        return day_words(from);
    }
    if from.year() == last.year() {
        return format!("{} – {}", from.strftime("%-d %b"), day_words(last));
    }
    format!("{} – {}", day_words(from), day_words(last))
}

/// A delay of so many days in the unit in which it reads best: `15 days`, `6 weeks`, `5 months`.
pub fn delay(days: i64) -> String {
    match days {
        ..21 => counted(days.unsigned_abs(), "day", "days"),
        21..120 => format!("{} weeks", (days + 3) / 7),
        _ => format!("{} months", (days + 15) / 30),
    }
}

/// A part of an address with everything but letters, digits and `-._~:()` as percent codes.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:()".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The text with its first letter large.
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// A ratio or rate with three decimals.
pub fn ratio(value: f64) -> String {
    format!("{value:.3}")
}

/// Bytes in the unit in which they read best.
pub fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} bytes"),
        1_000..1_000_000 => format!("{} kB", count.div_ceil(1_000)),
        _ => format!("{}.{} MB", grouped(count / 1_000_000), count % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_three() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(12_345_678), "12,345,678");
    }

    #[test]
    fn a_period_is_read_with_its_last_day() {
        let year: Period = "2026-01-01..2027-01-01".parse().unwrap();
        assert_eq!(span(year), "1 Jan – 31 Dec 2026");
        let day: Period = "2026-05-12..2026-05-13".parse().unwrap();
        assert_eq!(span(day), "12 May 2026");
        let across: Period = "2025-10-01..2026-10-01".parse().unwrap();
        assert_eq!(span(across), "1 Oct 2025 – 30 Sep 2026");
    }

    #[test]
    fn an_address_part_cannot_leave_its_place() {
        assert_eq!(encoded("soc2:CC8.1"), "soc2:CC8.1");
        assert_eq!(encoded("a/../b?c#d e"), "a%2F..%2Fb%3Fc%23d%20e");
    }

    #[test]
    fn a_delay_reads_in_its_unit() {
        assert_eq!(delay(1), "1 day");
        assert_eq!(delay(20), "20 days");
        assert_eq!(delay(38), "5 weeks");
        assert_eq!(delay(43), "6 weeks");
        assert_eq!(delay(150), "5 months");
    }

    #[test]
    fn names_are_listed_as_people_say_them() {
        assert_eq!(listed(&[]), "");
        assert_eq!(listed(&["A"]), "A");
        assert_eq!(listed(&["A", "B", "C"]), "A, B and C");
    }

    #[test]
    fn bytes_read_in_their_unit() {
        assert_eq!(bytes(12), "12 bytes");
        assert_eq!(bytes(1_001), "2 kB");
        assert_eq!(bytes(5_430_000), "5.4 MB");
    }
}
