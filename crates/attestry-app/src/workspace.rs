//! A workspace at work: its snapshot, its one writer, its ledger.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use attestry_catalog::Files;
use attestry_domain::catalog::Catalog;
use attestry_domain::command::{Command, CreateWorkspace, Envelope};
use attestry_domain::event::test::RunOutcome;
use attestry_domain::event::workspace::CatalogAdopted;
use attestry_domain::event::{Actor, Payload};
use attestry_domain::id::{CommandId, Digest, PersonId, WorkspaceId};
use attestry_domain::programme::Programme;
use attestry_domain::time::{Day, Instant, Period};
use attestry_ledger::verify::Report;
use attestry_ledger::{SignedCheckpoint, SignerKey, VerifierKey};
use attestry_store::Store;
use tokio::sync::{Notify, mpsc, oneshot};
use ulid::Ulid;

use crate::AppError;
use crate::port::{QueryEngine, Typesetter, World};
use crate::readiness::Cache;

mod publisher;
mod writer;

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

/// A programme with the catalog it adopted.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The programme at some N.
    pub programme: Arc<Programme>,
    /// The catalog in force there.
    pub catalog: Arc<Catalog>,
}

/// What was known, and for which day and period it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Axis {
    /// The ledger size to answer from; the newest when absent.
    pub at: Option<u64>,
    /// The day to judge on; today, or the last day of the period when that is over.
    pub as_of: Option<Day>,
    /// The period to judge operation over; the newest engagement's, else the twelve months up to `as_of`.
    pub period: Option<Period>,
}

/// Which events a command made; none when it asked for what already held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// Sequence of the first event, and of the last.
    pub events: Option<(u64, u64)>,
}

/// A workspace that is open in this process. Cheap to clone.
#[derive(Clone)]
pub struct Workspace {
    inner: Arc<Inner>,
}

struct Inner {
    app: App,
    id: WorkspaceId,
    slug: String,
    signer: SignerKey,
    snapshot: RwLock<Snapshot>,
    catalogs: Mutex<Vec<(Digest, Arc<Catalog>)>>,
    earlier: Mutex<Vec<Snapshot>>,
    waiting: mpsc::Sender<Waiting>,
    cache: Cache,
    appended: Arc<Notify>,
    halted: Mutex<Option<String>>,
}

/// A command on its way to the writer.
struct Waiting {
    envelope: Envelope,
    actor: Actor,
    now: Instant,
    answer: oneshot::Sender<Result<Recorded, AppError>>,
}

