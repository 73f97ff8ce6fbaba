//! The words of packages and their proof.

use std::path::{Path, PathBuf};

use attestry_domain::id::EngagementId;
use attestry_domain::time::Period;
use attestry_ledger::VerifierKey;
use attestry_ledger::note::KeyKind;
use clap::{Args as Group, Subcommand};

#[derive(Debug, Group)]
pub(crate) struct Package {
    /// File to write; it must not be there yet
    pub(crate) file: PathBuf,
    /// The audit it is for; every framework in scope unless given
    #[arg(long, value_name = "ID")]
    pub(crate) engagement: Option<EngagementId>,
    /// Days it is about, the last not included
    #[arg(long, value_name = "FROM..TO", conflicts_with = "engagement")]
    pub(crate) period: Option<Period>,
}

#[derive(Debug, Group)]
pub(crate) struct Verify {
    /// Package to check; the live ledger unless given
    pub(crate) file: Option<PathBuf>,
    /// The log's key, or a file that holds it, obtained by another road than the package
    #[arg(long, value_name = "KEY", value_parser = log_key)]
    pub(crate) log_key: Option<VerifierKey>,
    /// Key of a witness whose cosignature is checked, or a file that holds it; may be repeated
    #[arg(long = "witness-key", value_name = "KEY", value_parser = witness_key)]
    pub(crate) witness_keys: Vec<VerifierKey>,
}

/// What a witness does.
#[derive(Debug, Subcommand)]
pub(crate) enum Witness {
    /// Make the key of a witness and print the half to give away
    Key {
        /// Name of the witness, such as auditor.example/witness
        #[arg(long)]
        name: String,
        /// File for the key, readable by nobody else; it must not be there yet
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Watch a log from now on
    Trust {
        /// The log's key, or a file that holds it
        #[arg(value_name = "LOGKEY", value_parser = log_key)]
        log_key: VerifierKey,
        /// File of what the witness has seen
        #[arg(long, value_name = "FILE")]
        state: PathBuf,
    },
    /// Answer logs that ask for a cosignature
    ///
    /// `POST /add-checkpoint` as C2SP tlog-witness lays down. What was seen is durable before a cosignature leaves.
    Serve {
        /// Address to listen on
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8043")]
        listen: std::net::SocketAddr,
        /// File of what the witness has seen
        #[arg(long, value_name = "FILE")]
        state: PathBuf,
        /// File of its key
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
}

#[derive(Debug, Group)]
pub(crate) struct Cosign {
    /// Where the witness answers, without /add-checkpoint
    pub(crate) url: String,
    /// The witness's key, or a file that holds it, obtained from the witness
    #[arg(long, value_name = "KEY", value_parser = witness_key)]
    pub(crate) witness_key: VerifierKey,
}

fn log_key(text: &str) -> Result<VerifierKey, String> {
    let found = key(text)?;
    match found.kind() {
        KeyKind::Ed25519 => Ok(found),
        KeyKind::CosignatureV1 => Err(format!("`{}` is the key of a witness, not of a log", found.name())),
    }
}

fn witness_key(text: &str) -> Result<VerifierKey, String> {
    let found = key(text)?;
    match found.kind() {
        KeyKind::CosignatureV1 => Ok(found),
        KeyKind::Ed25519 => Err(format!("`{}` is the key of a log, not of a witness", found.name())),
    }
}

/// A key as text, or the file that holds it.
fn key(text: &str) -> Result<VerifierKey, String> {
    let read = |text: &str| text.trim().parse::<VerifierKey>().map_err(|error| error.to_string());
    read(text).or_else(|reason| match std::fs::read_to_string(Path::new(text)) {
        Ok(content) => read(&content),
        Err(_) => Err(format!("it is no key and no file: {reason}")),
    })
}
