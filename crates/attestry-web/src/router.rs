//! Which address is which page.

use std::time::Duration;

use askama::Template;
use attestry_app::AppError;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path};
use axum::http::Uri;
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use crate::context::Reader;
use crate::pages::{
    adviser, compare, control, controls, crosswalk, crosswalks, event, evidence, file, framework, ledger,
    login, overlap, overview, pair, record, requirement, run, stream, system, systems,
};
use crate::problem::Problem;
use crate::{WebState, api, assets, security};

/// Bytes that a form may have.
pub(crate) const LONGEST_FORM: usize = 16 * 1024;
/// No page takes longer.
const LONGEST_REQUEST: Duration = Duration::from_secs(30);

/// The workspace's pages. Everything but sign-in and assets asks for a session.
pub fn router(state: WebState) -> Router {
    let headers = middleware::from_fn_with_state(state.clone(), security::headers);
    Router::new()
        .route("/", get(overview::show))
        .route("/frameworks/{id}", get(framework::show))
        .route("/requirements/{id}", get(requirement::show))
        .route("/controls", get(controls::show))
        .route("/controls/{id}", get(control::show))
        .route("/evidence", get(evidence::show))
        .route("/evidence/{stream}", get(stream::show))
        .route("/evidence/{stream}/{segment}", get(record::first))
        .route("/evidence/{stream}/{segment}/{row}", get(record::show))
        .route("/files/{id}", get(file::show))
        .route("/runs/{id}", get(run::show))
        .route("/ai", get(systems::show))
        .route("/ai/{id}", get(system::show))
        .route("/overlap", get(overlap::show))
        .route("/overlap/{have}/{want}", get(pair::show))
        .route("/crosswalks", get(crosswalks::show))
        .route("/crosswalks/{id}", get(crosswalk::show))
        .route("/compare", get(compare::show))
        .route("/adviser", get(adviser::show))
        .route("/ledger", get(ledger::show))
        .route("/ledger/{sequence}", get(event::show))
        .route("/login", get(login::ask).post(login::sign_in))
        .route("/login/{token}", get(login::welcome).post(login::set_password))
        .route("/logout", post(login::sign_out))
        .route("/assets/{name}", get(asset))
        .route("/api/v1/streams/{stream}/records", from_programs(post(api::records::submit)))
        .route("/v1/logs", from_programs(post(api::otlp::logs)))
        .fallback(no_page)
        .method_not_allowed_fallback(no_page)
        .layer(DefaultBodyLimit::max(LONGEST_FORM))
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, LONGEST_REQUEST))
        .layer(headers)
        .with_state(state)
}

/// Programs send more at once than people do.
fn from_programs(route: axum::routing::MethodRouter<WebState>) -> axum::routing::MethodRouter<WebState> {
    route.layer(DefaultBodyLimit::max(attestry_app::buffer::MOST_BYTES))
}

/// A filled template as an answer.
pub(crate) fn page(template: &impl Template) -> Result<Response, Problem> {
    Ok(Html(template.render()?).into_response())
}

/// Reads files on a thread where that may wait.
pub(crate) async fn reading<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, AppError> + Send + 'static,
) -> Result<T, Problem> {
    Ok(tokio::task::spawn_blocking(read).await.map_err(|_| AppError::Stopping)??)
}

pub(crate) async fn asset(Path(name): Path<String>) -> Response {
    let Some(found) = assets::all().into_iter().find(|one| one.href.strip_prefix("/assets/") == Some(&name))
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kept = [
        (header::CONTENT_TYPE, found.media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (kept, found.body).into_response()
}

async fn no_page(_: Reader, uri: Uri) -> Problem {
    Problem::no_page(uri.path())
}