/// Somebody who sends commands.
#[derive(Clone)]
pub struct Sender {
    workspace: Workspace,
    actor: Actor,
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
    /// # Errors
    /// When the slug is taken or the store cannot be written.
    pub async fn create(&self, slug: &str, wanted: CreateWorkspace) -> Result<Workspace, AppError> {
        check_slug(slug)?;
        let mut seed = [0; 32];
        self.world.randomise(&mut seed);
        let origin = format!("attestry/{}/{slug}", wanted.workspace);
        self.store.add_signer(&origin, seed).await?;
        let (id, slug_owned) = (wanted.workspace, slug.to_owned());
        let made = attestry_store::Workspace { id, slug: slug_owned, origin, created_at: self.world.now() };
        self.store.create_workspace(&made).await?;
        let workspace = self.open(slug).await?;
        let owner = wanted.owner.person;
        let sender = workspace.sender(Actor::Person(owner));
        sender.send(Command::CreateWorkspace(wanted)).await?;
        sender.adopt_catalog().await?;
        Ok(workspace)
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
        let found =
            self.store.lookup_workspace(slug).await?.ok_or_else(|| AppError::unknown("workspace", slug))?;
        let key = self.store.lookup_verifier(&found.origin).await?;
        let key = key.ok_or_else(|| AppError::unknown("verifier key of log", &found.origin))?;
        let report = self.store.verify(found.id, &key, named_objects).await?;
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

impl Workspace {
    /// What all workspaces share.
    pub fn app(&self) -> &App {
        &self.inner.app
    }

    /// Its identifier.
    pub fn id(&self) -> WorkspaceId {
        self.inner.id
    }

    /// Its short name.
    pub fn slug(&self) -> &str {
        &self.inner.slug
    }

    pub(crate) fn cache(&self) -> &Cache {
        &self.inner.cache
    }

    /// The newest state this process knows of; see [`Workspace::follow`].
    pub fn newest(&self) -> Snapshot {
        self.inner.snapshot.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes in what other processes recorded. Called at the start of a request: one indexed row when nothing did.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn follow(&self) -> Result<Snapshot, AppError> {
        let head = self.app().store.head(self.id()).await?;
        let mut newest = self.newest();
        if newest.programme.sequence >= head {
            return Ok(newest);
        }
        let mut programme = Programme::clone(&newest.programme);
        self.replay(&mut programme, head).await?;
        newest = self.with_catalog(programme).await?;
        self.publish_snapshot(newest.clone());
        Ok(newest)
    }

    async fn replay(&self, programme: &mut Programme, to: u64) -> Result<(), AppError> {
        while programme.sequence < to {
            let limit = u32::try_from(to - programme.sequence).unwrap_or(u32::MAX).min(10_000);
            let events = self.app().store.events_after(self.id(), programme.sequence, limit).await?;
            if events.is_empty() {
                break;
            }
            for event in &events {
                programme.apply(event)?;
            }
        }
        Ok(())
    }

    fn publish_snapshot(&self, snapshot: Snapshot) {
        let mut current = self.inner.snapshot.write().unwrap_or_else(PoisonError::into_inner);
        if current.programme.sequence <= snapshot.programme.sequence {
            *current = snapshot;
        }
    }

    /// The state after N events.
    ///
    /// # Errors
    /// When the ledger is shorter, or cannot be read.
    pub async fn at(&self, at: Option<u64>) -> Result<Snapshot, AppError> {
        let newest = self.follow().await?;
        let Some(at) = at.filter(|at| *at != newest.programme.sequence) else { return Ok(newest) };
        if at == 0 || at > newest.programme.sequence {
            let size = newest.programme.sequence;
            return Err(AppError::Input(format!("there is no event {at}; the ledger has 1 to {size}")));
        }
        let kept = |snapshots: &[Snapshot]| {
            let before = snapshots.iter().filter(|one| one.programme.sequence <= at);
            before.max_by_key(|one| one.programme.sequence).cloned()
        };
        let nearest = kept(&self.inner.earlier.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(exact) = nearest.clone().filter(|one| one.programme.sequence == at) {
            return Ok(exact);
        }
        let mut programme = nearest.map(|one| Programme::clone(&one.programme)).unwrap_or_default();
        self.replay(&mut programme, at).await?;
        let snapshot = self.with_catalog(programme).await?;
        let mut earlier = self.inner.earlier.lock().unwrap_or_else(PoisonError::into_inner);
        if earlier.len() >= 32 {
            earlier.remove(0);
        }
        earlier.push(snapshot.clone());
        Ok(snapshot)
    }

    /// Joins a programme with the catalog it adopted: the built-in one, or an older one from its object.
    async fn with_catalog(&self, programme: Programme) -> Result<Snapshot, AppError> {
        let app = self.app();
        let programme = Arc::new(programme);
        let Some(digest) = programme.catalog.filter(|digest| Some(*digest) != app.catalog.digest) else {
            return Ok(Snapshot { programme, catalog: app.catalog.clone() });
        };
        let known = |catalogs: &[(Digest, Arc<Catalog>)]| {
            catalogs.iter().find(|(one, _)| *one == digest).map(|(_, catalog)| catalog.clone())
        };
        if let Some(catalog) = known(&self.inner.catalogs.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(Snapshot { programme, catalog });
        }
        let bytes = self.object(&digest).await?;
        let catalog = attestry_catalog::load_bundle(&bytes).map_err(|errors| {
            let first = errors.first().map(ToString::to_string).unwrap_or_default();
            AppError::Catalog(format!("object {digest}: {first}"))
        })?;
        let catalog = Arc::new(catalog);
        self.inner.catalogs.lock().unwrap_or_else(PoisonError::into_inner).push((digest, catalog.clone()));
        Ok(Snapshot { programme, catalog })
    }

    /// The bytes of an object, checked against its digest.
    ///
    /// # Errors
    /// When it is not there or damaged.
    pub async fn object(&self, digest: &Digest) -> Result<Vec<u8>, AppError> {
        let found = self.app().store.objects().read(*digest).await?;
        found.ok_or_else(|| AppError::unknown("object", digest))
    }

    /// Somebody who sends commands here.
    pub fn sender(&self, actor: Actor) -> Sender {
        Sender { workspace: self.clone(), actor }
    }

    /// Brings tiles and checkpoint up to the newest event.
    ///
    /// # Errors
    /// When they cannot be written, or the store was rolled back.
    pub async fn publish(&self) -> Result<Option<SignedCheckpoint>, AppError> {
        Ok(self.app().store.publish(self.id(), &self.inner.signer, self.app().world.now()).await?)
    }

    /// The key that verifies this ledger's checkpoints.
    pub fn log_key(&self) -> VerifierKey {
        self.inner.signer.verifier()
    }

    /// Checks every event, tile, signature and named object of the live store.
    ///
    /// # Errors
    /// When database or files cannot be read at all; what is wrong is in the report.
    pub async fn verify(&self) -> Result<Report, AppError> {
        Ok(self.app().store.verify(self.id(), &self.log_key(), named_objects).await?)
    }

    /// Today in the organisation's calendar.
    pub fn today(&self) -> Day {
        self.app().world.now().day(&self.newest().programme.zone())
    }
}

impl Sender {
    /// The workspace.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Who sends.
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// The person who sends.
    pub fn person(&self) -> Option<PersonId> {
        self.actor.person()
    }

    /// Sends a command under a new id.
    ///
    /// # Errors
    /// When it is refused or cannot be stored.
    pub async fn send(&self, command: Command) -> Result<Recorded, AppError> {
        let id = CommandId::new(self.workspace.app().ulid());
        self.send_enveloped(Envelope { id, based_on: None, command }).await
    }

    /// Sends a command under its own id; a repeat returns the first answer.
    ///
    /// # Errors
    /// When it is refused or cannot be stored.
    pub async fn send_enveloped(&self, envelope: Envelope) -> Result<Recorded, AppError> {
        let (answer, answered) = oneshot::channel();
        let now = self.workspace.app().world.now();
        let waiting = Waiting { envelope, actor: self.actor, now, answer };
        self.workspace.inner.waiting.send(waiting).await.map_err(|_| AppError::Stopping)?;
        answered.await.map_err(|_| AppError::Stopping)?
    }

    /// Takes the built-in catalog as the one in force.
    ///
    /// # Errors
    /// When it cannot be stored.
    pub async fn adopt_catalog(&self) -> Result<Recorded, AppError> {
        let app = self.workspace.app();
        let stored = app.store.objects().put(&app.bundle).await?;
        self.send(Command::AdoptCatalog(CatalogAdopted { digest: stored.digest })).await
    }
}

/// Today in UTC, where no workspace says its own calendar yet.
pub fn today_utc(app: &App) -> Day {
    app.world.now().day(&jiff::tz::TimeZone::UTC)
}

/// The objects that a payload names by digest.
pub fn named_objects(payload: &Payload) -> Vec<Digest> {
    match payload {
        Payload::CatalogAdopted(body) => vec![body.digest],
        Payload::ProcedureWritten(body) => vec![body.text],
        Payload::ArtifactStored(body) => vec![body.object.digest],
        Payload::DatasetRegistered(body) => vec![body.object.digest],
        Payload::SegmentSealed(body) => {
            let others = body.personal.iter().chain(&body.raw).map(|object| object.digest);
            std::iter::once(body.main.digest).chain(others).collect()
        }
        Payload::RunRecorded(body) => match &body.outcome {
            RunOutcome::NotTested { .. } => Vec::new(),
            RunOutcome::Ran { population_rows, exception_rows, days, .. } => {
                vec![population_rows.digest, exception_rows.digest, days.digest]
            }
        },
        Payload::AssessmentSubmitted(body) => body.bias.iter().map(|bias| bias.tables.digest).collect(),
        _ => Vec::new(),
    }
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
