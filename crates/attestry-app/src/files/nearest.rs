//! Which known name was meant.

/// Up to three candidates that look most like a text, the nearest first; empty when none looks alike.
pub fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let farthest = (text.chars().count() / 3).max(2);
    let text = plain(text);
    let distance = |candidate: &str| strsim::damerau_levenshtein(&text, &plain(candidate));
    // Among equals, whoever begins alike: `CC8.2` means `CC8.1` rather than `CC1.2`.
    let apart = |candidate: &str| usize::MAX - alike(&text, &plain(candidate));
    let scored = candidates.into_iter().map(|one| (distance(one), apart(one), one));
    let mut near: Vec<(usize, usize, &str)> = scored.filter(|(distance, ..)| *distance <= farthest).collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(3).map(|(.., one)| one.to_owned()).collect()
}

/// Without letter case, and with `CHG-1` the same as `CHG-01`.
fn plain(text: &str) -> String {
    text.to_lowercase().replace("-0", "-")
}

/// How many characters two texts begin with in common.
fn alike(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count()
}

/// The nearest candidates as the end of a message.
pub(super) fn hint<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    match nearest(text, candidates).as_slice() {
        [] => String::new(),
        near => format!("; nearest: {}", near.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_comes_first_and_what_looks_like_nothing_finds_nothing() {
        assert_eq!(nearest("chg-1", ["ACC-01", "CHG-01", "CHG-11"]), ["CHG-01", "CHG-11"]);
        assert_eq!(nearest("soc2:CC8.2", ["soc2:CC1.2", "soc2:CC8.1"])[0], "soc2:CC8.1");
        assert!(nearest("zebra", ["change", "review"]).is_empty());
    }
}
