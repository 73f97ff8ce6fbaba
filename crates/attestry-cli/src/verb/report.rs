//! Reports as files.

use std::path::Path;
use std::process::ExitCode;

use attestry_app::report;
use attestry_domain::id::Digest;
use serde_json::json;

use crate::args::{Place, Report, View};
use crate::home;
use crate::ui::words::grouped;
use crate::ui::{Fault, Out, progress};
use crate::verb::Done;

pub(crate) async fn run(place: &Place, view: &View, out: Out, args: Report) -> Done {
    let Report::Readiness { output, period } = args;
    let workspace = home::workspace(place).await?;
    let bar = progress::waiting("Setting the report");
    let made = report::readiness(&workspace, home::axis(view, period)).await;
    bar.finish_and_clear();
    let pdf = made?;
    write(&output, &pdf)?;
    let document = json!({ "file": output, "bytes": pdf.len(), "digest": Digest::of(&pdf) });
    out.show(&document, |page| {
        page.say(format!(
            "{}: {} bytes, SHA-256 {}",
            output.display(),
            grouped(pdf.len() as u64),
            Digest::of(&pdf)
        ));
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Writes a file whole or not at all.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let failed =
        |error: std::io::Error| Fault::failed(format!("`{}` cannot be written: {error}", path.display()));
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, path)).map_err(failed)
}
