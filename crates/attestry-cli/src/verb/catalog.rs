//! Frameworks, crosswalks, controls, tests and streams, as content.

use std::path::Path;
use std::process::ExitCode;

use attestry_catalog::CatalogError;
use attestry_domain::catalog::{self, Framework};
use attestry_domain::id::FrameworkId;
use serde_json::json;

use crate::args::{Catalog, Place, View};
use crate::home;
use crate::ui::words::counted;
use crate::ui::{Cell, Fault, Mark, NO, Out, Page, Table};
use crate::verb::Done;

mod crosswalk;
mod diff;
mod law;
mod pack;
mod show;

pub(crate) async fn run(place: &Place, view: &View, out: Out, args: Catalog) -> Done {
    match args {
        Catalog::Check { dir } => check(out, dir.as_deref()),
        Catalog::List => list(out),
        Catalog::Show { id } => show::run(out, &id, home::day(view)),
        Catalog::Diff { a, b } => diff::run(out, &a, &b),
        Catalog::Add(args) => pack::add(place, view, out, args).await,
        Catalog::Remove { pack, plan } => pack::remove(place, view, out, &pack, plan).await,
        Catalog::Adopt { plan } => pack::adopt(place, view, out, plan).await,
    }
}

/// The catalog in a folder, or the built-in one.
fn load(dir: Option<&Path>) -> Result<catalog::Catalog, Vec<CatalogError>> {
    match dir {
        Some(dir) => attestry_catalog::load(dir),
        None => attestry_catalog::load_files(&attestry_catalog::Files::embedded()),
    }
}

/// The catalog built into this program.
pub(crate) fn built_in() -> Result<catalog::Catalog, Fault> {
    attestry_catalog::embedded().map_err(|errors| faulty("the built-in catalog", &errors))
}

/// The framework of a name.
pub(crate) fn framework<'a>(catalog: &'a catalog::Catalog, name: &str) -> Result<&'a Framework, Fault> {
    let known = name.parse().ok().and_then(|id| catalog.frameworks.get(&id));
    known.ok_or_else(|| {
        let ids = || catalog.frameworks.keys().map(FrameworkId::as_str);
        let fault = Fault::wrong(format!("there is no framework `{name}`"));
        match attestry_app::files::nearest(name, ids()).as_slice() {
            [] => fault.help(format!("frameworks: {}", ids().collect::<Vec<_>>().join(", "))),
            near => fault.help(format!("nearest: {}", near.join(", "))),
        }
    })
}

fn faulty(which: &str, errors: &[CatalogError]) -> Fault {
    let faults = counted(number(errors.len()), "fault");
    let fault = Fault::failed(format!("{which} has {faults}"));
    errors.iter().take(20).fold(fault, Fault::at).help("list them all with `attestry catalog check`")
}

pub(crate) fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn check(out: Out, dir: Option<&Path>) -> Done {
    match load(dir) {
        Ok(catalog) => sound(out, &catalog),
        Err(errors) => unsound(out, &errors),
    }
}

fn unsound(out: Out, errors: &[CatalogError]) -> Done {
    let faults: Vec<_> = errors
        .iter()
        .map(
            |one| json!({"file": one.file, "line": one.line, "key": one.key, "fault": one.fault.to_string()}),
        )
        .collect();
    out.show(&json!({"sound": false, "faults": faults}), |page| {
        page.title(format!("The catalog has {}", counted(number(errors.len()), "fault")));
        for error in errors {
            page.say(error);
        }
    })?;
    Ok(ExitCode::from(NO))
}

fn sound(out: Out, catalog: &catalog::Catalog) -> Done {
    let counts = attestry_catalog::counts(catalog);
    let document = json!({"sound": true, "digest": catalog.digest, "counts": counts});
    out.show(&document, |page| {
        let digest = catalog.digest.map(|digest| digest.to_string()).unwrap_or_default();
        page.title("The catalog is sound");
        page.note(format!("digest {digest}"));
        page.gap();
        page.table(&frameworks(&counts));
        page.gap();
        page.table(&crosswalk::table(&counts.crosswalks));
        page.gap();
        page.table(&families(&counts));
        page.gap();
        totals(page, &counts);
    })?;
    Ok(ExitCode::SUCCESS)
}

