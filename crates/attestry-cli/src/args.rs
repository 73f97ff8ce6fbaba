//! The words of the command line. They are a contract: stable within a major version.

use std::path::PathBuf;

use attestry_domain::id::{ControlId, FrameworkId, TestId};
use attestry_domain::time::{Day, Period};
use clap::{Args as Group, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use audit::{Cosign, Package, Verify, Witness};
pub(crate) use choose::{Advise, Compare, Overlap};
pub(crate) use collect::{Aws, Collect, From, Git, Github, Mlflow};
pub(crate) use records::{Aside, Backup, Ingest, Resolve, Restore, Token};

mod audit;
mod choose;
mod collect;
mod records;

const EXITS: &str = "Exit codes: 0 done, 1 the answer is no, 2 the call was wrong, 3 it could not be done.";
const ENVIRONMENT: &str = "\
Exit codes:
  0  done
  1  the answer is no: a verification failed, the catalog has faults, --fail-on was met
  2  the call was wrong
  3  it could not be done: input and output, limits

Environment:
  ATTESTRY_HOME, ATTESTRY_DATABASE, ATTESTRY_AS    as the options of these names
  ATTESTRY_QUERY_ROWS        rows of a query's answer at most (200000)
  ATTESTRY_QUERY_MEBIBYTES   memory of a query at most (1024)
  ATTESTRY_QUERY_SECONDS     time of a query at most (60)
  ATTESTRY_LOG               what is logged to standard error, such as info or attestry_app=debug (warn)
  NO_COLOR, COLUMNS          no colour; the width of what is no terminal";

/// Runs one compliance programme for SOC 2 and ISO/IEC 42001 from evidence that can be checked.
#[derive(Debug, Parser)]
#[command(name = "attestry", version, max_term_width = 100)]
#[command(after_help = EXITS, after_long_help = ENVIRONMENT)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) view: View,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// Which workspace, and who acts.
#[derive(Debug, Clone, Group)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Place {
    /// Folder of the database, objects and keys
    #[arg(
        long,
        value_name = "DIR",
        env = "ATTESTRY_HOME",
        default_value = ".attestry",
        global = true,
        hide_env_values = true
    )]
    pub(crate) home: PathBuf,
    /// Database, instead of SQLite in the home
    #[arg(long, value_name = "URL", env = "ATTESTRY_DATABASE", global = true, hide_env_values = true)]
    pub(crate) database: Option<String>,
    /// Workspace
    #[arg(long, value_name = "NAME", default_value = "main", global = true)]
    pub(crate) workspace: String,
    /// Who acts; the first owner unless given
    #[arg(long = "as", value_name = "EMAIL", env = "ATTESTRY_AS", global = true, hide_env_values = true)]
    pub(crate) actor: Option<String>,
}

