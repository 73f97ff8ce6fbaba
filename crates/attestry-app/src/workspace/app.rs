//! What all workspaces of a program share, and how one is made and opened.

use std::sync::{Arc, Mutex, RwLock};

use attestry_catalog::Files;
use attestry_domain::catalog::Catalog;
use attestry_domain::command::{Command, CreateWorkspace, Envelope};
use attestry_domain::decide::{Context, decide};
use attestry_domain::event::Actor;
use attestry_domain::id::CommandId;
use attestry_domain::programme::Programme;
use attestry_domain::time::Day;
use attestry_ledger::VerifierKey;
use attestry_ledger::verify::Report;
use attestry_store::{Store, StoreError};
use tokio::sync::mpsc;
use ulid::Ulid;

use super::{Inner, Snapshot, Workspace, named_objects, publisher, writer};
use crate::AppError;
use crate::port::{QueryEngine, Typesetter, World};
use crate::readiness::Cache;

/// Everything a use case works with.
#[derive(Clone)]
pub struct App {
    /// Events, objects, accounts.
    pub store: Store,
    /// Questions.
    pub engine: Arc<dyn QueryEngine>,
    /// Documents.
    pub typesetter: Arc<dyn Typesetter>,
    /// Clock and randomness.
    pub world: Arc<dyn World>,
    /// The catalog built into this program, with its files.
    pub catalog: Arc<Catalog>,
    /// Those files as one object.
    pub bundle: Arc<Vec<u8>>,
    /// The program's name and version, as runs and reports name it.
    pub program: String,
}

impl App {
    /// Makes an identifier from the clock and randomness.
    pub fn ulid(&self) -> Ulid {
        let mut random = [0; 16];
        self.world.randomise(&mut random);
        let millis = u64::try_from(self.world.now().micros() / 1000).unwrap_or(0);
        Ulid::from_parts(millis, u128::from_le_bytes(random))
    }

    /// Creates a workspace with its first owner, takes the built-in catalog as the one in force, and opens it.
    ///
    /// What would be refused is refused before anything is written. A workspace of that name whose ledger never
    /// began, since the program that made it was stopped, is gone on with under its own id.
    ///
    /// # Errors
    /// When the slug is taken, the command is refused or the store cannot be written.
    pub async fn create(&self, slug: &str, wanted: CreateWorkspace) -> Result<Workspace, AppError> {
        check_slug(slug)?;
        let actor = Actor::Person(wanted.owner.person);
        let first = Command::CreateWorkspace(wanted.clone());
        let envelope = Envelope { id: CommandId::new(self.ulid()), based_on: None, command: first };
        decide(&Programme::default(), &self.catalog, &envelope, &Context { actor, now: self.world.now() })?;
        let made = self.prepare(slug, &wanted).await?;
        let workspace = self.open(slug).await?;
        let sender = workspace.sender(actor);
        sender.send(Command::CreateWorkspace(CreateWorkspace { workspace: made.id, ..wanted })).await?;
        sender.adopt_catalog().await?;
        Ok(workspace)
    }

    /// The row and key of a workspace without events: those left by a program that was stopped, else new ones.
    pub(super) async fn prepare(
        &self,
        slug: &str,
        wanted: &CreateWorkspace,
    ) -> Result<attestry_store::Workspace, AppError> {
        let found = self.store.lookup_workspace(slug).await?;
        let made = match &found {
            Some(found) if self.store.head(found.id).await? > 0 => {
                return Err(StoreError::WorkspaceExists(slug.to_owned()).into());
            }
            Some(found) => found.clone(),
            None => attestry_store::Workspace {
                id: wanted.workspace,
                slug: slug.to_owned(),
                origin: format!("attestry/{}/{slug}", wanted.workspace),
                created_at: self.world.now(),
            },
        };
        if self.store.lookup_signer(&made.origin).await?.is_none() {
            let mut seed = [0; 32];
            self.world.randomise(&mut seed);
            self.store.add_signer(&made.origin, seed).await?;
        }
        if found.is_none() {
            self.store.create_workspace(&made).await?;
        }
        Ok(made)
    }

