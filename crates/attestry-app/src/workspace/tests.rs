//! The writer, creation and the clock of an earlier N, over a real store.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use async_trait::async_trait;
use attestry_domain::command::{AddPerson, Command, CreateWorkspace, Envelope};
use attestry_domain::event::FrameworkAdopted;
use attestry_domain::id::{CommandId, PersonId};
use attestry_domain::role::Role;
use attestry_stats::Table;
use attestry_store::Store;
use tempfile::TempDir;

use super::*;
use crate::port::{
    Answer, CellsQuery, Document, EncodedSegment, FileFormat, Query, QueryEngine, QueryFailure, TableChunks,
    TypesetFailure, Typesetter, World,
};

mod answers;
mod made;
mod packs;

#[derive(Default)]
struct Clock {
    micros: AtomicI64,
    drawn: AtomicU64,
}

impl Clock {
    fn set(&self, text: &str) {
        self.micros.store(text.parse::<Instant>().unwrap().micros(), Ordering::SeqCst);
    }
}

impl World for Clock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.micros.load(Ordering::SeqCst))
    }

    fn randomise(&self, bytes: &mut [u8]) {
        let drawn = self.drawn.fetch_add(1, Ordering::SeqCst);
        let digest = Digest::of(&drawn.to_be_bytes());
        for (byte, random) in bytes.iter_mut().zip(digest.bytes().iter().cycle()) {
            *byte = *random;
        }
    }
}

/// Neither asks nor sets anything.
struct Idle;

#[async_trait]
impl QueryEngine for Idle {
    async fn run(&self, _: Query) -> Result<Answer, QueryFailure> {
        Err(QueryFailure::Stopped("not asked here".into()))
    }

    async fn count_cells(&self, _: CellsQuery) -> Result<Table, QueryFailure> {
        Err(QueryFailure::Stopped("not asked here".into()))
    }

    fn encode_segment(
        &self,
        _: &str,
        _: Instant,
        _: &Table,
        _: &[String],
    ) -> Result<EncodedSegment, QueryFailure> {
        Err(QueryFailure::Stopped("not asked here".into()))
    }

    fn read_columns(&self, _: &Path, _: FileFormat) -> Result<TableChunks, QueryFailure> {
        Err(QueryFailure::Stopped("not asked here".into()))
    }

    fn canonical_rows(&self, _: &Table) -> Vec<u8> {
        Vec::new()
    }
}

impl Typesetter for Idle {
    fn pdf(&self, _: &Document<'_>) -> Result<Vec<u8>, TypesetFailure> {
        Err(TypesetFailure("not asked here".into()))
    }
}

/// A program with a store in a folder that goes with it, in 2026.
struct House {
    _folder: TempDir,
    clock: Arc<Clock>,
    app: App,
    owner: PersonId,
}

impl House {
    async fn build() -> Self {
        let folder = TempDir::new().unwrap();
        let clock = Arc::new(Clock::default());
        clock.set("2026-01-05T09:00:00Z");
        let database = format!("sqlite://{}?mode=rwc", folder.path().join("attestry.db").display());
        let (catalog, bundle) = built_in().unwrap();
        let app = App {
            store: Store::open(&database, folder.path()).await.unwrap(),
            engine: Arc::new(Idle),
            typesetter: Arc::new(Idle),
            world: clock.clone(),
            catalog,
            bundle,
            program: "attestry test".into(),
        };
        let owner = PersonId::new(app.ulid());
        Self { _folder: folder, clock, app, owner }
    }

    fn wanted(&self, time_zone: &str) -> CreateWorkspace {
        CreateWorkspace {
            workspace: WorkspaceId::new(self.app.ulid()),
            name: "Acme, Inc.".into(),
            time_zone: time_zone.into(),
            simulated: None,
            owner: person(self.owner, "ana"),
        }
    }

    async fn create(&self) -> Workspace {
        self.app.create("acme", self.wanted("UTC")).await.unwrap()
    }

    fn sender(&self, workspace: &Workspace) -> Sender {
        workspace.sender(Actor::Person(self.owner))
    }

    fn envelope(&self, command: Command) -> Envelope {
        Envelope { id: CommandId::new(self.app.ulid()), based_on: None, command }
    }

    fn add(&self, name: &str) -> Envelope {
        self.envelope(Command::AddPerson(person(PersonId::new(self.app.ulid()), name)))
    }
}

fn person(person: PersonId, name: &str) -> AddPerson {
    AddPerson { person, name: name.into(), email: format!("{name}@acme.example"), roles: vec![Role::Owner] }
}

fn soc2() -> Command {
    Command::AdoptFramework(FrameworkAdopted {
        framework: "soc2".parse().unwrap(),
        categories: vec!["security".to_owned()],
    })
}
