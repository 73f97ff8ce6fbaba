//! Every case of every control test in `catalogs/tests`: a folder of records, and what the test finds in them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use attestry_app::ingest::{self, Ingest, InputFile, Unwatched};
use attestry_app::port::{NamedTable, Source};
use attestry_app::{App, Sender, tables, testing, workspace};
use attestry_cli::adapter::{Documents, Engine, SystemWorld};
use attestry_domain::catalog::{Catalog, ControlTest};
use attestry_domain::command::{AddPerson, CreateWorkspace};
use attestry_domain::event::Actor;
use attestry_domain::id::{PersonId, WorkspaceId};
use attestry_domain::role::Role;
use attestry_domain::time::{Instant, Period, day};
use attestry_stats::{ColumnType, Table, Value};
use attestry_store::Store;
use serde::Deserialize;
use serde_json::Value as Json;

/// What a test finds in a case.
#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct Expected {
    population: BTreeSet<String>,
    exceptions: BTreeMap<String, String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_case_of_every_control_test_gives_what_it_expects() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogs/tests");
    let app = app().await;
    let (mut cases, mut wrong) = (0, Vec::new());
    for test in app.1.catalog.tests.values() {
        let found = folders(&folder.join(test.id.as_str()).join("cases"));
        assert!(!found.is_empty(), "{} has no case", test.id);
        for case in found {
            cases += 1;
            let name = format!("case-{cases}");
            let expected = yaml(&case.join("expected.yaml"));
            let found = run(&app.1, &name, test, &case).await;
            if found != expected {
                wrong.push(format!("{}\n  expected {expected:?}\n  found    {found:?}", case.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases >= 8 * 3, "{cases} cases");
}

async fn app() -> (tempfile::TempDir, App) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite://{}", dir.path().join("cases.db").display()), dir.path())
        .await
        .unwrap();
    let (catalog, bundle) = workspace::built_in().unwrap();
    let app = App {
        store,
        engine: Arc::new(Engine::in_process()),
        typesetter: Arc::new(Documents),
        world: Arc::new(SystemWorld),
        catalog,
        bundle,
        program: "attestry".to_owned(),
    };
    (dir, app)
}

/// A workspace of its own for the case: its records come in as any others, then the test is executed.
async fn run(app: &App, name: &str, test: &ControlTest, case: &Path) -> Expected {
    let owner = PersonId::new(app.ulid());
    let wanted = CreateWorkspace {
        workspace: WorkspaceId::new(app.ulid()),
        name: name.to_owned(),
        time_zone: "UTC".to_owned(),
        simulated: None,
        owner: AddPerson {
            person: owner,
            name: "Ana".to_owned(),
            email: "ana@acme.example".to_owned(),
            roles: vec![Role::Owner],
        },
    };
    let workspace = app.create(name, wanted).await.unwrap();
    let sender = workspace.sender(Actor::Person(owner));
    let mut given = BTreeMap::new();
    for path in files(case, "ndjson") {
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        match app.catalog.streams.contains_key(&stem.parse().unwrap()) {
            true => take(&sender, &stem, &path).await,
            false => drop(given.insert(stem, path)),
        }
    }
    let snapshot = workspace.at(None).await.unwrap();
    let year = Period::new(day("2026-01-01").unwrap(), day("2027-01-01").unwrap()).unwrap();
    let mut known = tables::programme(&snapshot, year).unwrap();
    for table in &mut known {
        if let (Some(path), Source::Inline(rows)) = (given.remove(&table.name), &mut table.source) {
            fill(rows, &path);
        }
    }
    assert!(given.is_empty(), "{}: no such table: {given:?}", case.display());
    known.extend(
        app.catalog.streams.values().map(|stream| tables::stream_table(&workspace, &snapshot, stream)),
    );
    let (parameter, as_of) = parameter(test, &app.catalog, &yaml(&case.join("parameter.yaml")));
    known.push(parameter);
    let executed = testing::execute_over(&workspace, test, known, as_of).await;
    let executed = executed.unwrap_or_else(|error| panic!("{}: {error}", case.display()));
    let text = |table: &Table, row, name| table.value(row, name).as_text().unwrap().to_owned();
    let (population, exceptions) = (&executed.population, &executed.exceptions);
    Expected {
        population: (0..population.len()).map(|row| text(population, row, "id")).collect(),
        exceptions: (0..exceptions.len())
            .map(|row| (text(exceptions, row, "id"), text(exceptions, row, "reason")))
            .collect(),
    }
}

async fn take(sender: &Sender, stream: &str, path: &Path) {
    if std::fs::metadata(path).unwrap().len() == 0 {
        return;
    }
    let wanted = Ingest {
        asked: None,
        stream: stream.parse().unwrap(),
        source: "case".to_owned(),
        collector: "case".to_owned(),
        covers: None,
    };
    let input =
        InputFile { path: path.to_owned(), format: None, map: None, quarantine: false, stated: Vec::new() };
    let taken = ingest::file(sender, &wanted, &input, &Unwatched).await;
    taken.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// Rows of a programme table in place of its own, written as JSON lines; what a line leaves out is null.
fn fill(table: &mut Table, path: &Path) {
    *table = Table::empty(table.fields().to_vec());
    for line in std::fs::read_to_string(path).unwrap().lines().filter(|line| !line.trim().is_empty()) {
        let record: BTreeMap<String, Json> = serde_json::from_str(line).unwrap();
        let fields = table.fields().to_vec();
        let known = |name: &String| fields.iter().any(|field| field.name == *name);
        assert!(record.keys().all(known), "{}: {line}", path.display());
        let row = fields.iter().map(|field| value(field.kind, record.get(&field.name))).collect();
        table.push_row(row).unwrap();
    }
}

fn value(kind: ColumnType, json: Option<&Json>) -> Value {
    match (kind, json) {
        (_, None | Some(Json::Null)) => Value::Null,
        (ColumnType::Timestamp, Some(Json::String(text))) => {
            Value::Timestamp(text.parse::<Instant>().unwrap().micros())
        }
        (ColumnType::Date, Some(Json::String(text))) => {
            let epoch = day("1970-01-01").unwrap();
            Value::Date(epoch.until(day(text).unwrap()).unwrap().get_days())
        }
        (ColumnType::Text, Some(Json::String(text))) => Value::Text(text.clone()),
        (ColumnType::Integer, Some(Json::Number(number))) => Value::Integer(number.as_i64().unwrap()),
        (ColumnType::Boolean, Some(Json::Bool(truth))) => Value::Boolean(*truth),
        (kind, Some(other)) => panic!("{other} is no {kind:?}"),
    }
}

/// The table `parameter`: the period, the instant, and what the case sets otherwise than the test's defaults.
fn parameter(test: &ControlTest, catalog: &Catalog, set: &BTreeMap<String, Json>) -> (NamedTable, Instant) {
    let at = |name: &str| set[name].as_str().unwrap().parse::<Instant>().unwrap();
    let mut test = catalog.tests[&test.id].clone();
    for (name, json) in
        set.iter().filter(|(name, _)| !["period_start", "period_end", "as_of_at"].contains(&name.as_str()))
    {
        let parameter = test.parameters.iter_mut().find(|one| one.name == *name);
        let parameter = parameter.unwrap_or_else(|| panic!("{} has no parameter `{name}`", test.id));
        parameter.default = value(parameter.default.kind().unwrap(), Some(json));
    }
    let table = testing::parameters(&test, at("period_start"), at("period_end"), at("as_of_at")).unwrap();
    (table, at("as_of_at"))
}

fn yaml<T: serde::de::DeserializeOwned>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).unwrap();
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn folders(dir: &Path) -> Vec<PathBuf> {
    entries(dir).into_iter().filter(|path| path.is_dir()).collect()
}

fn files(dir: &Path, ending: &str) -> Vec<PathBuf> {
    entries(dir).into_iter().filter(|path| path.extension().is_some_and(|found| found == ending)).collect()
}

fn entries(dir: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}