fn frameworks(counts: &attestry_catalog::Counts) -> Table {
    let mut table = Table::new().column("framework").text("part");
    for head in ["nodes", "assessed", "key control", "any control", "mapped", "reason why not"] {
        table = table.number(head);
    }
    for one in &counts.frameworks {
        let mut row: Vec<Cell> =
            vec![one.id.as_str().into(), one.short.as_str().into(), one.requirements.to_string().into()];
        row.extend(reach(one.reach));
        row.extend([format!("{} %", one.mapped_percent).into(), one.unmapped.to_string().into()]);
        table.row(row);
        for category in &one.categories {
            let mut row: Vec<Cell> = vec!["".into(), category.title.as_str().into(), "".into()];
            row.extend(reach(category.reach));
            row.extend([Cell::default(), Cell::default()]);
            table.row(row);
        }
    }
    table
}

fn reach(reach: attestry_catalog::Reach) -> [Cell; 3] {
    [reach.assessable, reach.with_key, reach.with_any].map(|count| count.to_string().into())
}

fn families(counts: &attestry_catalog::Counts) -> Table {
    let mut table = Table::new().column("family").text("title").number("controls");
    for one in &counts.families {
        table.row(vec![
            one.family.as_str().into(),
            one.title.as_str().into(),
            one.controls.to_string().into(),
        ]);
    }
    table
}

fn totals(page: &mut Page, counts: &attestry_catalog::Counts) {
    let mappings = &counts.mappings;
    page.say(format!(
        "{}, {} ({} satisfy, {} contribute as key, {} as supporting), {} for {}, {}, {}.",
        counted(number(counts.controls), "control"),
        counted(number(mappings.total), "mapping"),
        mappings.satisfies,
        mappings.key,
        mappings.supporting,
        counted(number(counts.tests), "control test"),
        counted(number(counts.tested_controls), "control"),
        counted(number(counts.streams), "stream"),
        counted(number(counts.topics), "topic"),
    ));
}

fn list(out: Out) -> Done {
    let catalog = built_in()?;
    let document = json!({
        "digest": catalog.digest,
        "frameworks": catalog.frameworks.values().collect::<Vec<_>>(),
        "crosswalks": catalog.crosswalks.iter().map(crosswalk::head).collect::<Vec<_>>(),
        "controls": catalog.controls.values().collect::<Vec<_>>(),
        "tests": catalog.tests.values().collect::<Vec<_>>(),
        "streams": catalog.streams.values().collect::<Vec<_>>(),
    });
    out.show(&document, |page| {
        page.title("Frameworks");
        let mut table = Table::new().column("framework").text("title").text("categories");
        for one in catalog.frameworks.values() {
            let categories: Vec<&str> = one.categories.iter().map(|category| category.id.as_str()).collect();
            table.row(vec![one.id.as_str().into(), one.title.as_str().into(), categories.join(", ").into()]);
        }
        page.table(&table);
        page.title("Crosswalks");
        page.table(&crosswalk::table(&attestry_catalog::counts(&catalog).crosswalks));
        page.title("Controls");
        let mut table = Table::new().column("control").text("title").column("cadence").column("test");
        for one in catalog.controls.values() {
            let tested = catalog.tests_of(&one.id).next().is_some();
            let tested = if tested { Cell::state(Mark::Good, "yes") } else { "".into() };
            table.row(vec![
                one.id.as_str().into(),
                one.title.as_str().into(),
                one.cadence.to_string().into(),
                tested,
            ]);
        }
        page.table(&table);
        page.title("Control tests");
        let mut table = Table::new().column("test").column("control").text("finds out");
        for one in catalog.tests.values() {
            table.row(vec![one.id.as_str().into(), one.control.as_str().into(), one.title.as_str().into()]);
        }
        page.table(&table);
        page.title("Streams");
        let mut table = Table::new().column("stream").text("one record is").text("key");
        for one in catalog.streams.values() {
            table.row(vec![one.id.as_str().into(), one.title.as_str().into(), one.key.join(", ").into()]);
        }
        page.table(&table);
    })?;
    Ok(ExitCode::SUCCESS)
}
