//! One thing of the catalog in full.

use std::process::ExitCode;

use attestry_domain::catalog::{
    Applies, Catalog, Control, ControlTest, Framework, LawDate, Requirement, Scheme, Stream,
};
use attestry_domain::id::RequirementId;
use attestry_domain::time::Day;
use serde_json::json;

use super::{crosswalk, law};
use crate::ui::{Fault, Out, Page, Table};
use crate::verb::Done;

pub(super) fn run(out: Out, id: &str, today: Day) -> Done {
    let catalog = super::built_in()?;
    if let Some(one) = crosswalk::find(&catalog, id) {
        out.show(&json!({"crosswalk": one}), |page| crosswalk::page(page, &catalog, one))?;
        return Ok(ExitCode::SUCCESS);
    }
    let control = id.parse().ok().and_then(|id| catalog.controls.get(&id));
    let test = id.parse().ok().and_then(|id| catalog.tests.get(&id));
    let stream = id.parse().ok().and_then(|id| catalog.streams.get(&id));
    let framework = id.parse().ok().and_then(|id| catalog.frameworks.get(&id));
    match (control, test, stream, framework) {
        (Some(one), ..) => out.show(&json!({"control": one}), |page| control_page(page, &catalog, one))?,
        (_, Some(one), ..) => out.show(&json!({"test": one}), |page| test_page(page, one))?,
        (_, _, Some(one), _) => out.show(&json!({"stream": one}), |page| stream_page(page, one))?,
        (.., Some(one)) => {
            let requirements: Vec<&Requirement> = catalog.requirements_of(&one.id).collect();
            let states =
                one.dates.iter().map(|date| json!({"id": date.id, "state": law::state(date, today)}));
            let states: Vec<_> = states.collect();
            let document =
                json!({"framework": one, "as_of": today, "dates": states, "requirements": requirements});
            out.show(&document, |page| framework_page(page, one, &requirements, today))?;
        }
        _ => {
            let one = requirement(&catalog, id)?;
            let mappings: Vec<_> = catalog
                .mapped(&one.id)
                .map(|(control, mapping)| json!({"control": control.id, "kind": mapping.kind, "rationale": mapping.rationale}))
                .collect();
            let document = json!({
                "requirement": one,
                "mappings": mappings,
                "law": law::of(&catalog, one, today),
                "related": crosswalk::related(&catalog, &one.id),
            });
            out.show(&document, |page| requirement_page(page, &catalog, one, today))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn requirement<'a>(catalog: &'a Catalog, id: &str) -> Result<&'a Requirement, Fault> {
    let frameworks: Vec<_> = catalog.frameworks.keys().cloned().collect();
    let found = catalog.resolve(id, &frameworks);
    match found.as_slice() {
        [one] => catalog.requirements.get(one).ok_or_else(|| unknown(catalog, id)),
        [] => Err(unknown(catalog, id)),
        many => Err(ambiguous(id, many)),
    }
}

/// Several frameworks have a requirement of that code.
pub(crate) fn ambiguous(id: &str, many: &[RequirementId]) -> Fault {
    let many: Vec<&str> = many.iter().map(RequirementId::as_str).collect();
    Fault::wrong(format!("`{id}` is the code of {} requirements", many.len()))
        .help(format!("say {}", many.join(" or ")))
}

fn unknown(catalog: &Catalog, id: &str) -> Fault {
    let controls = catalog.controls.keys().map(|id| id.as_str());
    let tests = catalog.tests.keys().map(|id| id.as_str());
    let streams = catalog.streams.keys().map(|id| id.as_str());
    let requirements = catalog.requirements.keys().flat_map(|id| [id.as_str(), id.code()]);
    let crosswalks = catalog.crosswalks.iter().map(|one| one.id.as_str());
    let frameworks = catalog.frameworks.keys().map(|id| id.as_str());
    let others = crosswalks.chain(frameworks).chain(requirements);
    let near = attestry_app::files::nearest(id, controls.chain(tests).chain(streams).chain(others));
    let fault = Fault::wrong(format!("the catalog has nothing called `{id}`"));
    match near.as_slice() {
        [] => fault.help("`attestry catalog list` shows what there is"),
        near => fault.help(format!("nearest: {}", near.join(", "))),
    }
}

fn requirement_page(page: &mut Page, catalog: &Catalog, one: &Requirement, today: Day) {
    page.title(format!("{} {}", one.id, one.title));
    page.say(&one.summary);
    let parts = [
        ("An auditor looks for", &one.looks_for),
        ("Evidence", &one.evidence),
        ("Without a control", &one.unmapped),
    ];
    for (what, words) in parts.into_iter().filter(|(_, words)| !words.is_empty()) {
        page.say(format!("{what}: {words}"));
    }
    if let Some(applies) = &one.applies {
        page.say(concerns(applies));
    }
    law::provision(page, catalog, one, today);
    let mut mapped = catalog.mapped(&one.id).peekable();
    if mapped.peek().is_some() {
        page.title("Controls");
        let mut table = Table::new().column("control").text("title").column("gives").text("because");
        for (control, mapping) in mapped {
            table.row(vec![
                control.id.as_str().into(),
                control.title.as_str().into(),
                mapping.kind.as_str().into(),
                mapping.rationale.as_str().into(),
            ]);
        }
        page.table(&table);
    }
    crosswalk::related_page(page, catalog, &one.id);
}

/// Whom a requirement concerns, and when.
fn concerns(applies: &Applies) -> String {
    let listed = |what: &str, names: &[String]| {
        let names = names.iter().map(|name| name.replace('_', " ")).collect::<Vec<_>>().join(", ");
        (!names.is_empty()).then(|| format!("{what}: {names}."))
    };
    let when = (!applies.when.is_empty()).then(|| format!("Applies when: {}", applies.when));
    let parts = [listed("Concerns", &applies.duty), listed("Risk", &applies.tier), when];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn framework_page(page: &mut Page, one: &Framework, requirements: &[&Requirement], today: Day) {
    page.title(format!("{}: {}", one.id, one.title));
    page.say(format!("{}, version {}. {}", one.publisher, one.version, one.licence_note));
    if let Some(scheme) = &one.scheme {
        scheme_page(page, scheme);
    }
    if !one.dates.is_empty() {
        page.title(format!("Dates, as they stand on {}", attestry_domain::time::day_words(today)));
        let dates: Vec<&LawDate> = one.dates.iter().collect();
        law::dates(page, &dates, today);
    }
    page.title("Requirements");
    let mut table = Table::new().column("requirement").column("kind").text("title");
    for requirement in requirements.iter().filter(|one| !one.title.is_empty()) {
        table.row(vec![
            requirement.id.code().into(),
            requirement.kind.as_str().into(),
            requirement.title.as_str().into(),
        ]);
    }
    page.table(&table);
}

fn scheme_page(page: &mut Page, scheme: &Scheme) {
    page.title("In practice");
    for (head, fact) in crate::verb::compare::FIELDS {
        page.say(format!("{head}: {}", fact(scheme)));
    }
    for source in &scheme.sources {
        page.note(format!("{}, read {}", source.source, source.as_of));
    }
}

fn control_page(page: &mut Page, catalog: &Catalog, one: &Control) {
    page.title(format!("{} {}", one.id, one.title));
    page.say(&one.objective);
    page.say(&one.practice);
    page.say(format!("Performed: {}. Usually owned by: {}.", one.cadence, one.owner));
    page.title("Evidence to keep");
    for evidence in &one.evidence {
        page.indented(2, evidence);
    }
    page.title("Gives");
    let mut table = Table::new().column("requirement").column("how").text("because");
    for mapping in &one.mappings {
        table.row(vec![
            mapping.requirement.as_str().into(),
            mapping.kind.as_str().into(),
            mapping.rationale.as_str().into(),
        ]);
    }
    page.table(&table);
    for test in catalog.tests_of(&one.id) {
        page.title(format!("Test {}", test.id));
        page.say(&test.title);
    }
}

fn test_page(page: &mut Page, one: &ControlTest) {
    page.title(format!("{} checks {}", one.id, one.control));
    page.say(&one.title);
    let streams: Vec<&str> = one.streams.iter().map(|stream| stream.as_str()).collect();
    page.say(format!(
        "One row is a {}. Streams: {}.",
        one.unit,
        if streams.is_empty() { "none".to_owned() } else { streams.join(", ") }
    ));
    for (title, sql) in [("Population", &one.population), ("Exceptions", &one.exceptions)] {
        page.title(title);
        for line in sql.trim_end().lines() {
            page.raw(line);
        }
    }
}

fn stream_page(page: &mut Page, one: &Stream) {
    page.title(format!("{}: {}", one.id, one.title));
    page.say(format!("Key: {}. It happened at: {}.", one.key.join(", "), one.event_time));
    page.gap();
    let mut table = Table::new().column("column").column("type").column("").text("meaning");
    for column in &one.columns {
        let flags = [(column.required, "required"), (column.personal, "personal")];
        let flags: Vec<&str> = flags.into_iter().filter(|(set, _)| *set).map(|(_, word)| word).collect();
        let kind = format!("{:?}", column.kind).to_lowercase();
        table.row(vec![
            column.name.as_str().into(),
            kind.into(),
            flags.join(", ").into(),
            column.meaning.as_str().into(),
        ]);
    }
    page.table(&table);
}
