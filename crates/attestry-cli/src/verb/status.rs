//! What holds, for every framework in scope.

use std::process::ExitCode;

use attestry_app::attention::{Attention, attention};
use attestry_app::readiness::Status as Answer;
use attestry_app::{explain, report};
use attestry_domain::assess::{
    FrameworkAssessment, RequirementAssessment, RequirementDesign, RequirementOperation,
};
use serde_json::json;

use crate::args::{Place, RequirementState, Status, View};
use crate::home;
use crate::ui::{Cell, Fault, NO, Out, Page, Table};
use crate::verb::Done;

pub(crate) async fn run(place: &Place, view: &View, out: Out, args: Status) -> Done {
    let workspace = home::workspace(place).await?;
    let status = workspace.status(home::axis(view, args.period)).await?;
    let frameworks: Vec<&FrameworkAssessment> = status
        .readiness
        .frameworks
        .iter()
        .filter(|one| args.framework.as_ref().is_none_or(|wanted| *wanted == one.id))
        .collect();
    if frameworks.is_empty() {
        let adopted = status.snapshot.programme.adopted();
        let known: Vec<String> = adopted.iter().map(ToString::to_string).collect();
        let fault = Fault::wrong("no such framework is in scope");
        return Err(fault.help(if known.is_empty() {
            "adopt one with `attestry apply`".to_owned()
        } else {
            format!("in scope: {}", known.join(", "))
        }));
    }
    let now = workspace.now_at(&status.snapshot.programme, home::axis(view, args.period));
    let attention = attention(&status.snapshot.programme, now);
    out.show(&document(&status, &frameworks, &attention), |page| {
        for framework in &frameworks {
            print(page, &status, framework, args.all);
        }
        look_at(page, &attention);
        let n = crate::ui::words::grouped(status.readiness.at);
        page.gap();
        page.note(format!(
            "N {n}, as of {}. `attestry explain ID` prints the reasons.",
            status.readiness.question.as_of
        ));
    })?;
    let requirements = frameworks.iter().flat_map(|framework| &framework.requirements);
    let failed = requirements.into_iter().any(|one| args.fail_on.iter().any(|state| is(one, *state)));
    Ok(if failed { ExitCode::from(NO) } else { ExitCode::SUCCESS })
}

/// What of the evidence waits for a person.
fn look_at(page: &mut Page, attention: &[Attention]) {
    if attention.is_empty() {
        return;
    }
    page.title("Evidence to look at");
    for one in attention {
        page.say(format!("{}: {}", one.about, one.what));
        page.indented(2, &one.to_do);
    }
}

fn document(
    status: &Answer,
    frameworks: &[&FrameworkAssessment],
    attention: &[Attention],
) -> serde_json::Value {
    let question = status.readiness.question;
    let of = |framework: &FrameworkAssessment| {
        json!({
            "sentence": report::sentence(status, framework),
            "design": framework.design,
            "operation": framework.operation,
            "requirements": framework.requirements,
        })
    };
    let frameworks: serde_json::Map<_, _> =
        frameworks.iter().map(|framework| (framework.id.to_string(), of(framework))).collect();
    let organisation = status.snapshot.programme.workspace.as_ref();
    json!({
        "organisation": organisation.map(|one| one.name.as_str()),
        "simulated": organisation.and_then(|one| one.simulated.as_deref()),
        "at": status.readiness.at,
        "catalog": status.readiness.catalog,
        "as_of": question.as_of,
        "through": question.through,
        "period": question.period,
        "frameworks": frameworks,
        "controls": status.readiness.controls,
        "attention": attention,
    })
}

fn print(page: &mut Page, status: &Answer, framework: &FrameworkAssessment, all: bool) {
    let title =
        status.snapshot.catalog.frameworks.get(&framework.id).map_or("", |known| known.title.as_str());
    page.title(title);
    page.say(report::sentence(status, framework));
    let mut table = Table::new().column("").column("design").column("operation").text("why");
    let mut rows = 0;
    for one in &framework.requirements {
        let fine = one.design == RequirementDesign::Met
            && one.operation.is_none_or(|operation| operation == RequirementOperation::Met);
        let untested =
            one.operation == Some(RequirementOperation::NotTested) && one.design == RequirementDesign::Met;
        if !all && (fine || untested || one.excluded.is_some()) {
            continue;
        }
        rows += 1;
        table.row(vec![
            one.id.code().into(),
            Cell::state(one.design, one.design.as_str()),
            one.operation.map_or_else(Cell::default, |operation| Cell::state(operation, operation.as_str())),
            why(status, one).into(),
        ]);
    }
    if rows > 0 {
        page.gap();
        page.table(&table);
    }
    let untested = framework.operation.map_or(0, |operation| operation.not_tested);
    if !all && untested > 0 {
        page.note(format!("{untested} not tested are left out here; --all lists every requirement."));
    }
}

fn why(status: &Answer, one: &RequirementAssessment) -> String {
    let title = status.snapshot.catalog.requirements.get(&one.id).map_or("", |known| known.title.as_str());
    if one.excluded.is_some() || one.decided_by.is_empty() {
        return if one.design == RequirementDesign::Met {
            title.to_owned()
        } else {
            explain::sentence(status, one)
        };
    }
    let words = one.decided_by.iter().filter_map(|id| {
        let operation = status.readiness.controls.get(id)?.operation.as_ref()?;
        Some(format!("{id} {}", operation.words()))
    });
    words.collect::<Vec<_>>().join("; ")
}

fn is(one: &RequirementAssessment, state: RequirementState) -> bool {
    match state {
        RequirementState::Partial => one.design == RequirementDesign::Partial,
        RequirementState::Gap => one.design == RequirementDesign::Gap,
        RequirementState::Unknown => one.design == RequirementDesign::Unknown,
        RequirementState::WithExceptions => one.operation == Some(RequirementOperation::WithExceptions),
        RequirementState::NotMet => one.operation == Some(RequirementOperation::NotMet),
        RequirementState::NotTested => one.operation == Some(RequirementOperation::NotTested),
        RequirementState::NoOccurrences => one.operation == Some(RequirementOperation::NoOccurrences),
    }
}
