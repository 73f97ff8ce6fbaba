//! An uploaded file, as it came: always as an attachment, never shown by this server.

use attestry_domain::id::ArtifactId;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::context::Context;
use crate::problem::Problem;
use crate::view::words::encoded;

/// The bytes of a file known at the N asked for.
pub(crate) async fn show(context: Context, Path(id): Path<String>) -> Result<Response, Problem> {
    let unknown = || Problem::unknown("file", &id, Vec::new());
    let artifact: ArtifactId = id.parse().map_err(|_| unknown())?;
    let stored = context.programme().artifacts.get(&artifact).ok_or_else(unknown)?;
    let bytes = context.reader.state.workspace.object(&stored.value.object.digest).await?;
    let name = format!("attachment; filename*=UTF-8''{}", encoded(&stored.value.name));
    let kind = stored.value.media_type.clone();
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}
