//! The words of the verb that collects.

use std::path::PathBuf;
use std::time::Duration;

use attestry_domain::id::StreamId;
use attestry_domain::time::{Day, Period};
use clap::{Args as Group, Subcommand};

#[derive(Debug, Group)]
pub(crate) struct Collect {
    #[command(subcommand)]
    pub(crate) from: Option<From>,
    /// Collect again after this long, until stopped; such as 15m, 6h or 1d
    #[arg(long, value_name = "DURATION", value_parser = duration, global = true)]
    pub(crate) every: Option<Duration>,
    /// Shell command that prints records, one JSON object a line, instead of a source named below
    #[arg(long, value_name = "PROGRAM", requires = "stream")]
    pub(crate) exec: Option<String>,
    /// Stream that the program prints records of
    #[arg(long, value_name = "STREAM", requires = "exec")]
    pub(crate) stream: Option<StreamId>,
    /// First day that the program is asked for, as ATTESTRY_FROM; where the last collection ended unless given
    #[arg(long, value_name = "DATE", value_parser = attestry_domain::time::day, requires = "exec")]
    pub(crate) from_day: Option<Day>,
    /// Name of the program's source; its stream unless given
    #[arg(long = "name", value_name = "NAME", requires = "exec")]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum From {
    /// Read changes and reviews from a git repository
    Git(Git),
    /// Read changes, reviews, checks, protection and deployments from GitHub; GITHUB_TOKEN is the token
    Github(Github),
    /// Read models, versions, runs, metrics and datasets from MLflow
    Mlflow(Mlflow),
    /// Read accounts, trails and their logs from AWS, with the credentials of the environment or a profile
    Aws(Aws),
}

#[derive(Debug, Clone, Group)]
pub(crate) struct Git {
    /// The repository
    pub(crate) path: PathBuf,
    /// Branch that counts as shipped; the current one unless given
    #[arg(long)]
    pub(crate) branch: Option<String>,
    /// First day
    #[arg(long, value_name = "DATE", value_parser = attestry_domain::time::day)]
    pub(crate) since: Option<Day>,
    /// First day after; today unless given
    #[arg(long, value_name = "DATE", value_parser = attestry_domain::time::day)]
    pub(crate) until: Option<Day>,
    /// Name of the source; the repository's folder unless given
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
}

#[derive(Debug, Clone, Group)]
pub(crate) struct Github {
    /// The repository, as owner/name
    pub(crate) repository: String,
    /// Branch that counts as shipped; the default branch unless given
    #[arg(long)]
    pub(crate) branch: Option<String>,
    /// First day; where the last collection ended unless given, else thirty days ago
    #[arg(long, value_name = "DATE", value_parser = attestry_domain::time::day)]
    pub(crate) since: Option<Day>,
    /// First day after; today unless given
    #[arg(long, value_name = "DATE", value_parser = attestry_domain::time::day)]
    pub(crate) until: Option<Day>,
    /// Leave out the checks of each change
    #[arg(long)]
    pub(crate) without_checks: bool,
    /// Address of the interface, for a server of your own
    #[arg(long, value_name = "URL", default_value = "https://api.github.com")]
    pub(crate) api: String,
    /// Name of the source; the repository unless given
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
}

#[derive(Debug, Clone, Group)]
pub(crate) struct Mlflow {
    /// The server; MLFLOW_TRACKING_URI unless given
    pub(crate) address: Option<String>,
    /// Runs that ended on this day or later; all unless given
    #[arg(long, value_name = "DATE", value_parser = attestry_domain::time::day)]
    pub(crate) since: Option<Day>,
    /// Name of the source
    #[arg(long, value_name = "NAME", default_value = "mlflow")]
    pub(crate) source: String,
}

#[derive(Debug, Clone, Group)]
pub(crate) struct Aws {
    /// Folder of CloudTrail logs to read besides, as s3://BUCKET/PREFIX
    #[arg(long, value_name = "S3", requires = "days")]
    pub(crate) logs: Option<String>,
    /// Days of those logs, the last not included
    #[arg(long, value_name = "FROM..TO", requires = "logs")]
    pub(crate) days: Option<Period>,
    /// Days after which an access key has to be replaced
    #[arg(long, value_name = "DAYS", default_value_t = 90)]
    pub(crate) key_age: u32,
    /// Days without use after which a password or key has to be taken away
    #[arg(long, value_name = "DAYS", default_value_t = 90)]
    pub(crate) unused: u32,
    /// Tag of a user that holds the address of the person whose account it is
    #[arg(long, value_name = "TAG")]
    pub(crate) person_tag: Option<String>,
    /// Name of the source
    #[arg(long, value_name = "NAME", default_value = "aws")]
    pub(crate) source: String,
}

/// A number with s, m, h or d.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no duration; write a number and s, m, h or d, such as 6h");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    let number: u64 = text.trim_end_matches(unit).parse().map_err(|_| wrong())?;
    let whole = number.checked_mul(seconds).filter(|whole| (10..=31 * 86_400).contains(whole));
    whole.map(Duration::from_secs).ok_or_else(|| format!("`{text}` lies outside 10s to 31d"))
}
