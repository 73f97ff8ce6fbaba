//! Serves the workspace to browsers.

use std::net::SocketAddr;
use std::process::ExitCode;

use attestry_app::Workspace;
use attestry_web::WebState;
use tokio::net::TcpListener;

use crate::args::{Place, Serve, View};
use crate::home::{self, Queries};
use crate::ui::{Fault, print};
use crate::verb::Done;

pub(crate) async fn run(place: &Place, view: &View, args: Serve) -> Done {
    home::newest_only(view, "serve")?;
    let app = home::app(place, Queries::InWorkers).await?;
    let workspace = app.open(&place.workspace).await?;
    serve(workspace, args.listen, true).await
}

/// Serves until it is told to stop. Whoever has no password yet gets a link that signs in once.
pub(crate) async fn serve(workspace: Workspace, listen: SocketAddr, link: bool) -> Done {
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        Fault::failed(format!("{listen} cannot be listened on: {error}")).help("name another address or port")
    })?;
    let address = listener.local_addr().map_err(|error| Fault::failed(error.to_string()))?;
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
async fn stopped() {
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
