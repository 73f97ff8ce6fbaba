//! The queries behind the test runs of a package, as files.

use std::collections::BTreeMap;
use std::sync::Arc;

use attestry_domain::catalog::{Catalog, ControlTest};
use attestry_domain::event::{Payload, RunRecorded};
use attestry_domain::id::{Digest, TestId};

use super::index::Line;
use super::objects::Named;
use super::scope::Scope;
use crate::{AppError, Snapshot, Workspace, testing};

/// A file of a test.
pub(super) struct QueryFile {
    pub(super) path: String,
    pub(super) role: &'static str,
    pub(super) bytes: Vec<u8>,
    what: String,
    events: Vec<u64>,
}

impl QueryFile {
    pub(super) fn line(&self) -> Line {
        let (path, what, events) = (self.path.clone(), self.what.clone(), self.events.clone());
        Line { path, what, role: None, events, recorded_at: None, name: None }
    }
}

/// The folder of the queries that a run was made with.
pub(super) fn folder(snapshot: &Snapshot, run: &RunRecorded) -> String {
    if is_in_force(&snapshot.catalog, run) {
        return format!("tests/{}", run.test);
    }
    let short: String = run.definition.to_string().chars().take(16).collect();
    format!("tests/{}/{short}", run.test)
}

fn is_in_force(catalog: &Catalog, run: &RunRecorded) -> bool {
    catalog.tests.get(&run.test).is_some_and(|test| testing::definition(test) == run.definition)
}

/// The queries of every run in scope: of the catalog in force under `tests/ID`, of an older one below that.
pub(super) async fn files(
    workspace: &Workspace,
    snapshot: &Snapshot,
    scope: &Scope,
    events: &[Named],
) -> Result<Vec<QueryFile>, AppError> {
    let pointed = scope.pointed(events);
    let mut runs: BTreeMap<String, (&RunRecorded, Vec<u64>)> = BTreeMap::new();
    for event in events.iter().filter(|event| scope.wants(&event.payload, &pointed)) {
        if let Payload::RunRecorded(run) = &event.payload {
            runs.entry(folder(snapshot, run)).or_insert_with(|| (run, Vec::new())).1.push(event.sequence);
        }
    }
    let mut bundles = Bundles { workspace, known: BTreeMap::new() };
    let mut files = Vec::new();
    for (folder, (run, events)) in runs {
        let in_force = snapshot.catalog.digest.filter(|_| is_in_force(&snapshot.catalog, run));
        let bundle = bundles.read(in_force.unwrap_or(run.catalog)).await?;
        let Some(test) = bundle.catalog.tests.get(&run.test) else { continue };
        files.extend(of_test(&folder, test, bundle.sheet(&run.test), &events));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn of_test(folder: &str, test: &ControlTest, sheet: Option<Vec<u8>>, events: &[u64]) -> Vec<QueryFile> {
    let file = |name: &str, role, what: &str, bytes| QueryFile {
        path: format!("{folder}/{name}"),
        role,
        bytes,
        what: format!("{what} of test {}: {}", test.id, test.title),
        events: events.to_vec(),
    };
    let mut files = vec![
        file("exceptions.sql", "query", "the exception query", test.exceptions.clone().into_bytes()),
        file("population.sql", "query", "the population query", test.population.clone().into_bytes()),
    ];
    files.extend(sheet.map(|sheet| file("test.yaml", "test", "unit, streams and parameters", sheet)));
    files
}

/// Catalogs by digest, each read once.
struct Bundles<'a> {
    workspace: &'a Workspace,
    known: BTreeMap<Digest, Arc<Bundle>>,
}

struct Bundle {
    catalog: Catalog,
    files: BTreeMap<String, Vec<u8>>,
}

impl Bundles<'_> {
    async fn read(&mut self, digest: Digest) -> Result<Arc<Bundle>, AppError> {
        if let Some(known) = self.known.get(&digest) {
            return Ok(known.clone());
        }
        let bytes = self.workspace.object(&digest).await?;
        let damaged = |reason: String| AppError::Catalog(format!("object {digest}: {reason}"));
        let files = attestry_catalog::read_bundle(&bytes).map_err(|error| damaged(error.to_string()))?;
        let catalog = attestry_catalog::load_bundle(&bytes)
            .map_err(|errors| damaged(errors.first().map(ToString::to_string).unwrap_or_default()))?;
        let bundle = Arc::new(Bundle { catalog, files: files.0 });
        self.known.insert(digest, bundle.clone());
        Ok(bundle)
    }
}

impl Bundle {
    /// The file that declares a test; a pack's comes before the catalog's own.
    fn sheet(&self, test: &TestId) -> Option<Vec<u8>> {
        let own = format!("tests/{test}/test.yaml");
        let below = format!("/{own}");
        let packed = self.files.iter().find(|(path, _)| path.ends_with(&below)).map(|(_, bytes)| bytes);
        packed.or_else(|| self.files.get(&own)).cloned()
    }
}