    /// Opens a workspace: replays its ledger, and finishes what a stopped process left undone.
    ///
    /// # Errors
    /// When there is none of that name, or its ledger cannot be read.
    pub async fn open(&self, slug: &str) -> Result<Workspace, AppError> {
        let Some(found) = self.store.lookup_workspace(slug).await? else {
            let near = self.store.list_workspaces().await?.into_iter().map(|one| one.slug).collect();
            return Err(AppError::NotFound { kind: "workspace", id: slug.to_owned(), near });
        };
        let signer = self.store.lookup_signer(&found.origin).await?;
        let signer = signer.ok_or_else(|| AppError::unknown("signing key of log", &found.origin))?;
        let snapshot = Snapshot { programme: Arc::default(), catalog: self.catalog.clone() };
        let (waiting, commands) = mpsc::channel(256);
        let workspace = Workspace {
            inner: Arc::new(Inner {
                app: self.clone(),
                id: found.id,
                slug: slug.to_owned(),
                signer,
                snapshot: RwLock::new(snapshot),
                catalogs: Mutex::new(Vec::new()),
                earlier: Mutex::new(Vec::new()),
                waiting,
                cache: Cache::default(),
                appended: Arc::default(),
                halted: Mutex::default(),
            }),
        };
        workspace.follow().await?;
        workspace.publish().await?;
        tokio::spawn(writer::run(Arc::downgrade(&workspace.inner), commands));
        tokio::spawn(publisher::run(Arc::downgrade(&workspace.inner)));
        Ok(workspace)
    }
}

impl App {
    /// Checks a workspace's whole store without replaying it, so that damage is named and not stumbled over.
    ///
    /// # Errors
    /// When there is no such workspace, or database or files cannot be read at all.
    pub async fn verify(&self, slug: &str) -> Result<(VerifierKey, Report), AppError> {
        self.verify_witnessed(slug, &[]).await
    }

    /// As [`App::verify`], with the keys of witnesses whose cosignatures of the newest checkpoint are checked.
    ///
    /// # Errors
    /// As [`App::verify`].
    pub async fn verify_witnessed(
        &self,
        slug: &str,
        witnesses: &[VerifierKey],
    ) -> Result<(VerifierKey, Report), AppError> {
        let found =
            self.store.lookup_workspace(slug).await?.ok_or_else(|| AppError::unknown("workspace", slug))?;
        let key = self.store.lookup_verifier(&found.origin).await?;
        let key = key.ok_or_else(|| AppError::unknown("verifier key of log", &found.origin))?;
        let report = self.store.verify_witnessed(found.id, &key, witnesses, named_objects).await?;
        Ok((key, report))
    }
}

fn check_slug(slug: &str) -> Result<(), AppError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !slug.is_empty() && slug.len() <= 40 && slug.chars().all(plain) && !slug.starts_with('-') {
        return Ok(());
    }
    Err(AppError::Input(format!(
        "`{slug}` cannot name a workspace; use up to 40 small letters, digits and hyphens"
    )))
}

/// Today in UTC, where no workspace says its own calendar yet.
pub fn today_utc(app: &App) -> Day {
    app.world.now().day(&jiff::tz::TimeZone::UTC)
}

/// The catalog built into this program, with its bundle.
///
/// # Errors
/// Everything that is wrong with it.
pub fn built_in() -> Result<(Arc<Catalog>, Arc<Vec<u8>>), AppError> {
    let files = Files::embedded();
    let bundle = attestry_catalog::bundle(&files);
    let catalog = attestry_catalog::embedded().map_err(|errors| {
        AppError::Catalog(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })?;
    Ok((Arc::new(catalog), Arc::new(bundle)))
}
