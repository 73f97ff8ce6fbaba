//! One module a verb: parse, call a use case, print.

use std::process::ExitCode;

use crate::args::{Args, Verb};
use crate::ui::{Fault, Out};

mod apply;
mod catalog;
mod completions;
mod export;
mod init;
mod sql;

/// What every verb comes to.
pub(crate) type Done = Result<ExitCode, Fault>;

pub(crate) async fn run(args: Args) -> Done {
    let Args { place, view, verb } = args;
    let out = Out::new(view.json);
    match verb {
        Verb::Init(args) => init::run(&place, &view, out, args).await,
        Verb::Catalog(args) => catalog::run(out, args),
        Verb::Sql(args) => sql::run(&place, &view, out, args).await,
        Verb::Completions(args) => completions::run(&args),
        Verb::QueryWorker => Ok(attestry_engine::worker::serve_stdin()),
        _ => Err(Fault::failed("x")),
    }
}
