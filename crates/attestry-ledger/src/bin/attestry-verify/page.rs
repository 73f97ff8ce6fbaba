//! The report as people read it in a terminal.

use std::io::IsTerminal as _;

use attestry_ledger::package::{Report, Signature, SignatureKind};

/// Columns where the terminal does not say.
const WIDTH: usize = 80;

/// The shapes of the states, with the colour of each.
#[derive(Clone, Copy)]
enum Mark {
    Good,
    Half,
    Ring,
    Dotted,
    Bar,
}

impl Mark {
    fn shape(self) -> (&'static str, &'static str) {
        match self {
            Self::Good => ("●", "32"),
            Self::Half => ("◐", "33"),
            Self::Ring => ("○", "36"),
            Self::Dotted => ("◌", "35"),
            Self::Bar => ("–", "31"),
        }
    }
}

struct Page {
    text: String,
    width: usize,
    coloured: bool,
}

/// The page for a report, as wide and as coloured as the terminal bears.
pub fn page(report: &Report) -> String {
    let says = |name: &str| std::env::var(name).ok();
    let width = says("COLUMNS").and_then(|text| text.parse().ok()).unwrap_or(WIDTH);
    let coloured = std::io::stdout().is_terminal() && says("NO_COLOR").is_none_or(|text| text.is_empty());
    let mut page = Page { text: String::new(), width: width.clamp(40, 160), coloured };
    page.head(report);
    page.body(report);
    page.text
}

impl Page {
    fn head(&mut self, report: &Report) {
        let (mark, word) = match (report.holds(), report.log_key_given) {
            (false, _) => (Mark::Bar, "does not hold"),
            (true, true) => (Mark::Good, "holds"),
            (true, false) => (Mark::Half, "agrees with itself; give the log's key to know who signed it"),
        };
        let (events, files) = (grouped(report.events), grouped(report.files));
        self.marked(0, mark, &format!("The package {word}: {events} events in {files} files."));
        for text in [&report.title, &report.scope] {
            if !text.is_empty() {
                self.line(2, text);
            }
        }
        if let Some(root) = report.root {
            self.line(2, &format!("Checkpoint of {} events, root sha256:{root}", grouped(report.size)));
        }
        for signature in &report.signatures {
            self.signature(signature);
        }
    }

    fn signature(&mut self, signature: &Signature) {
        let Signature { kind, by, size, at } = signature;
        let at = at.map(|at| format!(", {}", instant(at))).unwrap_or_default();
        let size = grouped(*size);
        let (mark, text) = match kind {
            SignatureKind::Log => (Mark::Good, format!("signed over {size} events by {by}")),
            SignatureKind::Seal => (Mark::Good, format!("sealed by {by}")),
            SignatureKind::Witness => (Mark::Good, format!("cosigned over {size} events by {by}{at}")),
            SignatureKind::TimeStamp => (Mark::Half, format!("time stamp over {size} events{at}: {by}")),
        };
        self.marked(2, mark, &text);
    }

    fn body(&mut self, report: &Report) {
        for check in report.checked.iter().filter(|check| check.count > 0) {
            self.line(2, &format!("{}: {}", check.what, grouped(check.count)));
        }
        let mut meaning = "";
        for fault in &report.faults {
            self.marked(0, Mark::Bar, &fault.to_string());
            // The same advice a hundred times is none.
            if meaning != fault.meaning() {
                meaning = fault.meaning();
                self.line(4, meaning);
            }
        }
        if report.further_faults > 0 {
            self.line(2, &format!("and {} further faults", grouped(report.further_faults)));
        }
        for what in &report.remarks {
            self.marked(0, Mark::Ring, &format!("odd: {what}"));
        }
        for what in &report.unchecked {
            self.marked(0, Mark::Dotted, &format!("not checked: {what}"));
        }
        if !report.log_key.is_empty() {
            self.line(0, &format!("Log key: {}", report.log_key));
        }
    }

    fn marked(&mut self, indent: usize, mark: Mark, text: &str) {
        let (shape, colour) = mark.shape();
        let shape =
            if self.coloured { format!("\u{1b}[{colour}m{shape}\u{1b}[0m") } else { shape.to_owned() };
        for (at, line) in wrapped(&printable(text), self.width - indent - 2).iter().enumerate() {
            let before = if at == 0 { shape.as_str() } else { " " };
            self.text.push_str(&format!("{:indent$}{before} {line}\n", ""));
        }
    }

    fn line(&mut self, indent: usize, text: &str) {
        for line in wrapped(&printable(text), self.width - indent) {
            self.text.push_str(&format!("{:indent$}{line}\n", ""));
        }
    }
}

/// A text from a package cannot steer the terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Lines no wider than `width`, broken at spaces; a longer word stands alone.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `12 May 2026 08:15:00 UTC` for seconds since 1970.
fn instant(at: i64) -> String {
    const MONTHS: [&str; 12] =
        ["Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb"];
    let (days, second) = (at.div_euclid(86_400) + 719_468, at.rem_euclid(86_400));
    // Eras of 400 years, years from March.
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let name = usize::try_from(month).ok().and_then(|month| MONTHS.get(month)).copied().unwrap_or_default();
    let year = era * 400 + year + i64::from(month >= 10);
    format!("{day} {name} {year} {:02}:{:02}:{:02} UTC", second / 3600, second / 60 % 60, second % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_numbers_and_lines_read_as_people_write_them() {
        assert_eq!(instant(0), "1 Jan 1970 00:00:00 UTC");
        assert_eq!(instant(1_709_251_199), "29 Feb 2024 23:59:59 UTC");
        assert_eq!(instant(1_767_225_600), "1 Jan 2026 00:00:00 UTC");
        assert_eq!((grouped(0), grouped(1_234_567)), ("0".to_owned(), "1,234,567".to_owned()));
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(printable("a\u{1b}[31mb"), "a\u{fffd}[31mb");
    }
}
