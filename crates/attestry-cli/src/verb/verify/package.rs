//! Checks a package offline: no workspace is opened.

use std::fs::File;
use std::path::Path;
use std::process::ExitCode;

use attestry_ledger::package::{Options, Report, Signature, SignatureKind, Verification};
use serde_json::json;

use crate::args::Verify;

use crate::ui::words::grouped;
use crate::ui::{Fault, Mark, NO, Out, Page, progress};
use crate::verb::Done;

pub(crate) fn run(out: Out, path: &Path, args: &Verify) -> Done {
    let options =
        Options { log: args.log_key.clone(), witnesses: args.witness_keys.clone(), ..Options::default() };
    let bar = progress::waiting("Checking the package");
    let report = check(path, options);
    bar.finish_and_clear();
    let report = report?;
    let holds = report.holds();
    out.show(&json!({ "holds": holds, "report": report }), |page| show(page, &report))?;
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::from(NO) })
}

fn check(path: &Path, options: Options) -> Result<Report, Fault> {
    let failed = |error: &dyn std::error::Error| {
        let why = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        Fault::failed(format!("`{}` cannot be read: {why}", path.display()))
    };
    let file = File::open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            Fault::wrong(format!("there is no file `{}`", path.display())).help("name a package")
        }
        _ => failed(&error),
    })?;
    let mut verification = Verification::begin(file, options).map_err(|error| failed(&error))?;
    while verification.step().map_err(|error| failed(&error))? {}
    Ok(verification.finish())
}

fn show(page: &mut Page, report: &Report) {
    let (mark, word) = match (report.holds(), report.log_key_given) {
        (false, _) => (Mark::Bar, "does not hold"),
        (true, true) => (Mark::Good, "holds"),
        (true, false) => (Mark::Half, "agrees with itself; give --log-key to know who signed it"),
    };
    let (events, files) = (grouped(report.events), grouped(report.files));
    marked(page, mark, &format!("The package {word}: {events} events in {files} files."));
    for said in [&report.title, &report.scope] {
        if !said.is_empty() {
            page.indented(2, printable(said));
        }
    }
    report.signatures.iter().for_each(|one| page.indented(2, signature(one)));
    for check in report.checked.iter().filter(|check| check.count > 0) {
        page.indented(2, format!("{}: {}", check.what, grouped(check.count)));
    }
    let mut meaning = "";
    for fault in &report.faults {
        marked(page, Mark::Bar, &fault.to_string());
        // The same advice a hundred times is none.
        if meaning != fault.meaning() {
            meaning = fault.meaning();
            page.indented(4, meaning);
        }
    }
    if report.further_faults > 0 {
        page.indented(2, format!("and {} further faults", grouped(report.further_faults)));
    }
    report.remarks.iter().for_each(|what| marked(page, Mark::Ring, &format!("odd: {what}")));
    report.unchecked.iter().for_each(|what| marked(page, Mark::Dotted, &format!("not checked: {what}")));
    if !report.log_key.is_empty() {
        page.note(format!("Log key: {}", printable(&report.log_key)));
    }
}

fn marked(page: &mut Page, mark: Mark, text: &str) {
    let style = mark.style();
    page.raw(format!("{style}{}{style:#} {}", mark.shape(), printable(text)));
}

fn signature(one: &Signature) -> String {
    let Signature { kind, by, size, at } = one;
    let at = at.and_then(|at| jiff::Timestamp::from_second(at).ok());
    let at = at.map(|at| format!(", {}", at.strftime("%-d %b %Y %H:%M UTC"))).unwrap_or_default();
    let (size, by) = (grouped(*size), printable(by));
    match kind {
        SignatureKind::Log => format!("signed over {size} events by {by}"),
        SignatureKind::Seal => format!("sealed by {by}"),
        SignatureKind::Witness => format!("cosigned over {size} events by {by}{at}"),
        SignatureKind::TimeStamp => format!("time stamp over {size} events{at}: {by}"),
    }
}

/// A foreign text that moves no cursor.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
