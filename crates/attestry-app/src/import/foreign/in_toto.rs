//! in-toto statements (0.1 and 1), bare or in DSSE envelopes, and the SLSA provenance in them, into stream `build`.
//!
//! Provenance (0.1, 0.2, 1) gives a record for each artifact it is about. `built_at` is the finish that it states, else
//! the start, else the instant the signature log took it, else the one its signing was shown or its certificate issued
//! at; a provenance with none of them is refused. The record keeps what came of checking the signature
//! ([`super::sigstore`]). A bare statement is unsigned. A file that was signed in a run of a build platform is a record
//! too, where the certificate states the run. Statements about something else than a build are passed over.

mod envelope;
mod provenance;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use self::provenance::{Build, github_run};
use super::sigstore::{self, Signed, Trust};
use super::{Fields, Out, person_key, text};

pub(super) use self::envelope::Envelope;

const STATEMENT: &str = "https://in-toto.io/Statement/v";
const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
/// Most artifacts of one statement.
const MOST: usize = 10_000;
/// Digests of an artifact, the one that names it first.
const DIGESTS: [&str; 6] = ["sha256", "sha512", "sha384", "gitCommit", "sha1", "dirHash"];

/// Whether the item looks like a statement, or like an envelope around one.
pub fn recognises(item: &Value) -> bool {
    text(item, &["_type"]).is_some_and(|kind| kind.starts_with(STATEMENT)) || envelope::recognises(item)
}

/// Reads a statement or an envelope when nothing is trusted: no signature counts as verified.
pub fn item(item: &Value, out: &mut Out) {
    item_with(item, &Trust::default(), out);
}

/// Reads a statement or an envelope, judging signatures by what is trusted.
pub fn item_with(item: &Value, trust: &Trust, out: &mut Out) {
    if !envelope::recognises(item) {
        let id = Sha256::digest(item.to_string().as_bytes());
        return statement(item, &hex::encode(id), &sigstore::unsigned(), out);
    }
    match Envelope::read(item) {
        Ok(envelope) => payload(&envelope, &sigstore::envelope(&envelope, trust), out),
        Err(rule) => out.refuse(rule),
    }
}

/// Reads the statement in an envelope whose signature has been judged.
pub(super) fn payload(envelope: &Envelope, signed: &Signed, out: &mut Out) {
    if envelope.payload_type != PAYLOAD_TYPE {
        return out.pass(
            cut(&envelope.payload_type),
            "the envelope holds something else than an in-toto statement",
        );
    }
    match serde_json::from_slice::<Value>(&envelope.payload) {
        Ok(item) => statement(&item, &hex::encode(Sha256::digest(&envelope.payload)), signed, out),
        Err(error) => out.refuse(format!("the envelope's payload is not JSON: {error}")),
    }
}

/// Reads a statement; `id` is the SHA-256 of its text in hexadecimal.
fn statement(item: &Value, id: &str, signed: &Signed, out: &mut Out) {
    if !text(item, &["_type"]).is_some_and(|kind| kind.starts_with(STATEMENT)) {
        return out.refuse("is not an in-toto statement: its `_type` is another");
    }
    let Some(kind) = text(item, &["predicateType"]) else {
        return out.refuse("has no `predicateType`");
    };
    let predicate = item.get("predicate").unwrap_or(&Value::Null);
    let build = match provenance::read(kind, predicate) {
        None => return out.pass(cut(kind), "the statement is about something else than a build"),
        Some(Err(rule)) => return out.refuse(rule),
        Some(Ok(build)) => build,
    };
    let Some((built_at, basis)) = built_at(&build, signed) else {
        return out.refuse("states no time: neither a start nor a finish, and no signature that has one");
    };
    let artifacts = match artifacts(item) {
        Ok(artifacts) => artifacts,
        Err(rule) => return out.refuse(rule),
    };
    records(&build, &artifacts, (built_at, basis), &run(&build, signed, id), signed, out);
}

