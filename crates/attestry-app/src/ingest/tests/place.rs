//! A workspace in a temporary folder, with a query engine that writes and reads JSON in place of Parquet.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use attestry_domain::command::{AddPerson, Command, CreateWorkspace};
use attestry_domain::event::Actor;
use attestry_domain::id::{Digest, PersonId, WorkspaceId};
use attestry_domain::role::Role;
use attestry_domain::time::Instant;
use attestry_stats::Table;
use attestry_store::Store;
use tempfile::TempDir;

use crate::ingest::{self, Ingest, Ingested, InputFile, Unwatched};
use crate::port::{
    Answer, CellsQuery, Document, EncodedSegment, FileFormat, Query, QueryEngine, QueryFailure, TableChunks,
    TypesetFailure, Typesetter, World,
};
use crate::{App, AppError, Sender, Workspace};

/// What happens once, the next time a segment is encoded.
type Meanwhile = Box<dyn FnOnce() + Send>;

/// Segments as JSON.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) encoded: AtomicUsize,
    meanwhile: Mutex<Option<Meanwhile>>,
}

#[async_trait]
impl QueryEngine for Script {
    async fn run(&self, _: Query) -> Result<Answer, QueryFailure> {
        Err(QueryFailure::Stopped("not asked here".into()))
    }

    async fn count_cells(&self, _: CellsQuery) -> Result<Table, QueryFailure> {
        Err(QueryFailure::Stopped("not asked here".into()))
    }

    fn encode_segment(
        &self,
        segment: &str,
        _: Instant,
        table: &Table,
        personal: &[String],
    ) -> Result<EncodedSegment, QueryFailure> {
        self.encoded.fetch_add(1, Ordering::SeqCst);
        let meanwhile = self.meanwhile.lock().unwrap().take();
        if let Some(happens) = meanwhile {
            happens();
        }
        let some = |wanted: bool| {
            let columns = table.clone().into_columns().into_iter();
            let columns = columns.filter(|(name, _)| personal.contains(name) == wanted).collect();
            serde_json::to_vec(&(segment, Table::new(columns).unwrap())).unwrap()
        };
        let personal = (!personal.is_empty()).then(|| some(true));
        Ok(EncodedSegment { main: some(false), personal })
    }

    fn read_columns(&self, path: &Path, _: FileFormat) -> Result<TableChunks, QueryFailure> {
        let bytes = std::fs::read(path).map_err(|error| QueryFailure::Stopped(error.to_string()))?;
        let (_, table): (String, Table) = serde_json::from_slice(&bytes).unwrap();
        Ok(Box::new(std::iter::once(Ok(table))))
    }

    fn canonical_rows(&self, _: &Table) -> Vec<u8> {
        Vec::new()
    }
}

struct Silent;

impl Typesetter for Silent {
    fn pdf(&self, _: &Document<'_>) -> Result<Vec<u8>, TypesetFailure> {
        Err(TypesetFailure("not asked here".into()))
    }
}

/// 1 August 2026, at nine; randomness by counting.
#[derive(Default)]
struct Clock(AtomicU64);

impl World for Clock {
    fn now(&self) -> Instant {
        "2026-08-01T09:00:00Z".parse().unwrap()
    }

    fn randomise(&self, bytes: &mut [u8]) {
        let digest = Digest::of(&self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes());
        for (byte, random) in bytes.iter_mut().zip(digest.bytes().iter().cycle()) {
            *byte = *random;
        }
    }
}

/// What every process that opens the workspace shares.
#[derive(Clone)]
pub(crate) struct Root {
    pub(crate) path: PathBuf,
    pub(crate) script: Arc<Script>,
    clock: Arc<Clock>,
    pub(crate) owner: PersonId,
}

/// A workspace that one process has open.
pub(crate) struct Place {
    _folder: TempDir,
    pub(crate) root: Root,
    pub(crate) workspace: Workspace,
}

