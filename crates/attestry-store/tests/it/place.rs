//! Somewhere to keep a store, what to put into it, and how to damage it.

use std::future::Future;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use attestry_domain::event::{Actor, ArtifactStored, ObjectRef, Payload};
use attestry_domain::id::{ArtifactId, CommandId, Digest, PersonId, WorkspaceId};
use attestry_domain::time::Instant;
use attestry_ledger::SignerKey;
use attestry_store::{Appended, Store, Workspace};
use sqlx::{AnyPool, Row};
use tempfile::TempDir;
use ulid::Ulid;

use crate::postgres;

pub(crate) const WORKSPACE: WorkspaceId = WorkspaceId::new(Ulid(7));
pub(crate) const ACTOR: Actor = Actor::Person(PersonId::new(Ulid(9)));
pub(crate) const ORIGIN: &str = "attestry.example/acme";

pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) root: TempDir,
}

/// Runs a test on SQLite, and on PostgreSQL if there is one.
pub(crate) fn on_both<F: Future<Output = ()>>(test: impl Fn(Place) -> F) {
    runtime().block_on(async {
        test(Place::sqlite()).await;
        if let Some(place) = Place::postgres().await {
            test(place).await;
        }
    });
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let root = tempfile::tempdir().unwrap();
        Self { url: format!("sqlite://{}/store.db", root.path().display()), root }
    }

    pub(crate) async fn postgres() -> Option<Self> {
        static SERIAL: AtomicU64 = AtomicU64::new(0);
        let (before, after) = postgres::server()?;
        let name = format!("attestry_test_{}_{}", std::process::id(), SERIAL.fetch_add(1, Ordering::Relaxed));
        sqlx::any::install_default_drivers();
        let server = AnyPool::connect(&format!("{before}postgres{after}")).await.unwrap();
        for sql in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")] {
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&server).await.unwrap();
        }
        server.close().await;
        Some(Self { url: format!("{before}{name}{after}"), root: tempfile::tempdir().unwrap() })
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite")
    }

    pub(crate) async fn open(&self) -> Store {
        Store::open(&self.url, self.root.path()).await.unwrap()
    }

    /// A store with one workspace and its key.
    pub(crate) async fn start(&self) -> (Store, SignerKey) {
        let store = self.open().await;
        store.create_workspace(&workspace()).await.unwrap();
        let signer = store.add_signer(ORIGIN, [3; 32]).await.unwrap();
        (store, signer)
    }

    pub(crate) async fn pool(&self) -> AnyPool {
        AnyPool::connect(&self.url).await.unwrap()
    }

    /// Runs SQL behind the store's back.
    pub(crate) async fn sql(&self, sql: &'static str) {
        let pool = self.pool().await;
        sqlx::raw_sql(sql).execute(&pool).await.unwrap();
        pool.close().await;
    }

    /// Flips a bit in one column of bytes of one event.
    pub(crate) async fn flip_event(&self, column: &str, sequence: i64) {
        self.flip("event", column, &format!("sequence = {sequence}")).await;
    }

    /// Flips a bit in one column of bytes of one row.
    pub(crate) async fn flip(&self, table: &str, column: &str, at: &str) {
        let pool = self.pool().await;
        let sql = format!("SELECT {column} FROM {table} WHERE {at}");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_one(&pool).await.unwrap();
        let mut bytes: Vec<u8> = row.try_get(0).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        let sql = format!("UPDATE {table} SET {column} = $1 WHERE {at}");
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(bytes).execute(&pool).await.unwrap();
        pool.close().await;
    }

    /// Makes an event as a newer program would have written it: everything fits but the kind, which is unknown here.
    pub(crate) async fn newer_kind(&self, sequence: i64) {
        let pool = self.pool().await;
        let row = sqlx::query("SELECT payload_digest, recorded_at, actor FROM event WHERE sequence = $1");
        let row = row.bind(sequence).fetch_one(&pool).await.unwrap();
        let digest = attestry_ledger::Digest::from_slice(row.get::<&[u8], _>(0)).unwrap();
        let (recorded_at, actor): (i64, String) = (row.get(1), row.get(2));
        let name = WORKSPACE.to_string();
        let number = u64::try_from(sequence).unwrap();
        let envelope =
            attestry_ledger::Envelope::new(&name, number, recorded_at, &actor, "moon_landed", 1, digest);
        sqlx::query("UPDATE event SET kind = 'moon_landed', leaf_hash = $1 WHERE sequence = $2")
            .bind(envelope.unwrap().leaf_hash().as_bytes().to_vec())
            .bind(sequence)
            .execute(&pool)
            .await
            .unwrap();
        pool.close().await;
    }

    /// The hashes of all leaves, as stored.
    pub(crate) async fn leaf_hashes(&self) -> Vec<attestry_ledger::Digest> {
        let pool = self.pool().await;
        let rows =
            sqlx::query("SELECT leaf_hash FROM event ORDER BY sequence").fetch_all(&pool).await.unwrap();
        pool.close().await;
        let hash =
            |row: &sqlx::any::AnyRow| attestry_ledger::Digest::from_slice(row.get::<&[u8], _>(0)).unwrap();
        rows.iter().map(hash).collect()
    }
}

pub(crate) fn workspace() -> Workspace {
    Workspace { id: WORKSPACE, slug: "acme".to_owned(), origin: ORIGIN.to_owned(), created_at: at(0) }
}

pub(crate) fn at(seconds: i64) -> Instant {
    Instant::from_micros(1_780_000_000_000_000 + seconds * 1_000_000)
}

pub(crate) fn command(number: u128) -> CommandId {
    CommandId::new(Ulid(number))
}

/// An event that names an object.
pub(crate) fn artifact(number: u64, object: ObjectRef) -> Payload {
    Payload::ArtifactStored(ArtifactStored {
        artifact: ArtifactId::new(Ulid(number.into())),
        object,
        name: format!("export {number}.csv"),
        media_type: "text/csv".to_owned(),
        captured_on: None,
        covers: None,
        controls: Vec::new(),
        requirements: Vec::new(),
    })
}

/// Events that all name the object of no bytes.
pub(crate) fn artifacts(count: u64) -> Vec<Payload> {
    let object = ObjectRef { digest: Digest::of(b""), bytes: 0 };
    (0..count).map(|number| artifact(number, object.clone())).collect()
}

pub(crate) fn referenced(payload: &Payload) -> Vec<Digest> {
    match payload {
        Payload::ArtifactStored(stored) => vec![stored.object.digest],
        _ => Vec::new(),
    }
}

/// Salts that differ.
pub(crate) fn salts() -> impl FnMut() -> [u8; 32] + Send {
    let mut next = 0u64;
    move || {
        next += 1;
        *Digest::of(&next.to_be_bytes()).bytes()
    }
}

/// Appends `count` events at the head.
pub(crate) async fn append(store: &Store, count: u64) -> Appended {
    let head = store.head(WORKSPACE).await.unwrap();
    store.append(WORKSPACE, head, None, at(1), ACTOR, &artifacts(count), &mut salts()).await.unwrap()
}

/// Flips a bit in the middle of a file.
pub(crate) fn flip_file(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(path, bytes).unwrap();
}
