//! Serves the workspace to browsers.

use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::process::ExitCode;

use attestry_app::{App, Workspace};
use attestry_web::WebState;
use attestry_web::setup::Setup;
use tokio::net::TcpListener;

use crate::args::{Place, Serve, View};
use crate::home::{self, Queries};
use crate::ui::{Fault, print};
use crate::verb::Done;

pub(crate) async fn run(place: &Place, view: &View, args: Serve) -> Done {
    home::newest_only(view, "serve")?;
    let app = home::make(place, Queries::InWorkers).await?;
    let listener = listen(args.listen).await?;
    if is_empty(&app, &place.workspace).await? {
        let Some(workspace) = set_up(app, place, &listener).await? else { return Ok(ExitCode::SUCCESS) };
        return answer(workspace, listener, false).await;
    }
    let workspace = app.open(&place.workspace).await?;
    answer(workspace, listener, true).await
}

/// Serves until it is told to stop. Whoever has no password yet gets a link that signs in once.
pub(crate) async fn serve(workspace: Workspace, address: SocketAddr, link: bool) -> Done {
    let listener = listen(address).await?;
    answer(workspace, listener, link).await
}

pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener, Fault> {
    TcpListener::bind(address).await.map_err(|error| {
        Fault::failed(format!("{address} cannot be listened on: {error}"))
            .help("name another address or port")
    })
}

pub(crate) fn address(listener: &TcpListener) -> Result<SocketAddr, Fault> {
    listener.local_addr().map_err(broken)
}

fn broken(error: std::io::Error) -> Fault {
    Fault::failed(format!("the socket failed: {error}"))
}

/// Whether nothing has begun here, so that a first workspace can.
async fn is_empty(app: &App, slug: &str) -> Result<bool, Fault> {
    let there = app.store.list_workspaces().await?;
    Ok(there.iter().all(|one| one.slug == slug) && !app.has_begun(slug).await?)
}

/// Shows the form for the first workspace until somebody filled it in; `None` when the program is stopped before.
async fn set_up(app: App, place: &Place, listener: &TcpListener) -> Result<Option<Workspace>, Fault> {
    let setup = Setup::new(app, &place.workspace);
    let at = address(listener)?;
    print(&format!(
        "There is no workspace in `{}` yet. Begin one at http://{at}{}\n",
        place.home.display(),
        setup.path()
    ))?;
    print("Stop with Ctrl-C.\n")?;
    // The same socket: whoever comes while the form is answered waits in its queue.
    let same = listener.as_fd().try_clone_to_owned().map(std::net::TcpListener::from).map_err(broken)?;
    let same = TcpListener::from_std(same).map_err(broken)?;
    setup.serve(same, stopped()).await.map_err(broken)
}

async fn answer(workspace: Workspace, listener: TcpListener, link: bool) -> Done {
    let address = address(&listener)?;
    let owner = workspace.first_owner();
    let without = match owner {
        Some(owner) if link => !workspace.app().has_password(&workspace, owner).await?,
        _ => false,
    };
    print(&format!("Attestry serves `{}` at http://{address}\n", workspace.slug()))?;
    if let Some(owner) = owner.filter(|_| without) {
        let token = workspace.app().login_link(&workspace, owner).await?;
        let name = workspace.newest().programme.name_of(owner);
        print(&format!("Sign in once as {name}, within a day: http://{address}/login/{token}\n"))?;
    }
    print("Stop with Ctrl-C.\n")?;
    let served = attestry_web::serve(WebState::new(workspace.clone(), false), listener, stopped()).await;
    served.map_err(|error| Fault::failed(format!("serving ended: {error}")))?;
    home::finish(&workspace).await?;
    Ok(ExitCode::SUCCESS)
}

/// Waits for Ctrl-C, or for the word of whoever manages services.
pub(crate) async fn stopped() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}
