//! A workspace with a year of history, then served.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use attestry_app::demo::{self, DemoProgress, Options};
use attestry_domain::time::{Day, next};
use indicatif::ProgressBar;
use serde_json::json;

use crate::args::{Demo, Place, View};
use crate::home::{self, Queries};
use crate::ui::words::grouped;
use crate::ui::{Fault, Out, progress};
use crate::verb::{Done, serve};

struct Bar(ProgressBar);

impl DemoProgress for Bar {
    fn month(&self, month: Day, done: usize, of: usize) {
        self.0.set_length(of as u64);
        self.0.set_position(done as u64);
        self.0.set_message(format!("Writing {}", month.strftime("%B %Y")));
    }
}

pub(crate) async fn run(place: &Place, view: &View, out: Out, args: Demo) -> Done {
    home::newest_only(view, "demo")?;
    let queries = if args.no_serve { Queries::Here } else { Queries::InWorkers };
    let app = home::make(place, Queries::Here).await?;
    let today = attestry_app::workspace::today_utc(&app);
    let until = args.until.map_or_else(|| demo::default_until(today), next);
    if until > today {
        return Err(Fault::wrong(format!("{until} has not come yet"))
            .help("end the demo's year on a past month-end with --until"));
    }
    let there = app.store.lookup_workspace(&place.workspace).await?.is_some();
    if !there {
        let bar = progress::steps("Writing the year");
        let options = Options { seed: args.seed, until, slug: place.workspace.clone() };
        let built = demo::build(&app, &options, &Bar(bar.clone())).await;
        bar.finish_and_clear();
        home::finish(&built?).await?;
    }
    // Opened anew, so that a demo that was there is served by the same road.
    let app = home::make(place, queries).await?;
    let workspace = app.open(&place.workspace).await?;
    let programme = workspace.newest().programme;
    let simulated = programme.workspace.as_ref().and_then(|one| one.simulated.clone());
    if simulated.is_none() {
        let fault = Fault::wrong(format!("workspace `{}` holds a real programme", place.workspace));
        return Err(fault.help("name another folder with --home DIR, or another workspace"));
    }
    if !demo::is_whole(&programme) {
        let fault =
            Fault::wrong(format!("the demo in `{}` was stopped before it was whole", place.home.display()));
        return Err(
            fault.help("remove that folder and run `attestry demo` again, or name another with --home DIR")
        );
    }
    let name = programme.workspace.as_ref().map(|one| one.name.clone()).unwrap_or_default();
    let document = json!({ "workspace": place.workspace, "organisation": name, "at": programme.sequence, "made": !there, "simulated": simulated });
    if args.no_serve || !view.json {
        out.show(&document, |page| {
            let made = if there { "was made before" } else { "is made" };
            page.say(format!(
                "The demo {made}: {name}, {} events in {}.",
                grouped(programme.sequence),
                place.home.display()
            ));
        })?;
    }
    if args.no_serve {
        return Ok(ExitCode::SUCCESS);
    }
    serve::serve(workspace, SocketAddr::from((Ipv4Addr::LOCALHOST, args.port)), true).await
}
