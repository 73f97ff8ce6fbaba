//! Makes the programme what files say, or shows the difference.

use std::process::ExitCode;

use attestry_app::files::{self, Change, FilesError, Plan};
use serde_json::json;

use crate::args::{Apply, Place, View};
use crate::home;
use crate::ui::words::counted;
use crate::ui::{Fault, Out, Page, Table, WRONG};
use crate::verb::Done;

pub(crate) async fn run(place: &Place, view: &View, out: Out, args: &Apply) -> Done {
    home::newest_only(view, "apply")?;
    let sender = home::sender(place).await?;
    let Plan { changes, notes } = files::plan(&sender, &args.dir).await.map_err(fault)?;
    let mut events = 0;
    if !args.plan {
        events = files::apply(&sender, &changes).await?;
        home::finish(sender.workspace()).await?;
    }
    let at = sender.workspace().newest().programme.sequence;
    let document =
        json!({"changes": changes, "notes": notes, "applied": !args.plan, "events": events, "at": at});
    out.show(&document, |page| {
        print(page, args, &changes, &notes, events);
    })?;
    Ok(ExitCode::SUCCESS)
}

fn print(page: &mut Page, args: &Apply, changes: &[Change], notes: &[String], events: u64) {
    if changes.is_empty() {
        page.say(match notes.is_empty() {
            true => "The files and the programme say the same.",
            false => "The files ask for no change.",
        });
    } else {
        page.table(&table(changes));
        let count = counted(u64::try_from(changes.len()).unwrap_or(0), "change");
        page.gap();
        match args.plan {
            true => page
                .say(format!("{count}. Nothing was done; `attestry apply {}` does it.", args.dir.display())),
            false => page.say(format!("{count} made in {}.", counted(events, "event"))),
        }
    }
    for note in notes {
        page.say(sentence(note));
    }
}

/// With a capital letter and a full stop.
fn sentence(note: &str) -> String {
    let mut letters = note.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

fn table(changes: &[Change]) -> Table {
    let mut table = Table::new().text("where").text("what it does");
    for change in changes {
        let place =
            if change.line == 0 { change.file.clone() } else { format!("{}:{}", change.file, change.line) };
        table.row(vec![place.into(), change.words.as_str().into()]);
    }
    table
}

fn fault(error: FilesError) -> Fault {
    match error {
        FilesError::App(error) => error.into(),
        FilesError::Faults(faults) => match faults.as_slice() {
            [one] => Fault::split(WRONG, &one.what).at(place(one)),
            many => {
                let count = counted(u64::try_from(many.len()).unwrap_or(0), "fault");
                let fault = Fault::wrong(format!("the files have {count}"));
                many.iter().fold(fault, Fault::at).help("mend them and apply again; nothing was changed")
            }
        },
    }
}

fn place(fault: &files::FileFault) -> String {
    if fault.line == 0 { fault.file.clone() } else { format!("{}:{}", fault.file, fault.line) }
}
