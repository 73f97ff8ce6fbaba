//! Words that are never true and so never said.

/// In the form that [`plain`] and [`one_name`] give every text. A phrase is listed when no sentence needs it, not even
/// one that denies it.
const FORBIDDEN: [&str; 30] = [
    // A SOC 2 report attests; there is no certificate, and nobody passes.
    "soc 2 certified",
    "soc 2 compliant",
    "soc 2 certificate",
    "soc 2 certificates",
    "soc 2 accredited",
    "certified soc 2",
    "certified for soc 2",
    "certified to soc 2",
    "certified against soc 2",
    "compliant with soc 2",
    "passed soc 2",
    // 42001 certifies a management system; the Act knows no such effect of it, and nobody certifies a company.
    "gives conformity with the ai act",
    "gives ai act conformity",
    "42001 gives conformity",
    "42001 gives a presumption",
    "42001 creates a presumption",
    "42001 certified means",
    "42001 means compliance",
    "42001 proves compliance",
    "42001 ensures compliance",
    "42001 guarantees compliance",
    "42001 compliant with the ai act",
    "ai act compliant",
    "ai act certified",
    "certified under the ai act",
    "certified for the ai act",
    // Guidance that nobody certifies.
    "ai rmf certified",
    "ai rmf compliant",
    "nist certified",
    "certified against the ai rmf",
];

/// The first phrase in a text that must not be said; spelling of case, spaces and hyphens does not hide it, nor does
/// a longer name of the same thing.
pub fn forbidden_words(text: &str) -> Option<&'static str> {
    let plain = one_name(plain(text));
    FORBIDDEN.into_iter().find(|phrase| plain.contains(&format!(" {phrase} ")))
}

/// Names of one thing, made the same.
fn one_name(mut plain: String) -> String {
    let names = [
        (" soc2 ", " soc 2 "),
        (" soc ii ", " soc 2 "),
        (" soc 2 type 1 ", " soc 2 "),
        (" soc 2 type 2 ", " soc 2 "),
        (" soc 2 type i ", " soc 2 "),
        (" soc 2 type ii ", " soc 2 "),
        (" artificial intelligence act ", " ai act "),
        (" eu ai act ", " ai act "),
        (" 42001 2023 ", " 42001 "),
        (" ai risk management framework ", " ai rmf "),
    ];
    for (long, short) in names {
        plain = plain.replace(long, short);
    }
    plain
}

/// Lower-case words with one space around each.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::from(" ");
    for c in text.chars() {
        if c.is_alphanumeric() {
            plain.extend(c.to_lowercase());
        } else if !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    if !plain.ends_with(' ') {
        plain.push(' ');
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_words_are_found_however_they_are_spelled() {
        for text in [
            "We are SOC 2 certified.",
            "a SOC2-compliant\nvendor",
            "(soc  2 Compliant)",
            "SOC-2 certified",
            "our SOC 2 Type II certificate",
            "SOC 2 Type 2 compliant",
            "Certified under the EU Artificial Intelligence Act",
            "gives conformity with the EU AI Act",
            "ISO/IEC 42001:2023 gives a presumption of conformity",
            "fully AI-Act-compliant",
            "NIST AI RMF certified",
        ] {
            assert!(forbidden_words(text).is_some(), "{text}");
        }
    }

    #[test]
    fn every_phrase_is_in_the_form_that_texts_are_given() {
        for phrase in FORBIDDEN {
            assert_eq!(forbidden_words(phrase), Some(phrase));
        }
    }

    #[test]
    fn words_that_only_come_near_are_allowed() {
        for text in [
            "SOC 2 certifies nobody",
            "does not give conformity with the AI Act",
            "SOC 2 compliance programme",
            "there is no SOC 2 certification",
            "An ISO/IEC 42001 certificate creates no presumption of conformity with the AI Act",
            "ISO/IEC 42001 gives no presumption of conformity with the EU AI Act.",
            "ISO 42001 certified, with the AI Act still to do",
            "the first standard of its kind against which an organisation can be certified",
        ] {
            assert_eq!(forbidden_words(text), None, "{text}");
        }
    }
}
