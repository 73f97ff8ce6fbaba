//! The pages on a socket.

use std::future::Future;

use tokio::net::TcpListener;

use crate::{WebState, router};

/// Serves the workspace until `stopped` is done; requests under way are answered.
///
/// # Errors
/// When the socket fails.
pub async fn serve(
    state: WebState,
    listener: TcpListener,
    stopped: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router(state)).with_graceful_shutdown(stopped).await
}
