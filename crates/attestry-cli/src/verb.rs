//! One module a verb: parse, call a use case, print.

use std::process::ExitCode;

use crate::args::{Args, Verb};
use crate::ui::{Fault, Out};

mod advise;
mod ai;
mod apply;
mod aside;
mod backup;
mod catalog;
mod collect;
mod compare;
mod completions;
mod demo;
mod explain;
mod export;
mod ingest;
mod init;
mod link;
mod overlap;
mod package;
mod report;
mod serve;
mod sql;
mod status;
mod test;
mod token;
mod verify;
mod witness;

/// What every verb comes to.
pub(crate) type Done = Result<ExitCode, Fault>;

pub(crate) async fn run(args: Args) -> Done {
    let Args { place, view, verb } = args;
    let out = Out::new(view.json);
    match verb {
        Verb::Init(args) => init::run(&place, &view, out, args).await,
        Verb::Catalog(args) => catalog::run(&place, &view, out, args).await,
        Verb::Advise(args) => advise::run(&view, out, args),
        Verb::Compare(args) => compare::run(out, args),
        Verb::Overlap(args) => overlap::run(&place, &view, out, args).await,
        Verb::Sql(args) => sql::run(&place, &view, out, args).await,
        Verb::Completions(args) => completions::run(&args),
        Verb::QueryWorker => Ok(attestry_engine::worker::serve_stdin()),
        Verb::Ai(args) => ai::run(&place, &view, out, args).await,
        Verb::Backup(args) => backup::write(&place, &view, out, args).await,
        Verb::Restore(args) => backup::restore(&place, &view, out, args).await,
        Verb::Aside(args) => aside::run(&place, &view, out, args).await,
        Verb::Token(args) => token::run(&place, &view, out, args).await,
        Verb::Apply(args) => apply::run(&place, &view, out, &args).await,
        Verb::Collect(args) => collect::run(&place, &view, out, *args).await,
        Verb::Demo(args) => demo::run(&place, &view, out, args).await,
        Verb::Explain(args) => explain::run(&place, &view, out, args).await,
        Verb::Export(args) => export::run(&place, &view, out, &args).await,
        Verb::Link(args) => link::run(&place, &view, out, args).await,
        Verb::Ingest(args) => ingest::run(&place, &view, out, args).await,
        Verb::Report(args) => report::run(&place, &view, out, args).await,
        Verb::Serve(args) => serve::run(&place, &view, args).await,
        Verb::Status(args) => status::run(&place, &view, out, args).await,
        Verb::Test(args) => test::run(&place, &view, out, args).await,
        Verb::Package(args) => package::run(&place, &view, out, args).await,
        Verb::Cosign(args) => witness::cosign(&place, &view, out, *args).await,
        Verb::Witness(args) => witness::run(out, *args).await,
        Verb::Verify(args) => verify::run(&place, &view, out, *args).await,
    }
}
