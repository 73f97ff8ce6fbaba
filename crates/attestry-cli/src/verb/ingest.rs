//! Files of records into a stream.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use attestry_app::Sender;
use attestry_app::import::{Format, Map};
use attestry_app::ingest::{self, Ingested, InputFile, Progress, Shape, Taken};
use attestry_domain::catalog::Catalog;
use attestry_domain::event::Coverage;
use attestry_domain::id::StreamId;
use indicatif::ProgressBar;
use serde::Serialize;
use serde_json::json;

use crate::args::{Ingest, Place, View};
use crate::home;
use crate::ui::words::counted;
use crate::ui::{Fault, Out, Page, progress};
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

/// What a file gave.
#[derive(Serialize)]
struct Given {
    file: String,
    /// Over all streams.
    taken: Ingested,
    #[serde(flatten)]
    parts: Taken,
}

pub(crate) async fn run(place: &Place, view: &View, out: Out, args: Ingest) -> Done {
    home::newest_only(view, "ingest")?;
    let map = map(&args)?;
    if args.files.is_empty() && !Path::new(&args.stream).exists() {
        let fault = Fault::wrong(format!("there is no file `{}`", args.stream));
        return Err(fault.help("attestry ingest [STREAM] FILE…"));
    }
    let sender = home::sender(place).await?;
    let (stream, files) = words_of(&args, &sender.workspace().newest().catalog)?;
    let mut done: Vec<Given> = Vec::new();
    let last = files.len().saturating_sub(1);
    for (at, path) in files.iter().enumerate() {
        let covers = args.covers.filter(|_| at == last).map(ingest::claimed);
        let input = InputFile {
            path: path.clone(),
            format: None,
            map: map.clone(),
            quarantine: args.quarantine,
            stated: args.set.clone(),
        };
        let bar = progress::waiting("Checking records");
        let taken = one(&sender, stream.as_ref(), &args, covers, input, &Bar(bar.clone())).await;
        bar.finish_and_clear();
        match taken {
            Ok(parts) => {
                let file = path.display().to_string();
                done.push(Given { file, taken: sum(&parts), parts });
            }
            Err(fault) => return Err(stopped(fault, path, &done)),
        }
    }
    home::finish(sender.workspace()).await?;
    let at = sender.workspace().newest().programme.sequence;
    out.show(&json!({ "at": at, "files": done }), |page| {
        done.iter().for_each(|given| told(page, given));
        if let Some(covers) = args.covers {
            page.say(format!("You say that these are complete {covers}, the last day not included."));
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The stream and the files. The first word is a file when there is no other, or when it is one and names no stream.
fn words_of(args: &Ingest, catalog: &Catalog) -> Result<(Option<StreamId>, Vec<PathBuf>), Fault> {
    let first = PathBuf::from(&args.stream);
    let stream: Option<StreamId> = args.stream.parse().ok().filter(|id| catalog.streams.contains_key(id));
    match stream.filter(|_| !args.files.is_empty()) {
        Some(stream) => Ok((Some(stream), args.files.clone())),
        None if first.exists() => {
            Ok((None, std::iter::once(first).chain(args.files.iter().cloned()).collect()))
        }
        None => Err(ingest::no_stream(catalog, &args.stream).into()),
    }
}

async fn one(
    sender: &Sender,
    stream: Option<&StreamId>,
    args: &Ingest,
    covers: Option<Coverage>,
    mut input: InputFile,
    progress: &dyn Progress,
) -> Result<Taken, Fault> {
    let shape = match args.format {
        Some(shape) => Some(shape),
        // Columns that a map renames are nobody's known form.
        None if input.map.is_some() => None,
        None => Shape::of(&input)?,
    };
    let named = stream.is_some();
    let (stream, name) = match (stream, shape) {
        (Some(stream), _) => (stream.clone(), stream.to_string()),
        (None, Some(Shape::Product(product))) => (cloud()?, product.name().to_owned()),
        (None, Some(Shape::Records(Format::CloudTrail))) => (cloud()?, "cloudtrail".to_owned()),
        (None, _) => return Err(which(&input.path)),
    };
    let wanted = ingest::Ingest {
        stream: stream.clone(),
        source: args.source.clone().unwrap_or(name),
        collector: format!("{} ingest{}", home::PROGRAM, stated(&args.set)),
        asked: None,
        covers,
    };
    if let Some(Shape::Product(product)) = shape {
        return Ok(ingest::product(sender, &wanted, named, &input, product, progress).await?);
    }
    input.format = shape.and_then(|shape| match shape {
        Shape::Records(format) => Some(format),
        Shape::Product(_) => None,
    });
    let taken = ingest::file(sender, &wanted, &input, progress).await?;
    Ok(Taken {
        format: input.format.map_or("records", Format::name),
        items: taken.read,
        streams: vec![(stream, taken)],
        passed: Vec::new(),
    })
}

/// The stream of calls at a cloud's control plane.
fn cloud() -> Result<StreamId, Fault> {
    "api_activity".parse().map_err(|error| Fault::failed(format!("{error}")))
}

/// What a person stated for the file, to be kept with its records.
fn stated(set: &[(String, String)]) -> String {
    let stated: Vec<String> = set.iter().map(|(column, value)| format!("{column}={value}")).collect();
    if stated.is_empty() { String::new() } else { format!(" (stated: {})", stated.join(", ")) }
}

fn which(path: &Path) -> Fault {
    let name = path.display();
    Fault::wrong(format!("`{name}` does not tell which stream its records belong to"))
        .help(format!("name the stream first: attestry ingest STREAM {name}"))
}

/// What all streams of a file took together.
fn sum(parts: &Taken) -> Ingested {
    let mut sum = Ingested::default();
    for (_, taken) in &parts.streams {
        sum.read += taken.read;
        sum.added += taken.added;
        sum.repeated += taken.repeated;
        sum.set_aside += taken.set_aside;
        sum.segments.extend(&taken.segments);
    }
    sum
}

/// What became of a file, for people.
fn told(page: &mut Page, given: &Given) {
    let Given { file, parts: taken, .. } = given;
    if let [(_, only)] = taken.streams.as_slice()
        && taken.passed.is_empty()
        && taken.items == only.read
    {
        page.say(format!("{file}: {}.", words(only)));
        return;
    }
    page.say(format!("{file}: {} ({}).", counted(taken.items, "item"), taken.format));
    for (stream, taken) in &taken.streams {
        page.indented(2, format!("{stream}: {}.", words(taken)));
    }
    for (kind, why, count) in &taken.passed {
        page.indented(2, format!("Passed over: {} `{kind}`, {why}.", counted(*count, "item")));
    }
}

/// The fault of one file, with what the files before it brought: that is recorded.
fn stopped(fault: Fault, path: &std::path::Path, done: &[Given]) -> Fault {
    let recorded = done.iter().flat_map(|given| {
        let streams = given.parts.streams.iter();
        streams.map(|(stream, taken)| format!("{}: {stream}: {}, recorded", given.file, words(taken)))
    });
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
    let aside = if taken.set_aside == 0 {
        String::new()
    } else {
        format!(", {} kept aside (`attestry aside list`)", counted(taken.set_aside, "record"))
    };
    format!(
        "{} read, {} new{repeated}{aside}",
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
