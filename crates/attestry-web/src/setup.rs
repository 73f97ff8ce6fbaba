//! The first page of all: where there is no workspace yet, a form begins one.
//!
//! It is reached by a link that only the program's output shows, and it is gone once a workspace has begun.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use askama::Template;
use attestry_app::begin::Beginning;
use attestry_app::{App, AppError, Workspace};
use attestry_domain::catalog::Framework;
use attestry_domain::event::FrameworkAdopted;
use attestry_domain::id::Digest;
use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{DefaultBodyLimit, Form, Path, State};
use axum::http::StatusCode;
use axum::middleware;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, watch};

use crate::context::rank;
use crate::pages::login::same;
use crate::problem::Problem;
use crate::router::{LONGEST_FORM, asset, page};
use crate::security;

/// Asks for the organisation, its first owner and the frameworks in scope.
#[derive(Debug, Clone, Template)]
#[template(path = "setup.html")]
pub struct SetupPage {
    /// The secret of the address.
    pub token: String,
    /// What was typed, by field.
    pub typed: BTreeMap<String, String>,
    /// What can be adopted.
    pub frameworks: Vec<Choice>,
    /// Why it did not work.
    pub error: Option<String>,
}

/// A framework that can be ticked.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Field of the form.
    pub field: String,
    /// Its title.
    pub title: String,
    /// Whether it is ticked.
    pub ticked: bool,
    /// Its parts that are a choice.
    pub categories: Vec<Choice>,
}

/// A server that waits for the first workspace.
pub struct Setup {
    app: App,
    slug: String,
    token: String,
}

#[derive(Clone)]
struct Waiting {
    app: App,
    slug: Arc<str>,
    token: Arc<str>,
    /// Held while a workspace is made, so that two forms at once make one.
    turn: Arc<Mutex<()>>,
    begun: watch::Sender<Option<Workspace>>,
}

impl Setup {
    /// Waits for a workspace of that name.
    pub fn new(app: App, slug: &str) -> Self {
        let mut bytes = [0; 32];
        app.world.randomise(&mut bytes);
        let token = Digest::of(&bytes).to_string();
        Self { app, slug: slug.to_owned(), token }
    }

    /// The path of the form, with its secret.
    pub fn path(&self) -> String {
        format!("/setup/{}", self.token)
    }

    /// Serves the form until a workspace has begun, or until `stopped` is done; then `None`.
    ///
    /// # Errors
    /// When the socket fails.
    pub async fn serve(
        self,
        listener: TcpListener,
        stopped: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<Option<Workspace>> {
        let (begun, mut seen) = watch::channel(None);
        let router = self.router(begun);
        let mut done = seen.clone();
        let until = async move {
            tokio::select! {
                _ = done.wait_for(Option::is_some) => {}
                () = stopped => {}
            }
        };
        axum::serve(listener, router).with_graceful_shutdown(until).await?;
        Ok(seen.borrow_and_update().clone())
    }

    /// The form's router; what it makes goes to `begun`.
    pub fn router(self, begun: watch::Sender<Option<Workspace>>) -> Router {
        let (slug, token, turn) = (self.slug.into(), self.token.into(), Arc::default());
        let waiting = Waiting { app: self.app, slug, token, turn, begun };
        Router::new()
            .route("/setup/{token}", get(ask).post(begin))
            .route("/assets/{name}", get(asset))
            .fallback(elsewhere)
            .method_not_allowed_fallback(elsewhere)
            .layer(DefaultBodyLimit::max(LONGEST_FORM))
            .layer(middleware::from_fn(security::plain))
            .with_state(waiting)
    }
}

async fn ask(State(waiting): State<Waiting>, Path(token): Path<String>) -> Result<Response, Problem> {
    expect(&waiting, &token)?;
    let typed = BTreeMap::from([("framework.soc2".to_owned(), "on".to_owned())]);
    page(&filled(&waiting, typed, None))
}

async fn begin(
    State(waiting): State<Waiting>,
    Path(token): Path<String>,
    form: Result<Form<BTreeMap<String, String>>, FormRejection>,
) -> Result<Response, Problem> {
    expect(&waiting, &token)?;
    let Form(typed) = form.map_err(|error| Problem::Asked(error.body_text()))?;
    let _turn = waiting.turn.lock().await;
    if waiting.begun.borrow().is_some() {
        return Ok(Redirect::to("/login").into_response());
    }
    match made(&waiting, &typed).await {
        Ok((workspace, link)) => {
            waiting.begun.send_replace(Some(workspace));
            Ok(Redirect::to(&format!("/login/{link}")).into_response())
        }
        Err(error) if error.is_callers() => {
            let why = crate::view::words::sentence(&error.to_string());
            let mut page = page(&filled(&waiting, typed, Some(why)))?;
            *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(page)
        }
        Err(error) => Err(error.into()),
    }
}

async fn made(waiting: &Waiting, typed: &BTreeMap<String, String>) -> Result<(Workspace, String), AppError> {
    let text = |field: &str| typed.get(field).map_or("", |text| text.trim()).to_owned();
    let ticked = |field: String| typed.contains_key(&field);
    let frameworks = waiting.app.catalog.frameworks.values();
    let adopted = frameworks.filter(|one| ticked(framework_field(one))).map(|one| {
        let categories = one.categories.iter();
        let wanted =
            categories.filter(|category| category.required || ticked(category_field(one, &category.id)));
        FrameworkAdopted { framework: one.id.clone(), categories: wanted.map(|one| one.id.clone()).collect() }
    });
    let wanted = Beginning {
        name: text("organisation"),
        time_zone: text("time_zone"),
        owner_name: text("name"),
        owner_email: text("email"),
        frameworks: adopted.collect(),
    };
    let (workspace, owner) = waiting.app.begin(&waiting.slug, wanted).await?;
    let link = waiting.app.login_link(&workspace, owner).await?;
    Ok((workspace, link))
}

fn filled(waiting: &Waiting, typed: BTreeMap<String, String>, error: Option<String>) -> SetupPage {
    let choice = |field: String, title: &str, categories| {
        let ticked = typed.contains_key(&field);
        Choice { field, title: title.to_owned(), ticked, categories }
    };
    let mut frameworks: Vec<&Framework> = waiting.app.catalog.frameworks.values().collect();
    frameworks.sort_by_key(|one| rank(one.kind));
    let frameworks = frameworks.into_iter().map(|framework| {
        let optional = framework.categories.iter().filter(|category| !category.required);
        let optional = optional.map(|one| choice(category_field(framework, &one.id), &one.title, Vec::new()));
        choice(framework_field(framework), &framework.title, optional.collect())
    });
    let frameworks = frameworks.collect();
    SetupPage { token: waiting.token.to_string(), frameworks, typed, error }
}

impl SetupPage {
    /// What was typed into a field.
    pub fn text(&self, field: &str) -> &str {
        self.typed.get(field).map_or("", String::as_str)
    }
}

fn framework_field(framework: &Framework) -> String {
    format!("framework.{}", framework.id)
}

fn category_field(framework: &Framework, category: &str) -> String {
    format!("category.{}.{category}", framework.id)
}

fn expect(waiting: &Waiting, token: &str) -> Result<(), Problem> {
    if same(&waiting.token, token) { Ok(()) } else { Err(unknown()) }
}

fn unknown() -> Problem {
    let what = "there is no workspace yet; begin one with the link that the server printed when it started";
    Problem::NotFound { what: what.to_owned(), nearest: Vec::new() }
}

async fn elsewhere() -> Problem {
    unknown()
}
