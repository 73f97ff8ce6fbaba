//! Which known name was meant.

/// Up to three candidates that look most like a text, the nearest first; empty when none looks alike.
pub fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let farthest = (text.chars().count() / 3).max(2);
    let text = text.to_lowercase();
    let distance = |candidate: &str| strsim::damerau_levenshtein(&text, &candidate.to_lowercase());
    let mut near: Vec<(usize, &str)> = candidates.into_iter().map(|one| (distance(one), one)).collect();
    near.retain(|(distance, _)| *distance <= farthest);
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(3).map(|(_, one)| one.to_owned()).collect()
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
        assert!(nearest("zebra", ["change", "review"]).is_empty());
    }
}
