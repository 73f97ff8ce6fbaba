//! Somebody who sends commands to a workspace.

use attestry_domain::command::{Command, Envelope};
use attestry_domain::event::Actor;
use attestry_domain::event::workspace::CatalogAdopted;
use attestry_domain::id::{CommandId, PersonId};
use tokio::sync::oneshot;

use super::{Recorded, Waiting, Workspace};
use crate::AppError;

/// Somebody who sends commands.
#[derive(Clone)]
pub struct Sender {
    pub(super) workspace: Workspace,
    pub(super) actor: Actor,
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
