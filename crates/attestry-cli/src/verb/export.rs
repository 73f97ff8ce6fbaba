//! The programme as files.

use std::process::ExitCode;

use attestry_app::files;
use serde_json::json;

use crate::args::{Export, Place, View};
use crate::home;
use crate::ui::words::counted;
use crate::ui::{Fault, Out};
use crate::verb::Done;

pub(crate) async fn run(place: &Place, view: &View, out: Out, args: &Export) -> Done {
    if view.as_of.is_some() {
        return Err(Fault::wrong("`export` writes what is known, not what held on a day")
            .help("use --at N instead of --as-of"));
    }
    let workspace = home::workspace(place).await?;
    let snapshot = workspace.at(view.at).await?;
    let names = files::export(&workspace, &snapshot, &args.dir).await?;
    let at = snapshot.programme.sequence;
    let document = json!({"at": at, "dir": args.dir, "files": names});
    out.show(&document, |page| {
        let count = u64::try_from(names.len()).unwrap_or(0);
        page.say(format!("{} written to {}, as of event {at}.", counted(count, "file"), args.dir.display()));
    })?;
    Ok(ExitCode::SUCCESS)
}
