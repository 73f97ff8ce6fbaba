//! Everything in one file, and back.

use std::process::ExitCode;

use serde_json::json;

use crate::args::{Backup, Place, Restore, View};
use crate::home::{self, Queries};
use crate::ui::words::{counted, grouped};
use crate::ui::{Fault, Out, progress};
use crate::verb::Done;

pub(crate) async fn write(place: &Place, view: &View, out: Out, args: Backup) -> Done {
    home::newest_only(view, "backup")?;
    let app = home::app(place, Queries::Here).await?;
    let bar = progress::waiting("Writing the backup");
    let made = app.store.backup(&args.file, home::PROGRAM, app.world.now()).await;
    bar.finish_and_clear();
    let made = made?;
    let file = args.file.display().to_string();
    out.show(&json!({ "file": file, "backup": made }), |page| {
        let events = made.rows.iter().find(|(table, _)| table == "event").map_or(0, |(_, rows)| *rows);
        page.say(format!("{file}: {}, with every object and the signing keys.", counted(events, "event")));
        page.say("Whoever has this file can sign as this ledger: keep it where the keys may lie.");
    })?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn restore(place: &Place, view: &View, out: Out, args: Restore) -> Done {
    home::newest_only(view, "restore")?;
    let app = home::make(place, Queries::Here).await?;
    let bar = progress::waiting("Checking and restoring");
    let restored = app.store.restore(&args.file).await;
    bar.finish_and_clear();
    let made = restored?;
    let mut verified = Vec::new();
    for workspace in app.store.list_workspaces().await? {
        let opened = app.open(&workspace.slug).await?;
        opened.publish().await?;
        let report = opened.verify().await?;
        if let Some(fault) = report.faults.first() {
            let fault =
                Fault::failed(format!("`{}` was restored and does not hold: {fault}", workspace.slug));
            return Err(fault.help("look at it with `attestry verify`, and use another backup"));
        }
        verified.push((workspace.slug, report.events));
    }
    let from = args.file.display().to_string();
    out.show(&json!({ "file": from, "backup": made, "verified": verified }), |page| {
        for (slug, events) in &verified {
            page.say(format!("`{slug}` is restored and holds: {} events.", grouped(*events)));
        }
        page.say("Sessions and one-time links were not in the backup: everybody signs in again.");
    })?;
    Ok(ExitCode::SUCCESS)
}
