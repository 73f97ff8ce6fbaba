//! What an auditor takes home, as one file.

use std::process::ExitCode;

use attestry_app::package::{self, Wanted};
use serde_json::json;

use crate::args::{Package, Place, View};
use crate::home;
use crate::ui::words::grouped;
use crate::ui::{Mark, Out, progress};
use crate::verb::Done;

pub(crate) async fn run(place: &Place, view: &View, out: Out, args: Package) -> Done {
    home::newest_only(view, "package")?;
    let Package { file, engagement, period } = args;
    let workspace = home::workspace(place).await?;
    let bar = progress::waiting("Writing the package");
    let written = package::write(&workspace, &Wanted { engagement, period }, &file).await;
    bar.finish_and_clear();
    let (written, key) = (written?, workspace.log_key());
    let document = json!({ "file": file, "log": key.to_string(), "package": written });
    out.show(&document, |page| {
        let style = Mark::Good.style();
        page.raw(format!("{style}{}{style:#} {}", Mark::Good.shape(), written.title));
        page.indented(2, &written.scope);
        page.indented(
            2,
            format!(
                "{}: {} bytes, {} files, {} events, {} objects",
                file.display(),
                grouped(written.bytes),
                grouped(written.files),
                grouped(written.events),
                grouped(written.objects)
            ),
        );
        if written.erased > 0 {
            page.indented(2, format!("{} objects were erased and are not in it", grouped(written.erased)));
        }
        page.indented(2, format!("signed by {}", written.signed_by.join(", ")));
        page.indented(2, format!("manifest sha256:{}", written.manifest));
        page.note(format!("Log key, to be given to the auditor by another road: {key}"));
        page.note(format!("To check it: attestry verify {} --log-key KEY", file.display()));
    })?;
    Ok(ExitCode::SUCCESS)
}
