//! `attestry-verify`: checks a package offline, without the program that made it.
#![expect(unreachable_pub, reason = "modules of a program")]

mod args;
mod page;

use std::fs::File;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use attestry_ledger::SignedCheckpoint;
use attestry_ledger::package::{PackageError, Progress, Report, Verification, inclusion_proof};

use args::{Args, Call};

/// The answer is no.
const NO: u8 = 1;
/// The call was wrong.
const WRONG: u8 = 2;
/// It could not be done.
const FAILED: u8 = 3;

/// After this long a person wants to see that something happens, and what was done is kept.
const SHOW_AFTER: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let (code, text, to_stdout) = match args::read(std::env::args().skip(1)) {
        Ok(Call::Help) => (0, args::HELP.to_owned(), true),
        Ok(Call::Version) => (0, format!("attestry-verify {}\n", env!("CARGO_PKG_VERSION")), true),
        Ok(Call::Verify(args)) => match run(&args) {
            Ok((code, text)) => (code, text, true),
            Err(reason) => (FAILED, format!("{reason}\n"), false),
        },
        Err(reason) => (WRONG, format!("{reason}\n\n{}", args::USAGE), false),
    };
    let written = if to_stdout {
        io::stdout().write_all(text.as_bytes())
    } else {
        io::stderr().write_all(text.as_bytes())
    };
    // Whoever closed the pipe has read what was wanted.
    let failed = written.is_err_and(|error| error.kind() != io::ErrorKind::BrokenPipe);
    ExitCode::from(if failed { FAILED } else { code })
}

fn run(args: &Args) -> Result<(u8, String), String> {
    let open = || File::open(&args.package).map_err(|error| named(&args.package, &error));
    let mut options = args.options.clone();
    for path in &args.earlier {
        let bytes = std::fs::read(path).map_err(|error| named(path, &error))?;
        let seen = SignedCheckpoint::parse(&bytes).map_err(|error| named(path, &error))?;
        if let Some(log) = &options.log {
            seen.verify(log).map_err(|error| named(path, &error))?;
        }
        options.earlier.push(seen.checkpoint().clone());
    }
    if let Some(sequence) = args.proof {
        return match inclusion_proof(open()?, sequence) {
            Ok(proof) => Ok((0, proof.to_string())),
            Err(error @ PackageError::NoProof { .. }) => Ok((NO, format!("{error}\n"))),
            Err(error) => Err(named(&args.package, &error)),
        };
    }
    let read = |error: PackageError| named(&args.package, &error);
    let verification = match kept(args)? {
        Some(progress) => Verification::resume(open()?, options, &progress).map_err(read)?,
        None => Verification::begin(open()?, options).map_err(read)?,
    };
    let report = carry(args, verification)?;
    let text = if args.json { json(&report)? } else { page::page(&report) };
    Ok((if report.holds() { 0 } else { NO }, text))
}

/// What an interrupted verification left, if it is to be taken up.
fn kept(args: &Args) -> Result<Option<Progress>, String> {
    let Some(path) = &args.resume else { return Ok(None) };
    match std::fs::read(path) {
        Ok(text) => Progress::from_json(&text).map(Some).map_err(|error| named(path, &error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(named(path, &error)),
    }
}

fn carry(args: &Args, mut verification: Verification<File>) -> Result<Report, String> {
    let (shows, mut shown) = (io::stderr().is_terminal() && !args.json, false);
    let mut last = Instant::now();
    while verification.step().map_err(|error| named(&args.package, &error))? {
        if last.elapsed() < SHOW_AFTER {
            continue;
        }
        last = Instant::now();
        if shows {
            let (done, all) = verification.position();
            shown = write!(io::stderr(), "\rChecked {done} of {all} files").is_ok();
        }
        if let Some(path) = &args.resume {
            keep(path, &verification.progress().to_json()).map_err(|error| named(path, &error))?;
        }
    }
    if shown {
        // The line gives way to the report.
        _ = write!(io::stderr(), "\r\u{1b}[K");
    }
    if let Some(path) = &args.resume {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(named(path, &error)),
            _ => {}
        }
    }
    Ok(verification.finish())
}

/// Writes beside the old text first, so that an interruption leaves one of the two whole.
fn keep(path: &Path, text: &str) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    std::fs::write(&beside, text)?;
    std::fs::rename(&beside, path)
}

fn json(report: &Report) -> Result<String, String> {
    let document = serde_json::json!({ "holds": report.holds(), "report": report });
    serde_json::to_string_pretty(&document).map(|text| text + "\n").map_err(|error| error.to_string())
}

fn named(path: &Path, error: &dyn std::error::Error) -> String {
    let mut text = format!("{}: {error}", path.display());
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(&format!(": {error}"));
        source = error.source();
    }
    text
}
