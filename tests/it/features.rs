//! The binary is built with the same features whether it or everything is selected, so that nothing is built twice.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Every package that the selection builds, with its features.
fn built(selection: &[&str]) -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root).args(["tree", "--locked", "--offline", "--edges", "normal,build"]);
    cargo.args(["--prefix", "none", "--format", "{p}|{f}"]).args(selection);
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().filter_map(|line| line.split_once('|'));
    let mut built = BTreeMap::new();
    for (package, features) in lines {
        // A package that was listed before stands without what is below it, and is marked so.
        let features = features.trim_end_matches(" (*)").trim();
        built.entry(package.to_owned()).or_insert_with(|| features.to_owned());
    }
    built
}

#[test]
fn the_binary_has_the_same_features_alone_and_with_the_whole_workspace() {
    let (alone, together) = (built(&["--package", "attestry-cli"]), built(&["--workspace"]));
    let differing: Vec<String> = alone
        .iter()
        .filter(|(package, features)| together.get(*package) != Some(*features))
        .map(|(package, features)| {
            format!("{package}: `{features}` alone, {:?} together", together.get(package))
        })
        .collect();
    assert!(alone.len() > 300, "{} packages", alone.len());
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}