/// What was known, what held, and how it is printed.
#[derive(Debug, Clone, Group)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct View {
    /// Print one JSON document
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// What was known after event N
    #[arg(long, value_name = "N", global = true)]
    pub(crate) at: Option<u64>,
    /// What held on that day
    #[arg(long, value_name = "DATE", value_parser = attestry_domain::time::day, global = true)]
    pub(crate) as_of: Option<Day>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Make a workspace with its first owner
    Init(Init),
    /// Make a workspace with a year of history, and serve it
    Demo(Demo),
    /// Serve the application
    Serve(Serve),
    /// Make a link that signs a person in once
    Link(Link),
    /// Make the programme what the files in a folder say
    ///
    /// Everything is checked before the first command is sent. What a file leaves out stays as it is and is told;
    /// only a listed person's roles and the exclusions in requirements.yaml are made exactly those of the file.
    /// Files that walkthroughs, attestations and assessments name are stored first.
    Apply(Apply),
    /// Write the programme as files
    ///
    /// YAML and Markdown in stable order, to be reviewed in git and given back to `apply`, with the files that
    /// walkthroughs, attestations and assessments name. Records of streams and test runs are no part of it.
    Export(Export),
    /// Look at frameworks, crosswalks, controls, tests and streams
    #[command(subcommand)]
    Catalog(Catalog),
    /// Say what to get first, when and for how much
    ///
    /// Without a profile it asks, at a terminal. Every step, and everything that is not needed, comes with its
    /// reason and source. It is not legal advice.
    Advise(Advise),
    /// Set frameworks side by side
    Compare(Compare),
    /// Say what one framework gives towards another: reuse, extend, new
    ///
    /// Without --have and --want it prints the matrix of all frameworks. With --programme, requirements of the
    /// frameworks in scope count as had when their design is met, and implemented controls count as there.
    Overlap(Overlap),
    /// Take files of records into a stream
    ///
    /// NDJSON, CSV, Parquet and Arrow files hold the records of the stream that is named. Files of other products
    /// (--format lists them) tell their streams by themselves, so STREAM is left out; with it, only the records of
    /// that stream are taken. All or nothing: a record that breaks a rule refuses the file, unless --quarantine keeps
    /// such records aside.
    Ingest(Ingest),
    /// Records that were not taken, and what became of them
    #[command(subcommand)]
    Aside(Aside),
    /// Tokens by which programs send records to the server
    #[command(subcommand)]
    Token(Token),
    /// Collect records from a source
    ///
    /// How each collection went is recorded, also when it fails: what a source forgets cannot be fetched later.
    Collect(Box<Collect>),
    /// Run control tests and record what they find
    Test(Test),
    /// Show what holds, for every framework in scope
    Status(Status),
    /// Print the chain of reasons from a requirement or control to its evidence
    Explain(Explain),
    /// Compute evidence about AI systems
    #[command(subcommand)]
    Ai(Ai),
    /// Write what an auditor takes home as one file
    ///
    /// A ZIP with every event that records what the organisation did, under the newest signed checkpoint, and the
    /// procedures, records, files, test results and queries that the audit is about. Management's facts only. It is
    /// checked by `verify FILE`, by the small program attestry-verify, or with tools that are not ours: VERIFY.md in it
    /// says how.
    Package(Package),
    /// Check the ledger, its signatures and every object; or a package
    ///
    /// With FILE the package alone is checked, offline and without a workspace.
    Verify(Box<Verify>),
    /// Ask a witness to cosign the newest checkpoint
    ///
    /// The cosignature is kept and goes into packages: whoever has the witness's key then sees whether the ledger was
    /// rewritten or an old copy put back.
    Cosign(Box<Cosign>),
    /// Be a witness of other people's ledgers
    #[command(subcommand)]
    Witness(Box<Witness>),
    /// Write everything into one file, while others go on working
    ///
    /// The file holds the database, every object and the signing keys. `restore` checks every byte of it.
    Backup(Backup),
    /// Bring a backup back into an empty home and database
    Restore(Restore),
    /// Write a report
    #[command(subcommand)]
    Report(Report),
    /// Ask the programme and its evidence in SQL
    Sql(Sql),
    /// Print completions for a shell
    Completions(Completions),
    /// Answer one query from standard input
    #[command(hide = true)]
    QueryWorker,
}

#[derive(Debug, Group)]
pub(crate) struct Init {
    /// The organisation's name
    #[arg(long)]
    pub(crate) name: String,
    /// The first owner, as "Ana Diaz <ana@example.com>"
    #[arg(long, value_name = "PERSON", value_parser = person)]
    pub(crate) owner: Person,
    /// Time zone of its calendar
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub(crate) time_zone: String,
    /// A framework to adopt, with further categories as soc2:availability,privacy
    #[arg(long = "framework", value_name = "FRAMEWORK", value_parser = scope)]
    pub(crate) frameworks: Vec<Scope>,
}

#[derive(Debug, Group)]
pub(crate) struct Demo {
    /// The same seed makes the same history
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Last day of the history, a month's end; the newest unless given
    #[arg(long, value_name = "DATE", value_parser = attestry_domain::time::day)]
    pub(crate) until: Option<Day>,
    /// Only make the workspace
    #[arg(long)]
    pub(crate) no_serve: bool,
    /// Port to serve on, on this machine only
    #[arg(long, default_value_t = 8042)]
    pub(crate) port: u16,
}

#[derive(Debug, Group)]
pub(crate) struct Serve {
    /// Address to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8042")]
    pub(crate) listen: std::net::SocketAddr,
}

#[derive(Debug, Group)]
pub(crate) struct Link {
    /// The person's address
    pub(crate) email: String,
    /// Where the application is reached
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8042")]
    pub(crate) url: String,
}

#[derive(Debug, Group)]
pub(crate) struct Apply {
    /// Folder that `export` wrote
    pub(crate) dir: PathBuf,
    /// Show the difference and change nothing
    #[arg(long)]
    pub(crate) plan: bool,
}

