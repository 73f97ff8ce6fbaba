//! Files of records into a stream.

use std::process::ExitCode;

use attestry_app::import::{Format as Records, Map};
use attestry_app::ingest::{self, Ingested, InputFile, Progress};
use indicatif::ProgressBar;
use serde_json::json;

use crate::args::{Format, Ingest, Place, View};
use crate::home;
use crate::ui::words::counted;
use crate::ui::{Fault, Out, progress};
use crate::verb::Done;

struct Bar(ProgressBar);

impl Progress for Bar {
    fn checked(&self, records: u64) {
        self.0.set_message("Checking records");
        self.0.set_position(records);
    }

    fn stored(&self, records: u64) {
        self.0.set_message("Storing records");
        self.0.set_position(records);
    }
}

pub(crate) async fn run(place: &Place, view: &View, out: Out, args: Ingest) -> Done {
    home::newest_only(view, "ingest")?;
    let map = map(&args)?;
    let sender = home::sender(place).await?;
    let source = args.source.clone().unwrap_or_else(|| args.stream.to_string());
    let mut done = Vec::new();
    let last = args.files.len().saturating_sub(1);
    for (at, path) in args.files.iter().enumerate() {
        let covers = args.covers.filter(|_| at == last).map(ingest::claimed);
        let collector = format!("{} ingest", home::PROGRAM);
        let wanted =
            ingest::Ingest { stream: args.stream.clone(), source: source.clone(), collector, covers };
        let format = args.format.map(records);
        let input = InputFile { path: path.clone(), format, map: map.clone() };
        let bar = progress::waiting("Checking records");
        let taken = ingest::file(&sender, &wanted, &input, &Bar(bar.clone())).await;
        bar.finish_and_clear();
        match taken {
            Ok(taken) => done.push((path.display().to_string(), taken)),
            Err(error) => return Err(stopped(error.into(), path, &done)),
        }
    }
    home::finish(sender.workspace()).await?;
    let files = done.iter().map(|(file, taken)| json!({ "file": file, "taken": taken })).collect::<Vec<_>>();
    let at = sender.workspace().newest().programme.sequence;
    let document = json!({ "stream": args.stream, "source": source, "at": at, "files": files });
    out.show(&document, |page| {
        for (file, taken) in &done {
            page.say(format!("{file}: {}.", words(taken)));
        }
        if let Some(covers) = args.covers {
            page.say(format!("You say that {source} is complete {covers}, the last day not included."));
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The fault of one file, with what the files before it brought: that is recorded.
fn stopped(fault: Fault, path: &std::path::Path, done: &[(String, Ingested)]) -> Fault {
    let recorded = done.iter().map(|(file, taken)| format!("{file}: {}, recorded", words(taken)));
    let nothing = format!("{}: nothing of it was taken, nor of the files after it", path.display());
    recorded.chain([nothing]).fold(fault, |fault, line| fault.at(line))
}

/// What was taken, in words.
pub(crate) fn words(taken: &Ingested) -> String {
    let repeated = if taken.repeated == 0 {
        String::new()
    } else {
        format!(", {} already there", counted(taken.repeated, "record"))
    };
    format!(
        "{} read, {} new{repeated}",
        counted(taken.read, "record"),
        crate::ui::words::grouped(taken.added)
    )
}

fn map(args: &Ingest) -> Result<Option<Map>, Fault> {
    let Some(path) = &args.map else { return Ok(None) };
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| Fault::wrong(format!("`{name}`: {error}")))?;
    Map::parse(&text).map(Some).map_err(|error| Fault::split(crate::ui::WRONG, &error.to_string()).at(name))
}

fn records(format: Format) -> Records {
    match format {
        Format::Ndjson => Records::Ndjson,
        Format::Csv => Records::Csv,
        Format::Parquet => Records::Parquet,
        Format::Cloudtrail => Records::CloudTrail,
    }
}
