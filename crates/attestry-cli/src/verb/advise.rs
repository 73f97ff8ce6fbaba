//! What to get first: from answers, given in a file or asked for, to a plan.

use std::io::{IsTerminal, Read};
use std::path::Path;
use std::process::ExitCode;

use attestry_domain::advise::{Adviser, Profile, advise};
use attestry_domain::catalog::Catalog;
use attestry_domain::time::Day;

use crate::args::{Advise, View};
use crate::home;
use crate::ui::{Fault, Out, WRONG, print};
use crate::verb::Done;

mod ask;
mod page;
mod questions;
mod strip;

/// What the reader says of a value that is no answer at all, such as a number.
const NEITHER: &str = "data did not match any variant of untagged enum Answer";

/// What a profile may be long at most, in bytes.
const LONGEST: u64 = 1 << 20;

pub(crate) fn run(view: &View, out: Out, args: Advise) -> Done {
    if view.at.is_some() {
        return Err(
            Fault::wrong("advice does not come from a ledger; --at does not fit it").help("leave it out")
        );
    }
    let catalog = super::catalog::built_in()?;
    let (adviser, today) = (&catalog.adviser, home::day(view));
    if adviser.questions().is_empty() {
        return Err(Fault::failed("the catalog has no adviser"));
    }
    if args.questions {
        return write_questions(out, adviser);
    }
    let profile = match &args.profile {
        Some(path) => read(path, adviser)?,
        None => asked(adviser, today)?,
    };
    show(out, &catalog, &profile, today)
}

fn write_questions(out: Out, adviser: &Adviser) -> Done {
    if out.is_json() {
        out.show(&questions::document(adviser), |_| ())?;
    } else {
        print(&questions::profile(adviser))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn show(out: Out, catalog: &Catalog, profile: &Profile, today: Day) -> Done {
    let plan = advise(&catalog.adviser, profile, today);
    out.show(&plan, |page| {
        if profile.is_empty() {
            page.note("Nothing was answered, so this is what holds for everybody.");
        }
        page::print(page, catalog, &plan);
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The answers in a file; those that the adviser does not understand are told, all of them.
fn read(path: &Path, adviser: &Adviser) -> Result<Profile, Fault> {
    let name = path.display().to_string();
    let text = text(path).map_err(|error| Fault::wrong(format!("`{name}` cannot be read: {error}")))?;
    let help = "`attestry advise --questions` prints what can be answered, and how";
    // A file of nothing but comments answers nothing.
    let profile: Option<Profile> = serde_saphyr::from_str(&text).map_err(|error| {
        let message = error.without_snippet().to_string();
        let first = message.lines().next().unwrap_or_default();
        let first = first.replace(NEITHER, "an answer is a name, a list of names, a day, or yes or no");
        Fault::wrong(format!("`{name}` is no profile: {first}")).help(help)
    })?;
    let profile = profile.unwrap_or_default();
    let faults = profile.faults(adviser);
    match faults.as_slice() {
        [] => Ok(profile),
        [one] => Err(Fault::split(WRONG, &format!("`{name}`: {one}"))),
        many => {
            let fault = Fault::wrong(format!("`{name}` has {} answers that are not understood", many.len()));
            Err(many.iter().fold(fault, Fault::at).help(help))
        }
    }
}

fn text(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    if path == Path::new("-") {
        std::io::stdin().take(LONGEST).read_to_string(&mut text)?;
    } else {
        std::fs::File::open(path)?.take(LONGEST).read_to_string(&mut text)?;
    }
    Ok(text)
}

/// The answers that somebody at the terminal gives. Questions go to standard error: standard output is the plan's.
fn asked(adviser: &Adviser, today: Day) -> Result<Profile, Fault> {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        let fault = Fault::wrong("there is nobody to ask: this is no terminal");
        return Err(fault.help(
            "`attestry advise --questions > profile.yaml` writes the questions; fill them in and give them back with \
             --profile profile.yaml",
        ));
    }
    let (mut input, mut output) = (std::io::stdin().lock(), anstream::stderr().lock());
    let profile = ask::ask(adviser, today, &mut input, &mut output);
    profile.map_err(|error| Fault::failed(format!("the terminal cannot be read or written: {error}")))
}
