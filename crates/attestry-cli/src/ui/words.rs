//! Numbers and texts as people read them.

pub(crate) use attestry_domain::words::grouped;

/// A number with what it counts: `1 row`, `2 rows`. The plural of `…y` is `…ies`.
pub(crate) fn counted(number: u64, what: &str) -> String {
    let plural = match what.strip_suffix('y') {
        _ if number == 1 => what.to_owned(),
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{stem}ies"),
        _ => format!("{what}s"),
    };
    format!("{} {plural}", grouped(number))
}

/// Breaks a text at its spaces so that no line is wider than `width` columns; a longer word is cut.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            let mut word = word.to_owned();
            while wide(&word) > width {
                if !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                let rest = word.split_off(cut(&word, width));
                lines.push(std::mem::replace(&mut word, rest));
            }
            if !line.is_empty() && wide(&line) + 1 + wide(&word) > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() && !word.is_empty() {
                line.push(' ');
            }
            line.push_str(&word);
        }
        lines.push(line);
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// Columns that a text takes on a terminal.
pub(crate) fn wide(text: &str) -> usize {
    console::measure_text_width(text)
}

/// The byte at which to break a word that is wider than the width: after a hyphen or the like where there is one,
/// and at least one character in.
fn cut(text: &str, width: usize) -> usize {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let fits = ends.take_while(|end| text.get(..*end).is_some_and(|head| wide(head) <= width)).last();
    let fits = fits.unwrap_or_else(|| text.chars().next().map_or(0, char::len_utf8));
    let joint = text.get(..fits).and_then(|head| head.rfind(['-', '/', '_', ',']));
    joint.filter(|at| *at > 0).map_or(fits, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped_and_one_is_singular() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(counted(1, "entry"), "1 entry");
        assert_eq!(counted(2, "entry"), "2 entries");
        assert_eq!(counted(1000, "day"), "1,000 days");
    }

    #[test]
    fn no_line_is_wider_than_asked_and_nothing_is_lost() {
        let text = "No change records from 3 to 9 June; the collector-that-has-a-very-long-name was off.";
        for width in 1..60 {
            let lines = wrapped(text, width);
            assert!(lines.iter().all(|line| wide(line) <= width), "{lines:?}");
            assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
        }
    }

    #[test]
    fn a_word_that_is_too_wide_is_broken_after_a_hyphen() {
        assert_eq!(wrapped("Amer-Indian-Eskimo", 13), ["Amer-Indian-", "Eskimo"]);
        assert_eq!(wrapped("mfa-at-console-login", 18), ["mfa-at-console-", "login"]);
    }

    #[test]
    fn wide_characters_are_measured_and_never_cut_through() {
        assert_eq!(wrapped("日本語", 4), ["日本", "語"]);
    }
}
