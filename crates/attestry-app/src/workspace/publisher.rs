//! Brings what was appended under a signed checkpoint, in the background.

use std::sync::{PoisonError, Weak};
use std::time::Duration;

use attestry_store::StoreError;

use crate::AppError;
use crate::workspace::{Inner, Workspace};

/// Appends within this time share a checkpoint.
const GATHER: Duration = Duration::from_millis(300);

/// Runs until the workspace is closed.
pub(super) async fn run(workspace: Weak<Inner>) {
    loop {
        let Some(inner) = workspace.upgrade() else { return };
        let appended = inner.appended.clone();
        drop(inner);
        appended.notified().await;
        tokio::time::sleep(GATHER).await;
        let Some(inner) = workspace.upgrade() else { return };
        let workspace = Workspace { inner };
        if let Err(error) = workspace.publish().await {
            tracing::error!(workspace = workspace.slug(), %error, "ledger.publish_failed");
            if is_fatal(&error) {
                let mut halted = workspace.inner.halted.lock().unwrap_or_else(PoisonError::into_inner);
                *halted = Some(error.to_string());
                return;
            }
            workspace.inner.appended.notify_one();
        }
    }
}

/// Whether writing on would hide or worsen what is wrong with the store.
fn is_fatal(error: &AppError) -> bool {
    !matches!(error, AppError::Store(error) if error.is_transient())
        && !matches!(error, AppError::Store(StoreError::ShuttingDown))
}
