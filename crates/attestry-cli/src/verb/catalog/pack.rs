//! Moves a programme to another catalog: with a pack, without one, or the one built into this program.

use std::process::ExitCode;

use attestry_app::packs::{self, FrameworkEffect, Preview};
use attestry_app::{Recorded, Sender};
use attestry_catalog::{Change, Files, Reading};
use serde_json::json;

use super::number;
use crate::args::{AddPack, Place, View};
use crate::home;
use crate::ui::words::counted;
use crate::ui::{Fault, Out, Page, Table};
use crate::verb::Done;

/// Identifiers that a line of the preview lists at most.
const LISTED: usize = 12;

pub(super) async fn add(place: &Place, view: &View, out: Out, args: AddPack) -> Done {
    home::newest_only(view, "catalog add")?;
    let sender = home::sender(place).await?;
    let reading = Reading {
        name: args.name,
        title: args.title,
        edition: args.edition,
        publisher: args.publisher,
        with_text: args.with_text,
        today: sender.workspace().today(),
    };
    let pack = attestry_catalog::read_pack(&args.pack, &reading)
        .map_err(|errors| Fault::from(packs::refused("the pack", &errors)))?;
    let files = packs::with_pack(sender.workspace(), &pack, args.replace).await?;
    carry_out(&sender, out, &files, &pack.notes, args.plan).await
}

pub(super) async fn remove(place: &Place, view: &View, out: Out, pack: &str, plan: bool) -> Done {
    home::newest_only(view, "catalog remove")?;
    let sender = home::sender(place).await?;
    let files = packs::without_pack(sender.workspace(), pack).await?;
    carry_out(&sender, out, &files, &[], plan).await
}

pub(super) async fn adopt(place: &Place, view: &View, out: Out, plan: bool) -> Done {
    home::newest_only(view, "catalog adopt")?;
    let sender = home::sender(place).await?;
    let files = packs::built_in(sender.workspace()).await?;
    carry_out(&sender, out, &files, &[], plan).await
}

/// Shows what changes, and changes it unless it is only planned.
async fn carry_out(sender: &Sender, out: Out, files: &Files, notes: &[String], plan: bool) -> Done {
    let preview = packs::preview(sender.workspace(), files).await?;
    let mut recorded = Recorded { events: None };
    if !plan {
        recorded = packs::adopt(sender, files, Some(preview.at)).await?;
        home::finish(sender.workspace()).await?;
    }
    let at = sender.workspace().newest().programme.sequence;
    let document = json!({
        "adopted": recorded.events.is_some(),
        "at": at,
        "notes": notes,
        "preview": preview,
    });
    out.show(&document, |page| {
        print(page, &preview);
        notes.iter().for_each(|note| page.note(format!("Note: {note}.")));
        page.gap();
        page.say(outcome(&preview, plan, at));
    })?;
    Ok(ExitCode::SUCCESS)
}

fn outcome(preview: &Preview, plan: bool, at: u64) -> String {
    let short = preview.after.short();
    match plan {
        _ if preview.is_nothing() => format!("The catalog {short} is in force already."),
        true => "Nothing was done; the same without --plan does it.".to_owned(),
        false => format!(
            "The catalog {short} is in force since event {at}. What was adopted before stays readable with --at."
        ),
    }
}

fn print(page: &mut Page, preview: &Preview) {
    let counts = preview.diff.counts();
    if counts.is_empty() {
        page.say("The two catalogs say the same.");
    } else {
        page.title("What changes in the catalog");
        let mut table = Table::new().column("kind").number("new").number("gone").number("changed");
        let mut kinds: Vec<&str> = counts.iter().map(|(kind, ..)| *kind).collect();
        kinds.dedup();
        for kind in kinds {
            let of = |wanted: Change| {
                let found = counts.iter().find(|(one, change, _)| (*one, *change) == (kind, wanted));
                found.map_or(String::new(), |(.., count)| count.to_string())
            };
            table.row(vec![
                kind.into(),
                of(Change::New).into(),
                of(Change::Gone).into(),
                of(Change::Changed).into(),
            ]);
        }
        page.table(&table);
    }
    if !preview.packs.is_empty() {
        page.say(format!("Packs: {}.", preview.packs.join(", ")));
    }
    if !preview.is_nothing() {
        page.title("What changes in the programme");
        effects(page, preview);
    }
}

fn effects(page: &mut Page, preview: &Preview) {
    let mut table = Table::new().column("framework").number("in scope").number("new").number("gone");
    table = table.text("design: met, partial, gap").text("operation: met");
    for one in &preview.frameworks {
        table.row(vec![
            one.id.as_str().into(),
            arrow(one.design.map(|design| design.total)).into(),
            one.added.len().to_string().into(),
            one.removed.len().to_string().into(),
            design(one).into(),
            one.operation.map_or(String::new(), |both| arrow(both.map(|one| one.met))).into(),
        ]);
    }
    page.table(&table);
    for one in &preview.frameworks {
        list(page, &format!("{}: into scope", one.id), one.added.iter().map(|id| id.code().to_owned()));
        list(page, &format!("{}: out of scope", one.id), one.removed.iter().map(|id| id.code().to_owned()));
        let moved = one.moved.iter().map(|moved| {
            let [before, after] = moved.design.map(|design| design.as_str());
            match moved.operation {
                _ if before != after => format!("{} {before} → {after}", moved.requirement.code()),
                Some([then, now]) => {
                    format!("{} {} → {}", moved.requirement.code(), then.as_str(), now.as_str())
                }
                None => moved.requirement.code().to_owned(),
            }
        });
        list(page, &format!("{}: other state", one.id), moved);
    }
    let left = preview.frameworks_left.iter().map(ToString::to_string);
    list(page, "In scope, and no longer in the catalog", left);
    let mappings = preview.mappings;
    if mappings != packs::MappingsChanged::default() {
        page.say(format!(
            "Mappings of your controls to what is in scope: {} new, {} gone, {} changed.",
            mappings.new, mappings.gone, mappings.changed
        ));
    }
    list(page, "Controls newly needed", preview.controls_needed.iter().map(ToString::to_string));
    if !preview.controls_needed.is_empty() {
        page.say(
            "Take them on with a file for each, as `attestry export` writes them, and `attestry apply`.",
        );
    }
    list(
        page,
        "Your controls that the catalog no longer has",
        preview.controls_left.iter().map(ToString::to_string),
    );
}

fn design(one: &FrameworkEffect) -> String {
    let [before, after] = one.design;
    let words =
        |one: attestry_domain::assess::DesignTotals| format!("{}, {}, {}", one.met, one.partial, one.gap);
    if before == after { words(before) } else { format!("{} → {}", words(before), words(after)) }
}

fn arrow([before, after]: [usize; 2]) -> String {
    if before == after { before.to_string() } else { format!("{before} → {after}") }
}

fn list(page: &mut Page, what: &str, items: impl Iterator<Item = String>) {
    let items: Vec<String> = items.collect();
    if items.is_empty() {
        return;
    }
    let shown = items.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    let more = match items.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {}", counted(number(more), "other")),
    };
    page.say(format!("{what}: {shown}{more}."));
}
