//! The folder a workspace lives in, opened; and who acts there.

use std::path::PathBuf;
use std::sync::Arc;

use attestry_app::port::World;
use attestry_app::{App, Axis, Sender, Workspace, workspace};
use attestry_domain::event::Actor;
use attestry_domain::id::PersonId;
use attestry_domain::programme::Programme;
use attestry_domain::role::Role;
use attestry_domain::time::{Day, Period};
use attestry_engine::worker::Worker;
use attestry_store::Store;

use crate::adapter::{Documents, Engine, SystemWorld};
use crate::args::{Place, View};
use crate::ui::Fault;

/// What runs and reports name as the program they were made by.
pub(crate) const PROGRAM: &str = concat!("attestry ", env!("CARGO_PKG_VERSION"));

/// Where queries run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Queries {
    /// Here: a person's own command line.
    Here,
    /// Each in a child process: a server.
    InWorkers,
}

/// Opens what is there.
///
/// # Errors
/// When nothing is, or it cannot be read.
pub(crate) async fn app(place: &Place, queries: Queries) -> Result<App, Fault> {
    if place.database.is_none() && !file(place).exists() {
        let home = place.home.display();
        let fault = Fault::wrong(format!("there is no workspace in `{home}`"));
        return Err(fault
            .help("make one with `attestry init` or `attestry demo`, or name its folder with --home DIR"));
    }
    make(place, queries).await
}

/// Opens what is there, making what is not.
///
/// # Errors
/// When it cannot be made or read.
pub(crate) async fn make(place: &Place, queries: Queries) -> Result<App, Fault> {
    std::fs::create_dir_all(&place.home).map_err(|error| unwritable(place, &error))?;
    let root = place.home.canonicalize().map_err(|error| unwritable(place, &error))?;
    let sqlite = || format!("sqlite://{}", root.join(DATABASE).display());
    let url = place.database.clone().unwrap_or_else(sqlite);
    let store = Store::open(&url, &root).await?;
    let (catalog, bundle) = workspace::built_in()?;
    Ok(App {
        store,
        engine: Arc::new(engine(queries)?),
        typesetter: Arc::new(Documents),
        world: Arc::new(SystemWorld),
        catalog,
        bundle,
        program: PROGRAM.to_owned(),
    })
}

const DATABASE: &str = "attestry.db";

fn file(place: &Place) -> PathBuf {
    place.home.join(DATABASE)
}

fn unwritable(place: &Place, error: &std::io::Error) -> Fault {
    Fault::failed(format!("the folder `{}` cannot be used: {error}", place.home.display()))
        .help("name another with --home DIR")
}

/// The engine, within the limits that the environment sets or the usual ones.
pub(crate) fn engine(queries: Queries) -> Result<Engine, Fault> {
    let engine = match queries {
        Queries::Here => Engine::in_process(),
        Queries::InWorkers => {
            let program =
                std::env::current_exe().map_err(|error| Fault::failed(format!("this program: {error}")))?;
            Engine::with_worker(Worker { program, args: vec!["query-worker".to_owned()] })
        }
    };
    let rows = limit("ATTESTRY_QUERY_ROWS", crate::adapter::Engine::ROWS)?;
    let mebibytes = limit("ATTESTRY_QUERY_MEBIBYTES", crate::adapter::Engine::MEBIBYTES)?;
    let seconds = limit("ATTESTRY_QUERY_SECONDS", crate::adapter::Engine::SECONDS)?;
    Ok(engine.limited(rows, mebibytes << 20, seconds as u64))
}

fn limit(name: &str, usual: usize) -> Result<usize, Fault> {
    let Ok(text) = std::env::var(name) else { return Ok(usual) };
    let number = text.parse().ok().filter(|number| (1..=1 << 24).contains(number));
    number.ok_or_else(|| Fault::wrong(format!("`{text}` in {name} is no limit; expected a number from 1")))
}

/// Opens the workspace.
pub(crate) async fn workspace(place: &Place) -> Result<Workspace, Fault> {
    let app = app(place, Queries::Here).await?;
    let workspace = app.open(&place.workspace).await?;
    if place.actor.is_some() {
        // Whoever is named must be known, even where reading needs no role.
        actor(place, &workspace.newest().programme, workspace.today())?;
    }
    Ok(workspace)
}

/// Opens the workspace for somebody who changes it.
pub(crate) async fn sender(place: &Place) -> Result<Sender, Fault> {
    let workspace = workspace(place).await?;
    let person = actor(place, &workspace.newest().programme, workspace.today())?;
    Ok(workspace.sender(Actor::Person(person)))
}

/// Brings tiles and checkpoint up to what was recorded, and lets go of the database.
pub(crate) async fn finish(workspace: &Workspace) -> Result<(), Fault> {
    workspace.publish().await?;
    Ok(())
}

fn actor(place: &Place, programme: &Programme, today: Day) -> Result<PersonId, Fault> {
    let Some(email) = &place.actor else {
        let owns = |person: &&PersonId| programme.roles_on(**person, today).any(|role| role == Role::Owner);
        let owner = programme.people.keys().find(owns).copied();
        return owner.ok_or_else(|| {
            Fault::failed("nobody owns this workspace").help("name who acts with --as EMAIL")
        });
    };
    programme.person_by_email(email).ok_or_else(|| {
        let known = programme.people.values().filter_map(|person| person.described.as_ref());
        let known: Vec<&str> = known.map(|person| person.email.as_str()).take(6).collect();
        Fault::wrong(format!("nobody here has the address `{email}`"))
            .help(format!("people: {}", known.join(", ")))
    })
}

/// The axis that the arguments ask for.
pub(crate) fn axis(view: &View, period: Option<Period>) -> Axis {
    Axis { at: view.at, as_of: view.as_of, period }
}

/// A read at the newest N only: earlier ones cannot be acted on.
pub(crate) fn newest_only(view: &View, verb: &str) -> Result<(), Fault> {
    if view.at.is_none() && view.as_of.is_none() {
        return Ok(());
    }
    Err(Fault::wrong(format!("`{verb}` acts now; --at and --as-of do not fit it")).help("leave them out"))
}

/// The day that a question without a workspace is about: the one asked for, or today in UTC.
pub(crate) fn day(view: &View) -> Day {
    view.as_of.unwrap_or_else(|| SystemWorld.now().day(&jiff::tz::TimeZone::UTC))
}
