//! How fast the content answers: the overlap of every pair of frameworks, and a full assessment of a programme of
//! 2,000 controls, each from scratch. `RUNS` sets how often each is asked. Ends with 1 when a goal is missed.

#![expect(clippy::print_stdout, reason = "a measurement prints what it found")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use attestry_domain::assess::{Operation, OperationTotals, Readiness, assess};
use attestry_domain::catalog::Catalog;
use attestry_domain::overlap::{Overlap, Wish, overlap};

use large::Large;
use measure::{machine, measure};

#[path = "content/history.rs"]
mod history;
#[path = "content/large.rs"]
mod large;
#[path = "content/measure.rs"]
mod measure;

/// Runs of each measurement unless `RUNS` says otherwise.
const RUNS: usize = 200;
/// Controls of the programme.
const CONTROLS: usize = 2_000;
/// What the overlap of all pairs together may take.
const OVERLAP_GOAL: Duration = Duration::from_millis(5);
/// What a full assessment may take.
const ASSESS_GOAL: Duration = Duration::from_millis(20);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let runs = std::env::var("RUNS").map_or(Ok(RUNS), |runs| runs.parse())?;
    let catalog = attestry_catalog::embedded()
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let large = Large::new(&catalog, CONTROLS)?;
    println!("{}", machine());

    let wishes = wishes(&catalog);
    let (answers, taken) =
        measure(runs, || wishes.iter().map(|wish| overlap(&catalog, wish)).collect::<Vec<_>>());
    println!("\n{}", pairs_in_words(&answers));
    let overlap_met = taken.report("overlap of every pair", OVERLAP_GOAL);

    let ask = || assess(&large.programme, &large.catalog, &large.counts, large.question);
    let (readiness, taken) = measure(runs, ask);
    println!("\n{}", programme_in_words(&large, &readiness));
    let assess_met = taken.report("full assessment", ASSESS_GOAL);
    Ok(if overlap_met && assess_met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Each framework wanted by somebody who has one other, with all categories of both.
fn wishes(catalog: &Catalog) -> Vec<Wish> {
    let mut wishes = Vec::new();
    for want in catalog.frameworks.keys() {
        for have in catalog.frameworks.keys().filter(|have| *have != want) {
            let have = BTreeMap::from([(have.clone(), BTreeSet::new())]);
            let categories = BTreeSet::new();
            wishes.push(Wish { have, met: None, want: want.clone(), categories, ai_in_scope: true });
        }
    }
    wishes
}

fn pairs_in_words(answers: &[Overlap<'_>]) -> String {
    let sum = |of: fn(&Overlap<'_>) -> usize| answers.iter().map(of).sum::<usize>();
    let [reuse, extend, new] = [sum(|one| one.reuse), sum(|one| one.extend), sum(|one| one.new)];
    let requirements = sum(|one| one.total);
    format!("{} pairs, {requirements} requirements: {reuse} reuse, {extend} extend, {new} new", answers.len())
}

fn programme_in_words(large: &Large, readiness: &Readiness) -> String {
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    for control in readiness.controls.values() {
        *states.entry(control.operation.as_ref().map_or("none", Operation::name)).or_default() += 1;
    }
    let states: Vec<String> = states.iter().map(|(state, n)| format!("{n} {state}")).collect();
    let mappings = large.catalog.controls.values().map(|control| control.mappings.len()).sum::<usize>();
    let statements =
        large.programme.controls.values().map(|control| control.attestations.len()).sum::<usize>();
    let totals = |of: fn(&OperationTotals) -> usize| {
        readiness.frameworks.iter().filter_map(|one| one.operation.as_ref()).map(of).sum::<usize>()
    };
    format!(
        "{} events: {} controls with {mappings} mappings and {statements} statements, {} tests with {} runs, {} days\n\
         controls: {}\n\
         {} frameworks, {} requirements: {} met, {} with exceptions, {} not met, {} not tested, {} excluded",
        readiness.at,
        readiness.controls.len(),
        large.catalog.tests.len(),
        large.programme.runs.len(),
        readiness.question.period.map_or(0, |period| period.len()),
        states.join(", "),
        readiness.frameworks.len(),
        totals(|one| one.total),
        totals(|one| one.met),
        totals(|one| one.with_exceptions),
        totals(|one| one.not_met),
        totals(|one| one.not_tested),
        totals(|one| one.excluded),
    )
}
