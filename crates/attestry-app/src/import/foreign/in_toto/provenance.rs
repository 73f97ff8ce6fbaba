//! Where an artifact comes from, as SLSA provenance says it: versions 0.1, 0.2 and 1.

use jiff::Timestamp;
use serde_json::Value;

use super::super::{at, text};

/// What a provenance states of a build, whatever its version.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Build<'v> {
    pub(super) builder: Option<&'v str>,
    /// The run, as the builder names it.
    pub(super) invocation: Option<&'v str>,
    pub(super) started: Option<Timestamp>,
    pub(super) finished: Option<Timestamp>,
    /// The file that says how to build, such as a workflow.
    pub(super) name: Option<&'v str>,
    pub(super) source: Source,
    /// The account that started it, by its name at the platform.
    pub(super) actor: Option<&'v str>,
}

/// A version of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Source {
    /// `owner/name` at GitHub, the address without its scheme elsewhere.
    pub(super) repository: Option<String>,
    pub(super) commit: Option<String>,
    pub(super) reference: Option<String>,
}

/// Reads the predicate of a statement; `None` if its type is not provenance of a known version.
pub(super) fn read<'v>(predicate_type: &str, predicate: &'v Value) -> Option<Result<Build<'v>, String>> {
    match predicate_type {
        "https://slsa.dev/provenance/v0.1" => Some(early(predicate, "recipe", "buildInvocationId")),
        "https://slsa.dev/provenance/v0.2" => Some(early(predicate, "invocation", "buildInvocationID")),
        "https://slsa.dev/provenance/v1" | "https://slsa.dev/provenance/v1.0" => Some(first(predicate)),
        _ => None,
    }
}

/// Versions 0.1 and 0.2, which differ in names.
fn early<'v>(predicate: &'v Value, run: &str, id: &str) -> Result<Build<'v>, String> {
    let materials = predicate.get("materials").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let config = at(predicate, &[run, "configSource"]);
    let material = materials.iter().find(|each| text(each, &["uri"]).is_some_and(is_git));
    let name = config.and_then(|config| text(config, &["entryPoint"]));
    Ok(Build {
        builder: text(predicate, &["builder", "id"]),
        invocation: text(predicate, &["metadata", id]),
        started: instant(predicate, &["metadata", "buildStartedOn"])?,
        finished: instant(predicate, &["metadata", "buildFinishedOn"])?,
        name: name.or_else(|| text(predicate, &[run, "entryPoint"])),
        source: config
            .filter(|config| text(config, &["uri"]).is_some())
            .or(material)
            .map(Source::of)
            .unwrap_or_default(),
        actor: text(predicate, &[run, "environment", "github_actor"]),
    })
}

fn first(predicate: &Value) -> Result<Build<'_>, String> {
    let parameters = at(predicate, &["buildDefinition", "externalParameters"]);
    let resolved = at(predicate, &["buildDefinition", "resolvedDependencies"]).and_then(Value::as_array);
    let mut resolved = resolved.map_or(&[][..], Vec::as_slice).iter();
    let dependency = resolved.find(|each| text(each, &["uri"]).is_some_and(is_git));
    let given =
        parameters.and_then(|parameters| at(parameters, &["source"])).filter(|source| source.is_object());
    let mut source = given.or(dependency).map(Source::of).unwrap_or_default();
    let resolved = dependency.map(Source::of).filter(|resolved| resolved.repository == source.repository);
    source.commit = source.commit.or(resolved.and_then(|resolved| resolved.commit));
    let parameter = |path: &[&str]| text(parameters?, path);
    if let Some(address) = parameter(&["workflow", "repository"]) {
        let named = repository(address);
        // The commit belongs to the repository only if the dependency is of that repository.
        if source.repository.as_ref() != Some(&named) {
            source = Source { repository: Some(named), ..Source::default() };
        }
        source.reference = parameter(&["workflow", "ref"]).map(str::to_owned).or(source.reference);
    }
    let metadata = |name| at(predicate, &["runDetails", "metadata", name]);
    Ok(Build {
        builder: text(predicate, &["runDetails", "builder", "id"]),
        invocation: metadata("invocationId").and_then(Value::as_str).filter(|id| !id.is_empty()),
        started: instant(predicate, &["runDetails", "metadata", "startedOn"])?,
        finished: instant(predicate, &["runDetails", "metadata", "finishedOn"])?,
        name: parameter(&["workflow", "path"]).or_else(|| parameter(&["configPath"])),
        source,
        actor: None,
    })
}

impl Source {
    /// Reads a descriptor with address and digest.
    fn of(value: &Value) -> Self {
        let uri = text(value, &["uri"]).unwrap_or_default();
        let (address, reference) =
            split(uri).map_or((uri, None), |(address, end)| (address, Some(end.to_owned())));
        let commit = ["gitCommit", "sha1"].iter().find_map(|kind| text(value, &["digest", kind]));
        Self {
            repository: Some(repository(address)).filter(|name| !name.is_empty()),
            commit: commit.map(str::to_lowercase),
            reference,
        }
    }
}

/// Address and reference, where a `@` stands behind the host: before it, a `@` belongs to an account.
fn split(uri: &str) -> Option<(&str, &str)> {
    let host = uri.find("://").map_or(0, |at| at + 3);
    let path = host + uri.get(host..)?.find('/')?;
    let sign = path + uri.get(path..)?.rfind('@')?;
    Some((uri.get(..sign)?, uri.get(sign + 1..)?))
}

fn is_git(uri: &str) -> bool {
    uri.starts_with("git+")
}

/// The repository at an address, named as in stream `change`; an account in the address is left out.
pub(super) fn repository(address: &str) -> String {
    let bare = address.strip_prefix("git+").unwrap_or(address);
    let bare = bare.split_once("://").map_or(bare, |(_, rest)| rest);
    let bare = bare.split(['?', '#']).next().unwrap_or(bare).trim_end_matches('/');
    let bare = bare.strip_suffix(".git").unwrap_or(bare);
    let (host, path) = bare.split_once('/').unwrap_or((bare, ""));
    let host = host.rsplit('@').next().unwrap_or(host);
    match (host, path) {
        ("github.com", path) => path.to_owned(),
        (host, "") => host.to_owned(),
        (host, path) => format!("{host}/{path}"),
    }
}

/// An instant that may be absent, and may not be something else.
fn instant(value: &Value, path: &[&str]) -> Result<Option<Timestamp>, String> {
    let malformed = || format!("`{}` is no instant of RFC 3339", path.join("."));
    match text(value, path) {
        Some(text) => text.parse().map(Some).map_err(|_| malformed()),
        None => Ok(None),
    }
}

/// The run's name as GitHub's own records have it, such as `owner/name/actions/runs/7/attempts/1`.
pub(super) fn github_run(build: &Build<'_>) -> Option<String> {
    let invocation = build.invocation?;
    if let Some(path) = invocation.strip_prefix("https://github.com/") {
        return path.contains("/actions/runs/").then(|| path.to_owned());
    }
    // The generator of SLSA for GitHub writes `RUN-ATTEMPT`.
    let github = build.builder?.starts_with("https://github.com/");
    let (run, attempt) = invocation.split_once('-').filter(|_| github)?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let repository = build.source.repository.as_ref()?;
    (digits(run) && digits(attempt)).then(|| format!("{repository}/actions/runs/{run}/attempts/{attempt}"))
}
