//! Records that were not taken: which, why, and what became of them.

use std::process::ExitCode;

use attestry_app::import::Unfit;
use attestry_domain::command::Command;
use attestry_domain::event::SetAsideResolved;
use attestry_domain::id::SetAsideId;
use serde_json::json;

use crate::args::{Aside, Place, Resolve, View};
use crate::home;
use crate::ui::words::counted;
use crate::ui::{Out, Table};
use crate::verb::Done;

pub(crate) async fn run(place: &Place, view: &View, out: Out, args: Aside) -> Done {
    match args {
        Aside::List { all } => list(place, view, out, all).await,
        Aside::Show { id } => show(place, view, out, id).await,
        Aside::Resolve(args) => resolve(place, view, out, args).await,
    }
}

async fn list(place: &Place, view: &View, out: Out, all: bool) -> Done {
    let workspace = home::workspace(place).await?;
    let programme = workspace.at(view.at).await?.programme;
    let mut batches: Vec<_> =
        programme.set_aside.values().filter(|one| all || one.resolved.is_none()).collect();
    batches.sort_by_key(|one| one.records.at);
    let document = batches.iter().map(|one| {
        let records = &one.records.value;
        json!({
            "id": records.set_aside, "stream": records.stream, "source": records.source, "rows": records.rows,
            "recorded_at": one.records.recorded_at, "at": one.records.at,
            "resolution": one.resolved.as_ref().map(|resolved| &resolved.value),
        })
    });
    out.show(&json!(document.collect::<Vec<_>>()), |page| {
        if batches.is_empty() {
            page.say("Nothing is kept aside.");
            return;
        }
        let mut table = Table::new()
            .column("batch")
            .column("stream")
            .number("records")
            .column("since")
            .text("what became of them");
        for one in &batches {
            let records = &one.records.value;
            let resolved = one.resolved.as_ref();
            table.row(vec![
                records.set_aside.to_string().into(),
                records.stream.to_string().into(),
                records.rows.to_string().into(),
                one.records.recorded_on.to_string().into(),
                resolved.map_or_else(|| "nobody has looked yet".to_owned(), |said| said.value.clone()).into(),
            ]);
        }
        page.table(&table);
        page.say("`attestry aside show BATCH` gives the records and why each was not taken.");
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn show(place: &Place, view: &View, out: Out, id: SetAsideId) -> Done {
    let workspace = home::workspace(place).await?;
    let programme = workspace.at(view.at).await?.programme;
    let unfit = workspace.set_aside(&programme, id).await?;
    out.show(&unfit, |page| {
        page.say(format!("{} kept aside.", counted(unfit.len() as u64, "record")));
        for Unfit { place, record, reasons } in &unfit {
            page.gap();
            page.say(format!("{place}: {}", reasons.join("; ")));
            if let Some(record) = record {
                page.raw(format!("  {record}"));
            }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn resolve(place: &Place, view: &View, out: Out, args: Resolve) -> Done {
    home::newest_only(view, "aside")?;
    let sender = home::sender(place).await?;
    let resolved = SetAsideResolved { set_aside: args.id, resolution: args.because };
    sender.send(Command::ResolveSetAside(resolved)).await?;
    home::finish(sender.workspace()).await?;
    out.show(&json!({ "resolved": args.id }), |page| {
        page.say(format!("Recorded what became of {}.", args.id))
    })?;
    Ok(ExitCode::SUCCESS)
}
