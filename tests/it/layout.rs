//! What every crate and every file has in common.

use std::os::unix::fs::PermissionsExt;

use super::house::{crates, read, root, texts};

#[test]
fn every_crate_takes_its_lints_and_its_head_from_the_workspace() {
    for folder in crates() {
        let manifest = read(&format!("{folder}/Cargo.toml"));
        for line in ["version", "edition", "rust-version", "license", "publish"] {
            assert!(manifest.contains(&format!("\n{line}.workspace = true\n")), "{folder}: {line}");
        }
        assert!(manifest.contains("\n[lints]\nworkspace = true\n"), "{folder}: lints");
    }
}

#[test]
fn every_version_of_a_dependency_is_declared_once_in_the_workspace() {
    for folder in crates() {
        let manifest = read(&format!("{folder}/Cargo.toml"));
        let dependencies = manifest.split("\n[").filter(|table| {
            table.lines().next().is_some_and(|head| head.trim_end_matches(']').ends_with("dependencies"))
        });
        for line in dependencies.flat_map(|table| table.lines().skip(1)) {
            let entry = line.trim();
            let shared = entry.is_empty() || entry.starts_with('#') || entry.contains("workspace = true");
            assert!(shared, "{folder}: `{entry}`");
        }
    }
}

#[test]
fn every_crate_says_what_it_is() {
    for folder in crates() {
        let library = read(&format!("{folder}/src/lib.rs"));
        assert!(library.starts_with("//! "), "{folder}/src/lib.rs begins without a crate doc");
    }
}

#[test]
fn a_module_with_parts_lies_beside_its_folder() {
    let found = texts().into_iter().find(|text| text.path.ends_with("/mod.rs"));
    assert!(found.is_none(), "{}", found.map_or_else(String::new, |text| text.path));
}

#[test]
fn the_architecture_has_a_row_for_every_crate() {
    let architecture = read("ARCHITECTURE.md");
    for folder in crates() {
        let name = folder.rsplit('/').next().unwrap();
        assert!(architecture.contains(&format!("| `{name}` |")), "no row for `{name}`");
    }
}

#[test]
fn the_house_is_furnished() {
    let files = [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "LICENSE",
        "NOTICE",
        "deny.toml",
        "clippy.toml",
        "rustfmt.toml",
        ".gitignore",
    ];
    for file in files {
        assert!(!read(file).trim().is_empty(), "{file} is empty");
    }
}

#[test]
fn scripts_can_be_executed() {
    for text in texts().into_iter().filter(|text| text.body.starts_with("#!/")) {
        let mode = std::fs::metadata(root().join(&text.path)).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0o111, "{} is not executable", text.path);
    }
}

#[test]
fn continuous_integration_runs_the_test_command_of_the_readme() {
    let (readme, run) = (read("README.md"), read(".ci/run"));
    for command in ["cargo run --release -- demo", "cargo test --workspace"] {
        assert!(readme.contains(&format!("\n{command}\n")), "the README does not give `{command}`");
    }
    assert!(run.contains("cargo test --workspace\n"), ".ci/run does not run the README's test command");
}

#[test]
fn every_command_that_the_readme_gives_is_one() {
    let (readme, mut arguments) = (read("README.md"), read("crates/attestry-cli/src/args.rs"));
    for part in ["audit", "choose", "collect", "records"] {
        arguments.push_str(&read(&format!("crates/attestry-cli/src/args/{part}.rs")));
    }
    let commands = readme.split("&&").flat_map(str::lines).map(str::trim);
    let commands: Vec<&str> = commands.filter_map(|line| line.strip_prefix("attestry ")).collect();
    assert!(commands.len() > 10, "{commands:?}");
    for command in commands {
        let command = command.split('#').next().unwrap();
        let mut words = command.split_whitespace();
        let verb = words.next().unwrap();
        let variant = format!("\n    {}{}", verb[..1].to_uppercase(), &verb[1..]);
        let known = ["(", ",", " {"].iter().any(|end| arguments.contains(&format!("{variant}{end}")));
        assert!(known, "`attestry {command}`: there is no `{verb}`");
        for option in words.filter_map(|word| word.strip_prefix("--")) {
            let field = format!(" {}:", option.replace('-', "_"));
            let known = arguments.contains(&field) || arguments.contains(&format!("\"{option}\""));
            assert!(known, "`attestry {command}`: there is no `--{option}`");
        }
    }
}
