//! Accounts, settings and trails of AWS, and the logs that CloudTrail wrote to S3.

use std::path::Path;
use std::process::ExitCode;

use attestry_app::collect::aws::{self, AwsOptions, AwsSettings, LogFolder, LogKind};
use attestry_app::collection::Brought;
use attestry_app::import::Format;
use attestry_app::ingest::{self, Ingest, Ingested};
use attestry_domain::event::Asked;
use attestry_domain::time::Period;

use super::Run;
use crate::args::Aws;
use crate::home;
use crate::ui::{Fault, WRONG, progress};
use crate::verb::{Done, ingest as printed};

const FILLS: [&str; 2] = ["account", "config_state"];

pub(super) async fn run(run: Run<'_>, args: &Aws) -> Done {
    let started = run.now();
    let collector = run.collector(&args.source, "aws", &FILLS)?;
    let settings = AwsSettings::find(&|name| std::env::var(name).ok(), &read, None);
    let settings = settings.map_err(|error| Fault::split(WRONG, &error.to_string()))?;
    let options = AwsOptions {
        key_age_days: args.key_age,
        unused_days: args.unused,
        person_tag: args.person_tag.clone(),
        ..AwsOptions::default()
    };
    let (client, world) = (run.client()?, run.sender.workspace().app().world.clone());
    let bar = progress::waiting("Asking AWS");
    let brought = aws::collect(&client, world.as_ref(), &settings, &options).await;
    bar.finish_and_clear();
    let done = run
        .take(&collector, started, brought.map(Brought::Collection).map_err(|error| error.to_string()))
        .await?;
    if let (Some(folder), Some(days)) = (&args.logs, args.days) {
        logs(run, args, &settings, folder, days).await?;
    }
    Ok(done)
}

fn read(path: &Path) -> std::io::Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads the log files of some days into `api_activity`, each with its own bytes kept.
async fn logs(run: Run<'_>, args: &Aws, settings: &AwsSettings, folder: &str, days: Period) -> Done {
    let fault = |error: aws::AwsError| Fault::failed(error.to_string());
    let (client, world) = (run.client()?, run.sender.workspace().app().world.clone());
    let folder = LogFolder::parse(folder, days, LogKind::Events).map_err(fault)?;
    let list = folder.list(&client, world.as_ref(), settings).await.map_err(fault)?;
    let stream: attestry_domain::id::StreamId =
        "api_activity".parse().map_err(|error| Fault::failed(format!("{error}")))?;
    let mut sum = Ingested::default();
    for file in &list.files {
        let bytes = folder.read(&client, world.as_ref(), settings, &list, file).await.map_err(fault)?;
        let asked = Asked {
            query: format!("{}: {}", list.query, file.key),
            at_source: None,
            tie_out: Some(list.tie_out.clone()),
        };
        let ingest = Ingest {
            stream: stream.clone(),
            source: args.source.clone(),
            collector: format!("{} collect aws", home::PROGRAM),
            asked: Some(asked),
            covers: None,
        };
        let taken = ingest::fetched(run.sender, &ingest, Format::CloudTrail, &bytes).await?;
        sum.read += taken.read;
        sum.added += taken.added;
        sum.repeated += taken.repeated;
        sum.set_aside += taken.set_aside;
    }
    home::finish(run.sender.workspace()).await?;
    run.out.show(&sum, |page| {
        page.say(format!("{} log files: {}.", list.files.len(), printed::words(&sum)));
        list.gaps.iter().for_each(|gap| page.say(gap));
    })?;
    Ok(ExitCode::SUCCESS)
}
