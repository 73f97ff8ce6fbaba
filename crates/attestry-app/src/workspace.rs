//! A workspace at work: its snapshot, its one writer, its ledger.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use attestry_domain::catalog::Catalog;
use attestry_domain::command::Envelope;
use attestry_domain::event::test::RunOutcome;
use attestry_domain::event::{Actor, Payload};
use attestry_domain::id::{Digest, WorkspaceId};
use attestry_domain::programme::Programme;
use attestry_domain::time::{Day, Instant, Period};
use attestry_ledger::verify::Report;
use attestry_ledger::{SignedCheckpoint, SignerKey, VerifierKey};
use tokio::sync::{Notify, mpsc, oneshot};

use crate::AppError;
use crate::readiness::Cache;

pub use app::{App, built_in, today_utc};
pub use sender::Sender;

mod app;
mod publisher;
mod sender;
mod writer;

#[cfg(test)]
mod tests;

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
    /// When the ledger cannot be read, or has fewer events than this process knows of.
    pub async fn follow(&self) -> Result<Snapshot, AppError> {
        // Read before the head: what this process knew of is in the ledger by then, unless an old copy was put there.
        let newest = self.newest();
        let (known, head) = (newest.programme.sequence, self.app().store.head(self.id()).await?);
        if known > head {
            return Err(AppError::Shrunk { here: head, known });
        }
        if known == head {
            return Ok(newest);
        }
        let mut programme = Programme::clone(&newest.programme);
        self.replay(&mut programme, head).await?;
        let newest = self.with_catalog(programme).await?;
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

    /// The key that signs for this ledger.
    pub(crate) fn signer(&self) -> &SignerKey {
        &self.inner.signer
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

    /// The present instant along an axis: an answer from an earlier N knows no clock but that of its last event.
    pub fn now_at(&self, programme: &Programme, axis: Axis) -> Instant {
        let now = self.app().world.now();
        let recorded = axis.at.and(programme.recorded_at);
        recorded.map_or(now, |recorded| recorded.min(now))
    }

    /// Today in the organisation's calendar.
    pub fn today(&self) -> Day {
        self.app().world.now().day(&self.newest().programme.zone())
    }
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
        Payload::RecordsSetAside(body) => {
            std::iter::once(body.records.digest).chain(body.raw.iter().map(|raw| raw.digest)).collect()
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
