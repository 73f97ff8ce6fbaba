//! The command line `attestry`: verbs, their arguments and answers, and the adapters for the ports of
//! `attestry-app`. It decides nothing; a verb parses, calls one use case, and prints.
//!
//! Exit codes: 0 done; 1 the answer is no; 2 the call was wrong; 3 it could not be done.
//!
//! To add a verb: its arguments in `args`, a module of its name in `verb` with one function `run`, its line in
//! `verb::run`, and its place in the snapshot of the help.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "tests may panic"
    )
)]

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;

pub mod adapter;
mod args;
mod home;
mod ui;
mod verb;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let args = args::Args::parse();
    if matches!(args.verb, args::Verb::QueryWorker) {
        return attestry_engine::worker::serve_stdin();
    }
    watch();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return ui::Fault::failed(format!("no threads: {error}")).report(),
    };
    match runtime.block_on(verb::run(args)) {
        Ok(code) => code,
        Err(fault) => fault.report(),
    }
}

/// The log goes to standard error; `ATTESTRY_LOG` says how much of it.
fn watch() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("ATTESTRY_LOG");
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let coloured = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let _watched_already = log.with_target(false).with_ansi(coloured).try_init();
}
