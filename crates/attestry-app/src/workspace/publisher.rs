//! Brings what was appended under a signed checkpoint, in the background.

use std::sync::{PoisonError, Weak};
use std::time::Duration;

use attestry_store::StoreError;

use crate::AppError;
use crate::workspace::{Inner, Workspace};

/// Appends within this time share a checkpoint.
const GATHER: Duration = Duration::from_millis(300);
/// How long a publication that failed waits at most before it is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Runs until the workspace is closed, or writing on would hide or worsen what is wrong with the store.
pub(super) async fn run(workspace: Weak<Inner>) {
    loop {
        let Some(inner) = workspace.upgrade() else { return };
        let appended = inner.appended.clone();
        drop(inner);
        appended.notified().await;
        let mut pause = GATHER;
        loop {
            tokio::time::sleep(pause).await;
            let Some(inner) = workspace.upgrade() else { return };
            let workspace = Workspace { inner };
            let Err(error) = workspace.publish().await else { break };
            tracing::error!(workspace = workspace.slug(), %error, "ledger.publish_failed");
            if is_fatal(&error) {
                let mut halted = workspace.inner.halted.lock().unwrap_or_else(PoisonError::into_inner);
                *halted = Some(error.to_string());
                return;
            }
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }
}

/// Whether the store was rolled back, forked, or lost what it said was durable.
fn is_fatal(error: &AppError) -> bool {
    matches!(
        error,
        AppError::Store(
            StoreError::RolledBack { .. }
                | StoreError::Forked { .. }
                | StoreError::NotDurable { .. }
                | StoreError::DiskFailed
        )
    )
}
