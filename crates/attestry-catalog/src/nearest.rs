//! Which known name was meant.

/// Up to three candidates that look most like a text, all equally near; empty when none looks alike.
pub(crate) fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let farthest = (text.chars().count() / 3).max(2);
    let mut best = farthest + 1;
    let mut found: Vec<String> = Vec::new();
    for candidate in candidates {
        let distance = distance(text, candidate);
        if distance < best {
            best = distance;
            found.clear();
        }
        if distance == best && distance <= farthest && found.len() < 3 {
            found.push(candidate.to_owned());
        }
    }
    found
}

/// Edits between the two, letter case aside; a qualifier that only one of them has counts as one edit.
fn distance(text: &str, candidate: &str) -> usize {
    let (text, candidate) = (text.to_lowercase(), candidate.to_lowercase());
    let whole = strsim::damerau_levenshtein(&text, &candidate);
    let bare = match (text.split_once(':'), candidate.split_once(':')) {
        (None, Some((_, code))) => strsim::damerau_levenshtein(&text, code) + 1,
        (Some((_, code)), None) => strsim::damerau_levenshtein(code, &candidate) + 1,
        _ => whole,
    };
    whole.min(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_one_letter_finds_its_name() {
        assert_eq!(nearest("soc2:CC8.11", ["soc2:CC8.1", "soc2:CC7.1"]), ["soc2:CC8.1"]);
    }

    #[test]
    fn a_bare_code_finds_every_framework_that_has_it() {
        assert_eq!(nearest("A.5.2", ["iso42001:A.5.2", "iso27001:A.5.2", "soc2:A1.2"]).len(), 2);
    }

    #[test]
    fn what_looks_like_nothing_finds_nothing() {
        assert!(nearest("zebra", ["change", "review"]).is_empty());
    }
}
