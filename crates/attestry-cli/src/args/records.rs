//! The words of the verbs by which records come in.

use std::path::PathBuf;

use attestry_app::ingest::Shape;
use attestry_domain::id::SetAsideId;
use attestry_domain::time::Period;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as Group, Subcommand};

#[derive(Debug, Group)]
#[command(override_usage = "attestry ingest [OPTIONS] [STREAM] <FILE>...")]
pub(crate) struct Ingest {
    /// Stream; left out for files that tell it by themselves
    #[arg(value_name = "STREAM")]
    pub(crate) stream: String,
    /// Files, plain or gzip
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// YAML file that maps the files' columns to the stream's
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Option<PathBuf>,
    /// Days that you say the files are complete for, the last not included
    #[arg(long, value_name = "FROM..TO")]
    pub(crate) covers: Option<Period>,
    /// Where the records come from; the stream's or the format's name unless given
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
    /// Format of the files, instead of looking
    #[arg(long, value_parser = shape())]
    pub(crate) format: Option<Shape>,
    /// What a file of another product does not state, such as listed_at=2026-11-01T00:00:00Z; kept as your statement
    #[arg(long, value_name = "COLUMN=VALUE", value_parser = assignment)]
    pub(crate) set: Vec<(String, String)>,
    /// Keep records that break a rule aside, each with its reasons, and take the others
    #[arg(long)]
    pub(crate) quarantine: bool,
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(column, value)| !column.is_empty() && !value.is_empty());
    let (column, value) = pair.ok_or_else(|| format!("`{text}` is no COLUMN=VALUE"))?;
    Ok((column.to_owned(), value.to_owned()))
}

fn shape() -> impl TypedValueParser<Value = Shape> {
    let names = PossibleValuesParser::new(Shape::names());
    names.try_map(|name| Shape::parse(&name).ok_or("is no format"))
}

#[derive(Debug, Subcommand)]
pub(crate) enum Aside {
    /// List what was kept aside and is not resolved
    List {
        /// What is resolved too
        #[arg(long)]
        all: bool,
    },
    /// Show the records kept aside, with their reasons
    Show {
        /// Which, as `aside list` names it
        id: SetAsideId,
    },
    /// Say what became of records kept aside
    Resolve(Resolve),
}

#[derive(Debug, Group)]
pub(crate) struct Resolve {
    /// Which, as `aside list` names it
    pub(crate) id: SetAsideId,
    /// What was done: corrected and taken again, or left out because
    #[arg(long, value_name = "TEXT")]
    pub(crate) because: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Make a token; its secret is shown once
    Add(TokenAdd),
    /// List tokens, without their secrets
    List,
    /// Take a token away
    Remove {
        /// Which, as `token list` names it
        id: String,
    },
}

#[derive(Debug, Group)]
pub(crate) struct TokenAdd {
    /// What it is for; names the source of what it brings
    pub(crate) name: String,
    /// Days for which it holds
    #[arg(long, default_value_t = 90)]
    pub(crate) days: u16,
}

#[derive(Debug, Group)]
pub(crate) struct Backup {
    /// The file to write; must not be there yet
    pub(crate) file: PathBuf,
}

#[derive(Debug, Group)]
pub(crate) struct Restore {
    /// The backup
    pub(crate) file: PathBuf,
}
