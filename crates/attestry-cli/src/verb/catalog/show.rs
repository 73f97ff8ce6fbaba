//! One thing of the catalog in full.

use std::process::ExitCode;

use attestry_domain::catalog::{Catalog, Control, ControlTest, Framework, Requirement, Stream};
use attestry_domain::id::RequirementId;
use serde_json::json;

use crate::ui::{Fault, Out, Page, Table};
use crate::verb::Done;

pub(super) fn run(out: Out, id: &str) -> Done {
    let catalog = super::built_in()?;
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
            let document = json!({"framework": one, "requirements": requirements});
            out.show(&document, |page| framework_page(page, one, &requirements))?;
        }
        _ => {
            let one = requirement(&catalog, id)?;
            let mapped: Vec<_> = catalog.mapped(&one.id).collect();
            let mappings: Vec<_> = mapped
                .iter()
                .map(|(control, mapping)| json!({"control": control.id, "kind": mapping.kind, "rationale": mapping.rationale}))
                .collect();
            out.show(&json!({"requirement": one, "mappings": mappings}), |page| {
                page.title(format!("{} {}", one.id, one.title));
                page.say(&one.summary);
                page.say(&one.looks_for);
                let mut table = Table::new().column("control").text("title").column("gives").text("because");
                for (control, mapping) in &mapped {
                    table.row(vec![
                        control.id.as_str().into(),
                        control.title.as_str().into(),
                        mapping.kind.as_str().into(),
                        mapping.rationale.as_str().into(),
                    ]);
                }
                page.gap();
                page.table(&table);
            })?;
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
    let near = attestry_app::files::nearest(id, controls.chain(tests).chain(streams).chain(requirements));
    let fault = Fault::wrong(format!("the catalog has nothing called `{id}`"));
    match near.as_slice() {
        [] => fault.help("`attestry catalog list` shows what there is"),
        near => fault.help(format!("nearest: {}", near.join(", "))),
    }
}

fn framework_page(page: &mut Page, one: &Framework, requirements: &[&Requirement]) {
    page.title(format!("{}: {}", one.id, one.title));
    page.say(format!("{}, version {}. {}", one.publisher, one.version, one.licence_note));
    page.gap();
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