#[derive(Debug, Group)]
pub(crate) struct Export {
    /// Folder to write to
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Catalog {
    /// Check content and count it
    Check {
        /// Folder of a catalog; the built-in one unless given
        dir: Option<PathBuf>,
    },
    /// List frameworks, crosswalks, controls, tests and streams
    List,
    /// Show a framework, requirement, crosswalk, control, test or stream
    Show {
        /// Its identifier; of a crosswalk, as soc2--iso42001
        id: String,
    },
    /// Show what differs between two catalogs
    Diff {
        /// Folder, or `built-in`
        a: PathBuf,
        /// Folder, or `built-in`
        b: PathBuf,
    },
    /// Add a framework, crosswalk or family of controls to the catalog of the programme
    Add(AddPack),
    /// Take a pack out of the catalog of the programme
    Remove {
        /// The pack
        pack: String,
        /// Show what would change and change nothing
        #[arg(long)]
        plan: bool,
    },
    /// Move the programme to the catalog built into this program; packs stay
    Adopt {
        /// Show what would change and change nothing
        #[arg(long)]
        plan: bool,
    },
}

/// What to add, and how it is read.
#[derive(Debug, Group)]
pub(crate) struct AddPack {
    /// Folder laid out like a catalog, YAML file, OSCAL catalog in JSON, or CSV or XLSX with columns id, title, parent,
    /// description
    pub(crate) pack: PathBuf,
    /// Show what would change and change nothing
    #[arg(long)]
    pub(crate) plan: bool,
    /// Put it in the place of the pack of that name, and of files of the catalog
    #[arg(long)]
    pub(crate) replace: bool,
    /// Name of the pack, and of a framework made from JSON or a spreadsheet; the file's unless given
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Title of a framework made from a spreadsheet
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// Edition of a framework made from a spreadsheet; today unless given
    #[arg(long, value_name = "TEXT")]
    pub(crate) edition: Option<String>,
    /// Publisher, where the file names none
    #[arg(long, value_name = "TEXT")]
    pub(crate) publisher: Option<String>,
    /// Take over the text of an OSCAL catalog too: only where its licence allows
    #[arg(long)]
    pub(crate) with_text: bool,
}

#[derive(Debug, Group)]
pub(crate) struct Test {
    /// Tests, or controls whose tests to run; all unless given
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Days to look at, the last not included
    #[arg(long, value_name = "FROM..TO")]
    pub(crate) period: Option<Period>,
    /// Exit with 1 when a test ends in this state
    #[arg(long, value_name = "STATE")]
    pub(crate) fail_on: Vec<TestState>,
}

/// How a test can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestState {
    /// Occurrences, and none broke the rule
    NoExceptions,
    /// Some occurrences broke the rule
    Exceptions,
    /// Nothing happened
    NoOccurrences,
    /// The queries could not run
    NotTested,
}

#[derive(Debug, Group)]
pub(crate) struct Status {
    /// Days over which operation is judged, the last not included
    #[arg(long, value_name = "FROM..TO")]
    pub(crate) period: Option<Period>,
    /// Only this framework
    #[arg(long, value_name = "FRAMEWORK")]
    pub(crate) framework: Option<FrameworkId>,
    /// Also list every requirement
    #[arg(long)]
    pub(crate) all: bool,
    /// Exit with 1 when a requirement is in this state
    #[arg(long, value_name = "STATE")]
    pub(crate) fail_on: Vec<RequirementState>,
}

/// A state of a requirement, in design or in operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RequirementState {
    /// Design: some mapped control is documented
    Partial,
    /// Design: none is
    Gap,
    /// Design: applicability is undecided
    Unknown,
    /// Operation: a key control had exceptions
    WithExceptions,
    /// Operation: a key control was not in place
    NotMet,
    /// Operation: a key control was not tested
    NotTested,
    /// Operation: no key control had an occurrence
    NoOccurrences,
}

#[derive(Debug, Group)]
pub(crate) struct Explain {
    /// A requirement, such as CC8.1 or iso42001:A.6.2.4, or a control
    pub(crate) id: String,
    /// Days over which operation is judged, the last not included
    #[arg(long, value_name = "FROM..TO")]
    pub(crate) period: Option<Period>,
    /// Records to list of each test at most
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) records: usize,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Ai {
    /// Compare groups in a prediction log: rates, impact ratios and their 95 % intervals
    Bias(Bias),
}

