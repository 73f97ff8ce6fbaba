//! What every request works with.

use std::sync::Arc;

use attestry_app::buffer::Buffer;
use attestry_app::{AppError, Workspace};
use tokio::sync::{OnceCell, Semaphore};

use crate::attempts::Attempts;
use crate::pages::overlap::Matrices;

/// How many passwords are checked at once: each takes 19 MiB for a moment.
const CHECKS_AT_ONCE: usize = 2;

/// The workspace served and how it is reached. Cheap to clone.
#[derive(Clone)]
pub struct WebState {
    /// The workspace.
    pub workspace: Workspace,
    /// Whether browsers reach it over https.
    pub https: bool,
    pub(crate) attempts: Arc<Attempts>,
    pub(crate) checks: Arc<Semaphore>,
    pub(crate) matrices: Arc<Matrices>,
    buffer: Arc<OnceCell<Buffer>>,
}

impl WebState {
    /// Serves a workspace; `https` says whether browsers reach it that way, be it through a proxy.
    pub fn new(workspace: Workspace, https: bool) -> Self {
        let checks = Arc::new(Semaphore::new(CHECKS_AT_ONCE));
        let (attempts, matrices, buffer) = (Arc::default(), Arc::default(), Arc::default());
        Self { workspace, https, attempts, checks, matrices, buffer }
    }

    /// What small writes go into; begun when it is asked for first, after what was left in it is sealed.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn buffer(&self) -> Result<&Buffer, AppError> {
        self.buffer.get_or_try_init(|| Buffer::start(&self.workspace)).await
    }
}
