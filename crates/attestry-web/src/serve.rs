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
    // What an earlier process acknowledged and did not seal is sealed before anything new comes.
    state.buffer().await.map_err(std::io::Error::other)?;
    axum::serve(listener, router(state)).with_graceful_shutdown(stopped).await
}