#[derive(Debug, Group)]
pub(crate) struct Bias {
    /// Parquet, CSV (also gzip) or Arrow file
    pub(crate) file: PathBuf,
    /// Column that says what was true
    #[arg(long, value_name = "COLUMN")]
    pub(crate) label: Option<String>,
    /// Column that says what was predicted
    #[arg(long, value_name = "COLUMN")]
    pub(crate) prediction: String,
    /// Columns that make the groups
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',', required = true)]
    pub(crate) by: Vec<String>,
    /// Exit with 1 when a group's impact ratio stands so to four fifths
    #[arg(long, value_name = "STATE")]
    pub(crate) fail_on: Vec<Ratio>,
    /// Keep the file as the dataset NAME and submit what it shows as a bias assessment
    #[arg(long, value_name = "NAME", requires = "system")]
    pub(crate) record: Option<String>,
    /// AI system that made the predictions
    #[arg(long, value_name = "SYSTEM", requires = "record")]
    pub(crate) system: Option<String>,
    /// Version of the system that made them
    #[arg(long = "version", value_name = "VERSION", requires = "record")]
    pub(crate) of_version: Option<String>,
    /// Day of the assessment; today unless given
    #[arg(long, value_name = "DATE", value_parser = attestry_domain::time::day, requires = "record")]
    pub(crate) conducted_on: Option<Day>,
}

/// How an impact ratio stands to a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ratio {
    /// The whole interval lies below
    Below,
    /// The interval crosses it
    Inconclusive,
    /// There is no ratio
    NotEstimable,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Report {
    /// Readiness in PDF
    Readiness {
        /// File to write; readiness.pdf unless given
        #[arg(short, long, value_name = "FILE", default_value = "readiness.pdf")]
        output: PathBuf,
        /// Days over which operation is judged, the last not included
        #[arg(long, value_name = "FROM..TO")]
        period: Option<Period>,
    },
}

#[derive(Debug, Group)]
pub(crate) struct Sql {
    /// The query; `-` reads it from standard input
    pub(crate) query: String,
    /// Rows at most
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) rows: usize,
    /// Days that `expected_occurrence`, `calendar` and `requirement_state` are about, the last not included
    #[arg(long, value_name = "FROM..TO")]
    pub(crate) period: Option<Period>,
}

#[derive(Debug, Group)]
pub(crate) struct Completions {
    /// Shell
    pub(crate) shell: Shell,
}

/// Somebody with a name and an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) email: String,
}

fn person(text: &str) -> Result<Person, String> {
    let wrong = || format!("`{text}` is no person; expected a form like \"Ana Diaz <ana@example.com>\"");
    let (name, rest) = text.split_once('<').ok_or_else(wrong)?;
    let email = rest.trim().strip_suffix('>').ok_or_else(wrong)?;
    if name.trim().is_empty() || email.trim().is_empty() {
        return Err(wrong());
    }
    Ok(Person { name: name.trim().to_owned(), email: email.trim().to_owned() })
}

/// A framework with further categories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) framework: FrameworkId,
    pub(crate) categories: Vec<String>,
}

fn scope(text: &str) -> Result<Scope, String> {
    let (framework, categories) = text.split_once(':').unwrap_or((text, ""));
    let framework = framework.parse().map_err(|error: attestry_domain::id::InvalidId| error.to_string())?;
    let categories = categories.split(',').map(str::trim).filter(|one| !one.is_empty());
    Ok(Scope { framework, categories: categories.map(str::to_owned).collect() })
}

impl Test {
    /// What was named, as tests and as controls.
    pub(crate) fn named(&self) -> impl Iterator<Item = (&str, Option<TestId>, Option<ControlId>)> {
        self.ids.iter().map(|id| (id.as_str(), id.parse().ok(), id.parse().ok()))
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_person_has_a_name_and_an_address() {
        let ana = person(" Ana Diaz  <ana@acme.example> ").unwrap();
        assert_eq!(ana, Person { name: "Ana Diaz".into(), email: "ana@acme.example".into() });
        for wrong in ["ana@acme.example", "<ana@acme.example>", "Ana <ana@acme.example", "Ana <>"] {
            assert!(person(wrong).unwrap_err().contains("expected a form like"), "{wrong}");
        }
    }

    #[test]
    fn a_scope_names_categories_after_a_colon() {
        let scope = scope("soc2:availability, privacy").unwrap();
        assert_eq!((scope.framework.as_str(), scope.categories.len()), ("soc2", 2));
    }
}
