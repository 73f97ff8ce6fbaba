//! Who may use whom, read from the manifests.

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Our crates, and which of ours each may name. Its tests may besides name what those use in their turn, which adds
/// nothing to a build.
const MAY_USE: [(&str, &[&str]); 11] = [
    ("attestry-stats", &[]),
    ("attestry-ledger", &[]),
    ("attestry-typeset", &[]),
    ("attestry-domain", &["attestry-stats"]),
    ("attestry-engine", &["attestry-stats"]),
    ("attestry-catalog", &["attestry-domain"]),
    ("attestry-store", &["attestry-domain", "attestry-ledger"]),
    (
        "attestry-app",
        &["attestry-store", "attestry-catalog", "attestry-ledger", "attestry-domain", "attestry-stats"],
    ),
    ("attestry-web", &["attestry-app", "attestry-domain"]),
    (
        "attestry-cli",
        &[
            "attestry-app",
            "attestry-catalog",
            "attestry-domain",
            "attestry-engine",
            "attestry-ledger",
            "attestry-stats",
            "attestry-store",
            "attestry-typeset",
            "attestry-web",
        ],
    ),
    ("attestry-stories", &["attestry-catalog"]),
];

/// Outside crates, by name or by what their names begin with, that one crate of ours keeps from all others.
const KEPT_IN: [(&str, &[&str]); 8] = [
    ("attestry-engine", &["datafusion*", "arrow*", "parquet*", "object_store", "rlimit", "seccompiler"]),
    ("attestry-typeset", &["typst*"]),
    ("attestry-store", &["sqlx*"]),
    ("attestry-web", &["axum*", "askama*", "tower*", "hyper*"]),
    ("attestry-ledger", &["ed25519-dalek"]),
    ("attestry-app", &["gix*", "argon2", "reqwest", "ring", "webpki", "quick-xml", "hmac", "p256"]),
    ("attestry-catalog", &["include_dir"]),
    (
        "attestry-cli",
        &["clap*", "indicatif", "console", "anstream", "anstyle", "miette", "anyhow", "tracing-subscriber"],
    ),
];

/// Crates without input, output, threads, clock or randomness of their own.
const PURE: [&str; 5] =
    ["attestry-stats", "attestry-domain", "attestry-catalog", "attestry-ledger", "attestry-typeset"];

/// What those do not name.
const IMPURE: [&str; 8] =
    ["tokio*", "futures*", "async-trait", "rand", "rand_*", "getrandom", "tracing*", "tempfile"];

/// One line of a manifest.
#[derive(Debug, Clone)]
struct Edge {
    from: String,
    to: String,
    /// Only for tests and examples.
    test: bool,
}

impl Edge {
    /// What is wrong with it.
    fn fault(&self) -> Option<String> {
        let Self { from, to, test } = self;
        if to.starts_with("attestry-") {
            let granted = granted(from).contains(&to.as_str()) || (*test && reaches(from, to));
            return (!granted)
                .then(|| format!("`{from}` must not use `{to}`; it may use {:?}", self::granted(from)));
        }
        if *test {
            return None;
        }
        let keeper = KEPT_IN.iter().find(|(_, names)| names.iter().any(|name| is(name, to)));
        if let Some((keeper, _)) = keeper.filter(|(keeper, _)| keeper != from) {
            return Some(format!("`{from}` must not use `{to}`: only `{keeper}` does"));
        }
        let impure = PURE.contains(&from.as_str()) && IMPURE.iter().any(|name| is(name, to));
        impure.then(|| format!("`{from}` must not use `{to}`: it has no I/O, async, clock or randomness"))
    }
}

fn granted(user: &str) -> &'static [&'static str] {
    MAY_USE.iter().find(|(name, _)| *name == user).map_or(&[], |(_, used)| used)
}

fn reaches(user: &str, wanted: &str) -> bool {
    granted(user).iter().any(|used| *used == wanted || reaches(used, wanted))
}

fn is(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

/// Every dependency that a manifest of the workspace declares.
fn declared() -> Vec<Edge> {
    let mut command = MetadataCommand::new();
    command.manifest_path(super::house::root().join("Cargo.toml")).no_deps();
    command.other_options(["--offline".to_owned(), "--locked".to_owned()]);
    let packages = command.exec().expect("the manifests can be read").packages;
    let edges = packages.into_iter().flat_map(|package| {
        let from = package.name.to_string();
        package.dependencies.into_iter().map(move |dependency| Edge {
            from: from.clone(),
            to: dependency.name,
            test: dependency.kind == DependencyKind::Development,
        })
    });
    edges.collect()
}

fn edge(from: &str, to: &str, test: bool) -> Edge {
    Edge { from: from.to_owned(), to: to.to_owned(), test }
}

#[test]
fn no_crate_uses_what_the_architecture_does_not_grant_it() {
    let faults: Vec<String> = declared().iter().filter_map(Edge::fault).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_crate_of_the_workspace_is_known_here_and_declares_something() {
    let declared = declared();
    for (name, _) in MAY_USE {
        assert!(declared.iter().any(|edge| edge.from == name), "`{name}` is not in the workspace");
    }
    let unknown = declared.iter().find(|edge| MAY_USE.iter().all(|(name, _)| edge.from != *name));
    assert!(
        unknown.is_none(),
        "{unknown:?}: say in ARCHITECTURE.md what the crate keeps out, and add it here"
    );
}

#[test]
fn an_edge_that_is_not_granted_is_found() {
    let forbidden = [
        edge("attestry-domain", "attestry-store", false),
        edge("attestry-web", "attestry-engine", true),
        edge("attestry-app", "datafusion-common", false),
        edge("attestry-web", "sqlx-core", false),
        edge("attestry-web", "attestry-store", false),
        edge("attestry-app", "ed25519-dalek", false),
        edge("attestry-domain", "tokio", false),
    ];
    for one in forbidden {
        assert!(one.fault().is_some(), "{one:?}");
    }
}

#[test]
fn granted_edges_and_oracles_of_tests_pass() {
    let granted = [
        edge("attestry-cli", "attestry-engine", false),
        edge("attestry-engine", "datafusion-common", false),
        edge("attestry-store", "ed25519-dalek", true),
        edge("attestry-app", "tokio", false),
        edge("attestry-web", "attestry-store", true),
    ];
    for one in granted {
        assert_eq!(one.fault(), None, "{one:?}");
    }
}
