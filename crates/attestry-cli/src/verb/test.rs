//! Runs control tests and records what they find.

use std::collections::BTreeSet;
use std::process::ExitCode;

use attestry_app::testing::{self, Ran};
use attestry_domain::event::test::RunOutcome;
use attestry_domain::id::TestId;
use serde_json::json;

use crate::args::{Place, Test, TestState, View};
use crate::home;
use crate::ui::words::{counted, grouped};
use crate::ui::{Cell, Fault, Mark, NO, Out, Page, Table, progress};
use crate::verb::Done;

pub(crate) async fn run(place: &Place, view: &View, out: Out, args: Test) -> Done {
    if view.at.is_some() {
        return Err(
            Fault::wrong("`test` records what it finds now; --at does not fit it").help("leave it out")
        );
    }
    let sender = home::sender(place).await?;
    let wanted = wanted(&sender.workspace().newest().catalog, &args)?;
    let bar = progress::waiting("Running control tests");
    let ran = testing::run(&sender, &wanted, home::axis(view, args.period)).await;
    bar.finish_and_clear();
    let ran = ran?;
    home::finish(sender.workspace()).await?;
    if ran.is_empty() {
        return Err(Fault::wrong("no adopted control has such a test")
            .help("adopt a framework, or name a test that `attestry catalog list` shows"));
    }
    out.show(&json!({ "at": sender.workspace().newest().programme.sequence, "runs": ran }), |page| {
        print(page, &ran)
    })?;
    let failed = ran.iter().any(|one| args.fail_on.contains(&state(one)));
    Ok(if failed { ExitCode::from(NO) } else { ExitCode::SUCCESS })
}

/// The tests that the arguments name, themselves or by their control.
fn wanted(catalog: &attestry_domain::catalog::Catalog, args: &Test) -> Result<Vec<TestId>, Fault> {
    let mut wanted = BTreeSet::new();
    for (text, test, control) in args.named() {
        let test = test.filter(|id| catalog.tests.contains_key(id));
        let of_control = control.iter().flat_map(|id| catalog.tests_of(id)).map(|one| one.id.clone());
        let found: Vec<TestId> = test.into_iter().chain(of_control).collect();
        if found.is_empty() {
            let known: Vec<String> =
                catalog.tests.values().map(|one| format!("{} ({})", one.id, one.control)).collect();
            let fault = Fault::wrong(format!(
                "there is no control test `{text}`, and no control of that name has one"
            ));
            return Err(fault.help(format!("tests: {}", known.join(", "))));
        }
        wanted.extend(found);
    }
    Ok(wanted.into_iter().collect())
}

fn state(ran: &Ran) -> TestState {
    match &ran.outcome {
        RunOutcome::NotTested { .. } => TestState::NotTested,
        RunOutcome::Ran { exceptions: 1.., .. } => TestState::Exceptions,
        RunOutcome::Ran { population: 0, .. } => TestState::NoOccurrences,
        RunOutcome::Ran { .. } => TestState::NoExceptions,
    }
}

fn print(page: &mut Page, ran: &[Ran]) {
    let mut table = Table::new().column("control").column("test").column("found");
    for one in ran {
        table.row(vec![one.control.clone().into(), one.test.to_string().into(), found(one)]);
    }
    page.table(&table);
    for one in ran.iter().filter(|one| !one.exceptions.is_empty()) {
        page.title(format!("{}  {}", one.control, one.title));
        for (id, reason) in one.exceptions.iter().take(20) {
            page.indented(2, format!("{id}: {reason}"));
        }
        if one.exceptions.len() > 20 {
            page.indented(2, format!("and {} more", grouped((one.exceptions.len() - 20) as u64)));
        }
    }
    page.gap();
    page.note(
        "Whether a control held over a period also rests on complete evidence: `attestry status` says so.",
    );
}

fn found(one: &Ran) -> Cell {
    match &one.outcome {
        RunOutcome::NotTested { reason } => Cell::state(Mark::Dotted, format!("not tested: {reason}")),
        RunOutcome::Ran { population, exceptions: 0, .. } if *population == 0 => {
            Cell::state(Mark::Ring, "no occurrences in the records")
        }
        RunOutcome::Ran { population, exceptions: 0, .. } => {
            Cell::state(Mark::Good, format!("no exceptions in {}", grouped(*population)))
        }
        RunOutcome::Ran { population, exceptions, .. } => Cell::state(
            Mark::Half,
            format!("{} of {}", counted(*exceptions, "exception"), grouped(*population)),
        ),
    }
}