/// A record for each artifact.
fn records(
    build: &Build<'_>,
    artifacts: &[Artifact<'_>],
    (built_at, basis): (Timestamp, &str),
    run: &str,
    signed: &Signed,
    out: &mut Out,
) {
    let common = common(build, signed).with("built_at", built_at.to_string()).with("time_basis", basis);
    let mut named: BTreeMap<&str, u32> = BTreeMap::new();
    for artifact in artifacts {
        // One digest under several names: the name tells them apart.
        *named.entry(&artifact.digest).or_default() += 1;
    }
    for artifact in artifacts {
        let twice = named.get(artifact.digest.as_str()).is_some_and(|count| *count > 1);
        let name = artifact.name.filter(|_| twice).map_or(String::new(), |name| format!("/{name}"));
        let fields = common
            .clone()
            .with("build_id", format!("{run}@{}{name}", artifact.digest))
            .with("artifact_digest", artifact.digest.as_str())
            .maybe("artifact_name", artifact.name);
        out.record("build", fields);
    }
}

/// A file that was signed in a run, as the signer's certificate states the run; without a run it is no build.
pub(super) fn signed_file(digest: String, run: &Run, signed: &Signed, out: &mut Out) {
    let build = Build {
        builder: run.builder.as_deref(),
        invocation: Some(&run.address),
        name: run.config.as_deref(),
        source: provenance::Source {
            repository: run.repository.as_deref().map(provenance::repository),
            commit: run.commit.clone(),
            reference: run.reference.clone(),
        },
        ..Build::default()
    };
    let Some(instant) = built_at(&build, signed) else {
        return out.refuse("states no time: neither its signature log nor its certificate has one");
    };
    // Apart from what a provenance says of the same run and file.
    let id = format!("{}/signature", self::run(&build, signed, ""));
    records(&build, &[Artifact { name: None, digest }], instant, &id, signed, out);
}

/// A run, as a certificate states it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Run {
    /// Its address.
    pub(super) address: String,
    /// What signed in it.
    pub(super) builder: Option<String>,
    /// The file that says how to build.
    pub(super) config: Option<String>,
    pub(super) repository: Option<String>,
    pub(super) commit: Option<String>,
    pub(super) reference: Option<String>,
}

fn built_at(build: &Build<'_>, signed: &Signed) -> Option<(Timestamp, &'static str)> {
    let instant = |seconds: i64| Timestamp::from_second(seconds).ok();
    let logged = || Some((signed.logged_at.and_then(instant)?, "logged"));
    let signed_at = || signed.facts.signed_at.first().copied().or(signed.certified_at);
    build
        .finished
        .map(|time| (time, "finished"))
        .or_else(|| build.started.map(|time| (time, "started")))
        .or_else(logged)
        .or_else(|| Some((signed_at().and_then(instant)?, "signed")))
}

/// The run, the same for all artifacts of a build and for other records of it where the platform is known.
fn run(build: &Build<'_>, signed: &Signed, id: &str) -> String {
    let certified = signed.run.as_deref().and_then(|run| run.strip_prefix("https://github.com/"));
    github_run(build)
        .or_else(|| certified.map(str::to_owned))
        .or_else(|| build.invocation.filter(|run| run.contains("://")).map(str::to_owned))
        .or_else(|| Some(format!("{}/{}", build.builder?, build.invocation?)))
        .unwrap_or_else(|| format!("statement/{id}"))
}

fn common(build: &Build<'_>, signed: &Signed) -> Fields {
    let facts = &signed.facts;
    let took = build.started.zip(build.finished).map(|(start, end)| end.duration_since(start).as_secs_f64());
    let detail = Some(facts.to_string()).filter(|detail| !detail.is_empty());
    let invocation = build.invocation.or(signed.run.as_deref());
    Fields::default()
        .with("kind", "build")
        .with("basis", "provenance")
        .with("signature_result", facts.outcome.word())
        .maybe("name", build.name)
        .maybe("repository", build.source.repository.as_deref())
        .maybe("source_commit", build.source.commit.as_deref())
        .maybe("source_ref", build.source.reference.as_deref())
        .maybe("builder", build.builder)
        .maybe("invocation", invocation)
        .maybe("started_at", build.started.map(|time| time.to_string()))
        .maybe("finished_at", build.finished.map(|time| time.to_string()))
        .maybe("duration_seconds", took.filter(|seconds| *seconds >= 0.0))
        .maybe("requester_key", build.actor.map(person_key))
        .maybe("signer", facts.signer.as_deref())
        .maybe("signer_issuer", facts.signer_issuer.as_deref())
        .maybe("signature_detail", detail)
}

/// Something a statement is about.
struct Artifact<'v> {
    name: Option<&'v str>,
    /// Algorithm, colon and hexadecimal digits.
    digest: String,
}

fn artifacts(item: &Value) -> Result<Vec<Artifact<'_>>, String> {
    let list = item.get("subject").and_then(Value::as_array).filter(|list| !list.is_empty());
    let list = list.ok_or("names no artifact: `subject` is empty")?;
    if list.len() > MOST {
        return Err(format!("names more than {MOST} artifacts"));
    }
    let one = |(at, subject): (usize, &'_ Value)| {
        let digest = DIGESTS.iter().find_map(|kind| {
            let digits = text(subject, &["digest", kind])?;
            let hexadecimal = digits.len() <= 128 && digits.bytes().all(|b| b.is_ascii_hexdigit());
            hexadecimal.then(|| format!("{kind}:{}", digits.to_lowercase()))
        });
        digest.ok_or_else(|| format!("artifact {} has no digest of a known kind in hexadecimal", at + 1))
    };
    let read = |(at, subject)| Ok(Artifact { name: text(subject, &["name"]), digest: one((at, subject))? });
    list.iter().enumerate().map(read).collect()
}

/// At most 120 characters of something foreign.
fn cut(text: &str) -> String {
    text.chars().take(120).collect()
}