impl Root {
    async fn app(&self) -> App {
        let database = format!("sqlite://{}?mode=rwc", self.path.join("attestry.db").display());
        let (catalog, bundle) = crate::workspace::built_in().unwrap();
        App {
            store: Store::open(&database, &self.path).await.unwrap(),
            engine: self.script.clone(),
            typesetter: Arc::new(Silent),
            world: self.clock.clone(),
            catalog,
            bundle,
            program: "attestry test".into(),
        }
    }

    /// Does something in another process, as it were, and waits for it.
    pub(crate) fn elsewhere<F: Future<Output = ()>>(&self, work: impl FnOnce(Sender) -> F + Send + 'static) {
        let root = self.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let workspace = root.app().await.open("acme").await.unwrap();
                work(workspace.sender(Actor::Person(root.owner))).await;
            });
        });
        thread.join().unwrap();
    }

    /// Writes a file of records, one a line.
    pub(crate) fn file(&self, name: &str, lines: &[String]) -> InputFile {
        let path = self.path.join(name);
        std::fs::write(&path, lines.join("\n") + "\n").unwrap();
        InputFile { path, format: None, map: None, quarantine: false, stated: Vec::new() }
    }
}

impl Place {
    pub(crate) async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let (script, clock) = (Arc::new(Script::default()), Arc::new(Clock::default()));
        let owner = PersonId::new(ulid::Ulid::from_parts(1, 1));
        let root = Root { path: folder.path().to_owned(), script, clock, owner };
        let app = root.app().await;
        let wanted = CreateWorkspace {
            workspace: WorkspaceId::new(app.ulid()),
            name: "Acme".into(),
            time_zone: "UTC".into(),
            simulated: None,
            owner: person(owner, "ana", vec![Role::Owner]),
        };
        let workspace = app.create("acme", wanted).await.unwrap();
        Self { _folder: folder, root, workspace }
    }

    pub(crate) fn owner(&self) -> Sender {
        self.workspace.sender(Actor::Person(self.root.owner))
    }

    /// Somebody without a role.
    pub(crate) async fn stranger(&self) -> Sender {
        let stranger = PersonId::new(self.workspace.app().ulid());
        self.owner().send(Command::AddPerson(person(stranger, "sam", vec![]))).await.unwrap();
        self.workspace.sender(Actor::Person(stranger))
    }

    /// What happens the next time a segment is encoded: after the check, before the event.
    pub(crate) fn meanwhile(&self, happens: impl FnOnce(Root) + Send + 'static) {
        let root = self.root.clone();
        *self.root.script.meanwhile.lock().unwrap() = Some(Box::new(move || happens(root)));
    }

    pub(crate) async fn take(&self, stream: &str, input: &InputFile) -> Result<Ingested, AppError> {
        ingest::file(&self.owner(), &records_of(stream), input, &Unwatched).await
    }

    /// How many events and objects there are.
    pub(crate) async fn size(&self) -> (u64, usize) {
        let objects = self.workspace.app().store.objects().list().await.unwrap();
        (self.workspace.follow().await.unwrap().programme.sequence, objects.len())
    }
}

fn person(person: PersonId, name: &str, roles: Vec<Role>) -> AddPerson {
    AddPerson { person, name: name.into(), email: format!("{name}@acme.example"), roles }
}

pub(crate) fn records_of(stream: &str) -> Ingest {
    Ingest {
        asked: None,
        stream: stream.parse().unwrap(),
        source: "forge".into(),
        collector: "attestry test".into(),
        covers: None,
    }
}

/// A change merged on a day of June 2026.
pub(crate) fn change(id: u32, day: u32) -> String {
    titled(id, day, "a change")
}

pub(crate) fn titled(id: u32, day: u32, title: &str) -> String {
    format!(
        r#"{{"change_id":"c{id}","repository":"api","merged_at":"2026-06-{day:02}T10:00:00Z","title":"{title}","author_key":"k1","author":"Ana"}}"#
    )
}
