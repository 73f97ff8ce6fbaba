//! Runs control tests and records what they find.

use std::collections::BTreeSet;
use std::process::ExitCode;

use attestry_app::readiness::Status;
use attestry_app::testing::{self, Ran};
use attestry_domain::assess::Operation;
use attestry_domain::event::test::RunOutcome;
use attestry_domain::id::TestId;
use serde_json::json;

use crate::args::{Place, Test, TestState, View};
use crate::home;
use crate::ui::words::{counted, grouped};
use crate::ui::{Cell, Fault, NO, Out, Page, Table, progress};
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
    let status = sender.workspace().status(home::axis(view, args.period)).await?;
    let states: Vec<Option<Operation>> = ran.iter().map(|one| state_of(&status, one)).collect();
    let runs = ran.iter().zip(&states).map(|(one, state)| json!({ "ran": one, "control_state": state }));
    let document = json!({ "at": status.readiness.at, "runs": runs.collect::<Vec<_>>() });
    out.show(&document, |page| print(page, &ran, &states))?;
    let found = ran.iter().map(outcome).chain(states.iter().flatten().map(named));
    let failed = found.into_iter().any(|state| args.fail_on.contains(&state));
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

/// What the run's control comes to over the period: the run, and whether its evidence is complete.
fn state_of(status: &Status, ran: &Ran) -> Option<Operation> {
    let mut controls = status.readiness.controls.iter();
    controls.find(|(id, _)| id.as_str() == ran.control).and_then(|(_, control)| control.operation.clone())
}

/// What the run itself found.
fn outcome(ran: &Ran) -> TestState {
    match &ran.outcome {
        RunOutcome::NotTested { .. } => TestState::NotTested,
        RunOutcome::Ran { exceptions: 1.., .. } => TestState::Exceptions,
        RunOutcome::Ran { population: 0, .. } => TestState::NoOccurrences,
        RunOutcome::Ran { .. } => TestState::NoExceptions,
    }
}

fn named(state: &Operation) -> TestState {
    match state {
        Operation::NoExceptions { .. } => TestState::NoExceptions,
        Operation::Exceptions { .. } => TestState::Exceptions,
        Operation::NoOccurrences => TestState::NoOccurrences,
        Operation::NotTested { .. } | Operation::NotInPlace { .. } => TestState::NotTested,
    }
}

fn print(page: &mut Page, ran: &[Ran], states: &[Option<Operation>]) {
    let mut table =
        Table::new().column("control").column("test").text("found").text("control over the period");
    for (one, state) in ran.iter().zip(states) {
        let state = state.as_ref().map_or_else(Cell::default, |state| Cell::state(state, state.words()));
        table.row(vec![one.control.clone().into(), one.test.to_string().into(), found(one).into(), state]);
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
}

/// What the queries found, before it is known whether the evidence is complete.
fn found(one: &Ran) -> String {
    match &one.outcome {
        RunOutcome::NotTested { reason } => format!("could not run: {reason}"),
        RunOutcome::Ran { population, exceptions, .. } => {
            format!("{} in {}", counted(*exceptions, "exception"), counted(*population, "occurrence"))
        }
    }
}
