//! Words that are never true and so never said.

/// In the form that [`plain`] gives every text.
const FORBIDDEN: [&str; 4] = [
    "soc 2 certified",
    "soc 2 compliant",
    "gives conformity with the ai act",
    "gives conformity with the eu ai act",
];

/// The first phrase in a text that must not be said; spelling of case, spaces and hyphens does not hide it.
pub fn forbidden_words(text: &str) -> Option<&'static str> {
    let plain = plain(text);
    FORBIDDEN.into_iter().find(|phrase| plain.contains(&format!(" {phrase} ")))
}

/// Lower-case words with one space around each.
fn plain(text: &str) -> String {
    let mut plain = String::from(" ");
    for c in text.chars() {
        if c.is_alphanumeric() {
            plain.extend(c.to_lowercase());
        } else if !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    plain.push(' ');
    plain.replace(" soc2 ", " soc 2 ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_words_are_found_however_they_are_spelled() {
        for text in
            ["We are SOC 2 certified.", "a SOC2-compliant\nvendor", "(soc  2 Compliant)", "SOC-2 certified"]
        {
            assert!(forbidden_words(text).is_some(), "{text}");
        }
    }

    #[test]
    fn words_that_only_come_near_are_allowed() {
        for text in [
            "SOC 2 certifies nobody",
            "does not give conformity with the AI Act",
            "SOC 2 compliance programme",
        ] {
            assert_eq!(forbidden_words(text), None, "{text}");
        }
    }
}
