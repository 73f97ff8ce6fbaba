//! Checks the ledger, its signatures and every object; or a package.

mod package;

use std::process::ExitCode;

use serde_json::json;

use crate::args::{Place, Verify, View};
use crate::home::{self, Queries};
use crate::ui::words::grouped;
use crate::ui::{Fault, Mark, NO, Out, progress};
use crate::verb::Done;

pub(crate) async fn run(place: &Place, view: &View, out: Out, args: Verify) -> Done {
    home::newest_only(view, "verify")?;
    if let Some(path) = &args.file {
        return package::run(out, path, &args);
    }
    let app = home::app(place, Queries::Here).await?;
    let bar = progress::waiting("Checking the ledger");
    let verified = app.verify_witnessed(&place.workspace, &args.witness_keys).await;
    bar.finish_and_clear();
    let (key, report) = verified?;
    if let Some(given) = args.log_key.filter(|given| *given != key) {
        return Err(Fault::no(format!("the ledger is of {key}, the key given is {given}"))
            .help("find out which key the organisation published before relying on either"));
    }
    let holds = report.holds();
    out.show(&json!({ "holds": holds, "log": key.to_string(), "report": report }), |page| {
        let mark = if holds { Mark::Good } else { Mark::Bar };
        let style = mark.style();
        let word = if holds { "holds" } else { "does not hold" };
        page.raw(format!(
            "{style}{}{style:#} The ledger {word}: {} events.",
            mark.shape(),
            grouped(report.events)
        ));
        for check in &report.checked {
            page.indented(2, format!("{}: {}", check.what, grouped(check.count)));
        }
        for fault in &report.faults {
            let style = Mark::Bar.style();
            page.raw(format!("{style}{}{style:#} {fault}", Mark::Bar.shape()));
            page.indented(4, fault.meaning());
        }
        if report.further_faults > 0 {
            page.indented(2, format!("and {} further faults", grouped(report.further_faults)));
        }
        for what in &report.unchecked {
            page.indented(2, format!("not checked: {what}"));
        }
        if report.not_yet_under_checkpoint > 0 {
            page.indented(
                2,
                format!("{} events are not yet under a checkpoint", grouped(report.not_yet_under_checkpoint)),
            );
        }
        page.note(format!("Log key: {key}"));
    })?;
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::from(NO) })
}
