//! What is never said, in no file of the project.

use attestry_catalog::forbidden_words;

use super::house::{Text, texts};

/// Where the rule itself is written and tried.
const RULE: [&str; 2] = ["crates/attestry-catalog/", "tests/it/words.rs"];

/// Folders of one machine.
const PLACES: [&str; 3] = ["/work/", "/root/", "/home/"];

/// Hosts from which packages come: whoever builds has their own.
const REGISTRIES: [&str; 7] =
    ["crates.io", "pypi.org", "npmjs.", "docker.io", "ghcr.io", "proxy.golang.org", "deb.debian.org"];

fn is_rule(text: &Text) -> bool {
    RULE.iter().any(|rule| text.path.starts_with(rule) && text.path.ends_with(".rs"))
}

fn found(says: impl Fn(&Text) -> Option<String>) -> Vec<String> {
    let texts = texts().into_iter().filter(|text| !is_rule(text));
    texts.filter_map(|text| says(&text).map(|what| format!("{}: {what}", text.path))).collect()
}

fn line_with(text: &str, needles: &[&str]) -> Option<String> {
    let mut lines = text.lines().zip(1..);
    let (line, number) = lines.find(|(line, _)| needles.iter().any(|needle| line.contains(needle)))?;
    Some(format!("line {number}: {}", line.trim()))
}

#[test]
fn nothing_claims_what_an_attestation_or_a_certificate_does_not_give() {
    let faults = found(|text| forbidden_words(&text.body).map(str::to_owned));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    let faults = found(|text| line_with(&text.body, &PLACES));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_file_names_the_host_of_a_registry() {
    let faults = found(|text| line_with(&text.body, &REGISTRIES));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn catalogs_templates_and_pages_are_among_the_files_read() {
    let texts = texts();
    for part in ["catalogs/controls/", "crates/attestry-web/templates/", "crates/attestry-app/templates/", "README.md"] {
        assert!(texts.iter().any(|text| text.path.starts_with(part)), "{part}");
    }
}
