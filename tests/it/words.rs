//! What is never said, in no file of the project.

use attestry_catalog::forbidden_words;

use super::house::{Text, texts};

/// Folders of one machine.
const PLACES: [&str; 3] = ["/work/", "/root/", "/home/"];

/// Hosts from which packages come: whoever builds has their own.
const REGISTRIES: [&str; 7] =
    ["crates.io", "pypi.org", "npmjs.", "docker.io", "ghcr.io", "proxy.golang.org", "deb.debian.org"];

fn found(says: impl Fn(&Text) -> Option<String>) -> Vec<String> {
    let texts = texts().into_iter().filter(|text| text.path != "tests/it/words.rs");
    texts.filter_map(|text| says(&text).map(|what| format!("{}: {what}", text.path))).collect()
}

/// Where the rule is written, and where tests see to it that pages and catalogs keep it.
fn tries_the_rule(path: &str) -> bool {
    path == "crates/attestry-catalog/src/words.rs" || (path.ends_with(".rs") && path.contains("/tests/"))
}

fn line_with(text: &str, needles: &[&str]) -> Option<String> {
    let mut lines = text.lines().zip(1..);
    let (line, number) = lines.find(|(line, _)| needles.iter().any(|needle| line.contains(needle)))?;
    Some(format!("line {number}: {}", line.trim()))
}

#[test]
fn nothing_claims_what_an_attestation_or_a_certificate_does_not_give() {
    let said = |text: &Text| forbidden_words(&text.body).filter(|_| !tries_the_rule(&text.path));
    let faults = found(|text| said(text).map(str::to_owned));
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
    for part in [
        "catalogs/controls/",
        "crates/attestry-web/templates/",
        "crates/attestry-app/templates/",
        "README.md",
    ] {
        assert!(texts.iter().any(|text| text.path.starts_with(part)), "{part}");
    }
}
