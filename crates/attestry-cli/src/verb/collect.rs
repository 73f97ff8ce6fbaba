//! Records from a source that this program reads itself, or that another program prints; once or on a schedule.

use std::process::ExitCode;
use std::time::Duration;

use attestry_app::Sender;
use attestry_app::collect::http::{Client, Settings};
use attestry_app::collection::{Brought, Collected, Collector};
use attestry_domain::event::CollectionOutcome;
use attestry_domain::id::StreamId;
use attestry_domain::time::Instant;
use serde_json::json;

use crate::args::{Collect, From, Place, View};
use crate::home;
use crate::ui::words::counted;
use crate::ui::{Fault, NO, Out};
use crate::verb::{Done, ingest as printed};

mod aws;
mod exec;
mod git;
mod github;
mod mlflow;

/// What every collector needs.
#[derive(Clone, Copy)]
struct Run<'a> {
    sender: &'a Sender,
    out: Out,
    every: Option<Duration>,
}

pub(crate) async fn run(place: &Place, view: &View, out: Out, args: Collect) -> Done {
    home::newest_only(view, "collect")?;
    let sender = home::sender(place).await?;
    loop {
        let run = Run { sender: &sender, out, every: args.every };
        let done = match (&args.from, &args.exec) {
            (Some(From::Git(git)), None) => git::run(run, git.clone()).await,
            (Some(From::Github(github)), None) => github::run(run, github).await,
            (Some(From::Mlflow(mlflow)), None) => mlflow::run(run, mlflow).await,
            (Some(From::Aws(aws)), None) => aws::run(run, aws).await,
            (None, Some(program)) => exec::run(run, program, &args).await,
            _ => {
                let fault = Fault::wrong("say where to collect, once");
                return Err(fault
                    .help("attestry collect git PATH, or attestry collect --exec PROGRAM --stream STREAM"));
            }
        };
        let Some(every) = args.every else { return done };
        // On a schedule a failure is recorded and told, and the next time comes all the same.
        if let Err(fault) = done {
            fault.report();
        }
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            _ = tokio::signal::ctrl_c() => return Ok(ExitCode::SUCCESS),
        }
    }
}

impl Run<'_> {
    fn collector(&self, source: &str, name: &str, fills: &[&str]) -> Result<Collector, Fault> {
        let streams = fills.iter().map(|stream| stream.parse::<StreamId>());
        Ok(Collector {
            source: source.to_owned(),
            name: format!("{} collect {name}", home::PROGRAM),
            every_seconds: self.every.map(|every| every.as_secs()),
            fills: streams.collect::<Result<_, _>>().map_err(|error| Fault::failed(error.to_string()))?,
        })
    }

    fn client(&self) -> Result<Client, Fault> {
        let world = self.sender.workspace().app().world.clone();
        Client::new(world, Settings::default()).map_err(|error| Fault::failed(error.to_string()))
    }

    fn now(&self) -> Instant {
        self.sender.workspace().app().world.now()
    }

    /// Stores what a collector brought, records how it went, and tells it.
    async fn take(
        &self,
        collector: &Collector,
        started_at: Instant,
        brought: Result<Brought, String>,
    ) -> Done {
        let collected = collector.take(self.sender, started_at, brought).await?;
        home::finish(self.sender.workspace()).await?;
        self.tell(collector, &collected)
    }

    fn tell(&self, collector: &Collector, collected: &Collected) -> Done {
        let streams: serde_json::Map<_, _> =
            collected.streams.iter().map(|(stream, taken)| (stream.to_string(), json!(taken))).collect();
        let document = json!({
            "source": collector.source,
            "outcome": collected.outcome,
            "streams": streams,
            "passed": collected.passed,
        });
        self.out.show(&document, |page| {
            for (stream, taken) in &collected.streams {
                page.say(format!("{stream}: {}.", printed::words(taken)));
            }
            for (kind, why, count) in &collected.passed {
                page.say(format!("Passed over: {} `{kind}`, {why}.", counted(*count, "object")));
            }
            match &collected.outcome {
                CollectionOutcome::Complete => page.say(format!("{} is collected.", collector.source)),
                CollectionOutcome::Gaps { gaps } => {
                    page.say("Something is missing; it is recorded, and `attestry status` shows it until it is there:");
                    gaps.iter().for_each(|gap| page.indented(2, gap));
                }
                CollectionOutcome::Failed { why } => {
                    page.say(format!("The collection failed: {why}."));
                    page.say("That is recorded, and `attestry status` shows it until a collection goes well.");
                }
            }
        })?;
        let failed = matches!(collected.outcome, CollectionOutcome::Failed { .. });
        Ok(if failed { ExitCode::from(NO) } else { ExitCode::SUCCESS })
    }
}
