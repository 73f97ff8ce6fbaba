//! A file that another product wrote, into every stream that it has records for.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use attestry_domain::catalog::Stream;
use attestry_domain::id::StreamId;
use serde::Serialize;

use super::input::BUFFER;
use super::{Chunks, Ingest, Ingested, InputFile, Progress, aside, check, kept, refused, rehearsal, write};
use crate::evidence::rehearse;
use crate::import::{self, Aside, Chunks as _, Product};
use crate::{AppError, Sender};

/// What was taken of a product's file.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Taken {
    /// The format.
    pub format: &'static str,
    /// Items in the file.
    pub items: u64,
    /// What came to each stream.
    pub streams: Vec<(StreamId, Ingested)>,
    /// Items that no stream takes: their kind, why, how many.
    pub passed: Vec<(String, &'static str, u64)>,
}

/// Takes a product's file: into all streams, or, when `only` names one, into that one.
///
/// # Errors
/// As [`fn@super::file`]; nothing is taken before every record of every stream was checked.
pub async fn product(
    sender: &Sender,
    like: &Ingest,
    only: bool,
    input: &InputFile,
    product: Product,
    progress: &dyn Progress,
) -> Result<Taken, AppError> {
    let workspace = sender.workspace();
    let name = input.path.display().to_string();
    if input.map.is_some() {
        return Err(AppError::Input(format!("{} has fixed columns; leave the map out", product.title())));
    }
    let before = super::input::digest(&input.path).await?;
    let refused_items = input.quarantine.then(Aside::default);
    let survey =
        import::survey(product, &name, reader(&input.path)?, refused_items.as_ref()).map_err(refused)?;
    if only && !survey.streams.iter().any(|(id, _)| *id == like.stream) {
        let found: Vec<&str> = survey.streams.iter().map(|(id, _)| id.as_str()).collect();
        let found = if found.is_empty() { "no records at all".to_owned() } else { found.join(", ") };
        return Err(AppError::Input(format!(
            "`{name}` ({}) has no records of stream `{}`; it has {found}",
            product.title(),
            like.stream
        )));
    }
    let mut work = Vec::new();
    for (id, _) in survey.streams.iter().filter(|(id, _)| !only || *id == like.stream) {
        let ingest = Ingest { stream: id.clone(), ..like.clone() };
        rehearse(sender, rehearsal(&ingest)).await?;
        let stream = super::stream(workspace, id)?;
        let aside = input.quarantine.then(Aside::default);
        let chunks = open(&stream, product, input, &input.path, aside.clone())?;
        let checked = check::check(workspace, &stream, chunks, aside.as_ref(), progress).await?;
        work.push((ingest, stream, checked, aside));
    }
    let raw = kept(workspace, input, before).await?;
    // From here on the copy is read, which nobody changes.
    let copy = workspace.app().store.objects().path(raw.digest);
    let mut taken =
        Taken { format: product.name(), items: survey.items, streams: Vec::new(), passed: survey.passed };
    // Items that became no record at all are kept aside with the first stream of the file.
    let mut unfit = refused_items.as_ref().map(Aside::take).unwrap_or_default();
    for (ingest, stream, checked, aside) in work {
        let again = input.quarantine.then(Aside::default);
        let chunks = open(&stream, product, input, &copy, again)?;
        let writing = write::Writing::new(sender, &ingest, &stream, &name, Some(raw.clone()));
        let mut done = writing.all(chunks, checked, progress).await?;
        if let Some(aside) = &aside {
            for one in unfit.drain(..) {
                aside.push(one);
            }
        }
        done.set_aside = aside::record(sender, &ingest, aside.as_ref(), &raw).await?;
        taken.streams.push((ingest.stream, done));
    }
    Ok(taken)
}

fn reader(path: &Path) -> Result<BufReader<File>, AppError> {
    let file = File::open(path).map_err(AppError::file(path))?;
    Ok(BufReader::with_capacity(BUFFER, file))
}

fn open<'a>(
    stream: &Stream,
    product: Product,
    input: &InputFile,
    path: &Path,
    aside: Option<Aside>,
) -> Result<Chunks<'a>, AppError> {
    let name = input.path.display().to_string();
    let read = import::records_for(stream, product, &input.stated, &name, reader(path)?);
    let chunks = read.keeping_aside(aside);
    Ok(Box::new(chunks.map(|chunk| chunk.map_err(refused))))
}
