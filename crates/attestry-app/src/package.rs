//! Packages: one ZIP file with what an auditor takes home, checkable without this program.
//!
//! [`write()`] puts in every event under the newest checkpoint that records what the organisation itself did, so that
//! nobody can leave one out unseen, and of the objects those that the audit is about: [`scope`] says which. What
//! auditors conclude is no part of it. The form of the file, and the check of it, are `attestry_ledger::package`'s.
//!
//! The same N with the same cosignatures gives the same bytes.
//!
//! To add an object that events name: its line in `objects`, its rule in `scope`.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;

use attestry_domain::event::Payload;
use attestry_domain::id::{Digest, EngagementId};
use attestry_domain::time::Period;
use attestry_ledger::merkle::{self, TileSource};
use attestry_ledger::package::{About, Finished, WriteError, Writer};
use attestry_ledger::verify::{Entry, Payload as Stored};
use attestry_ledger::{SignedCheckpoint, TilePath};
use serde::Serialize;
use tempfile::NamedTempFile;

use crate::{AppError, Snapshot, Workspace};
use index::{Contents, Line};
use objects::{Named, Object};
use scope::Scope;

mod guide;
mod html;
mod index;
mod objects;
mod scope;
mod sql;

#[cfg(test)]
mod tests;

/// Events read at once.
const PAGE: u32 = 1_000;

/// What a package is to be about.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The audit: its framework and period. Without one, every framework in scope.
    pub engagement: Option<EngagementId>,
    /// The days, where no audit says them; those of the newest audit or the last twelve months unless given.
    pub period: Option<Period>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Written {
    /// What it is, in a line.
    pub title: String,
    /// What it covers, in a sentence.
    pub scope: String,
    /// Events under its checkpoint.
    pub at: u64,
    /// Events in it.
    pub events: u64,
    /// Objects in it.
    pub objects: u64,
    /// Objects that were erased before, and so are not in it.
    pub erased: u64,
    /// Names of those who signed its checkpoint.
    pub signed_by: Vec<String>,
    /// SHA-256 of its manifest: it stands for everything in the package.
    pub manifest: Digest,
    /// Files in it.
    pub files: u64,
    /// Its length in bytes.
    pub bytes: u64,
}

type Out = Writer<BufWriter<NamedTempFile>>;

/// Writes a package to a file that must not be there yet.
///
/// # Errors
/// When there is no such audit, the file is there, what it must hold is damaged, or it cannot be written. Nothing is
/// left behind then.
pub async fn write(workspace: &Workspace, wanted: &Wanted, path: &Path) -> Result<Written, AppError> {
    refuse_existing(path)?;
    let signed = workspace.publish().await?;
    let signed = signed.ok_or_else(|| AppError::Input("the ledger has no events yet".to_owned()))?;
    let at = signed.checkpoint().size();
    let snapshot = workspace.at(Some(at)).await?;
    let scope = scope::find(workspace, &snapshot, wanted)?;
    let about = About {
        workspace: workspace.id().to_string(),
        title: scope.title.clone(),
        scope: scope.sentence.clone(),
    };
    let folder = folder_of(path);
    let file = tempfile::Builder::new().prefix(".attestry-package-").tempfile_in(folder);
    let file = BufWriter::with_capacity(1 << 20, file.map_err(AppError::file(path))?);
    let mut writer = Writer::new(file, about, &workspace.log_key(), &signed)?;
    let mut contents = Contents::new(&signed);
    writer = put_earlier(workspace, writer, at, &mut contents).await?;
    let (events, named);
    (writer, events, named) = put_events(workspace, writer, at, &mut contents).await?;
    writer = put_tiles(workspace, writer, &mut contents).await?;
    let gathered = objects::gather(&snapshot, &scope, &named);
    writer = put_objects(workspace, writer, &gathered.present, &mut contents).await?;
    let queries = sql::files(workspace, &snapshot, &scope, &named).await?;
    contents.lines.extend(queries.iter().map(sql::QueryFile::line));
    let erased = gathered.erased;
    let made = Made { snapshot: &snapshot, scope: &scope, named: &named, signed: &signed, erased };
    let page = html::page(&made, workspace, &contents);
    put_files(&mut writer, workspace, &made, queries, &mut contents, &page)?;
    let finished = finish(workspace, writer, path).await?;
    Ok(Written {
        title: scope.title,
        scope: scope.sentence,
        at,
        events,
        objects: gathered.present.len() as u64,
        erased,
        signed_by: signers(&signed),
        manifest: Digest::new(*finished.manifest.as_bytes()),
        files: finished.files,
        bytes: finished.bytes,
    })
}

/// What the guides and the index are made from.
struct Made<'a> {
    snapshot: &'a Snapshot,
    scope: &'a Scope,
    named: &'a [Named],
    signed: &'a SignedCheckpoint,
    erased: u64,
}

fn signers(signed: &SignedCheckpoint) -> Vec<String> {
    signed.note().signatures().iter().map(|signature| signature.name().to_owned()).collect()
}

fn refuse_existing(path: &Path) -> Result<(), AppError> {
    match path.symlink_metadata() {
        Ok(_) => Err(AppError::Input(format!("`{}` is there already; name another file", path.display()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(AppError::file(path)(error)),
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// Does what waits for the disk where waiting is allowed.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AppError> + Send + 'static,
) -> Result<T, AppError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| AppError::Stopping)?
}

/// Puts in the earlier checkpoints that witnesses cosigned, each proven to be part of the newest.
async fn put_earlier(
    workspace: &Workspace,
    mut writer: Out,
    at: u64,
    contents: &mut Contents,
) -> Result<Out, AppError> {
    let mut cosigned = workspace.app().store.list_cosigned(workspace.id()).await?;
    cosigned.retain(|one| (1..at).contains(&one.checkpoint().size()));
    for one in &cosigned {
        contents.earlier(one.checkpoint().size());
    }
    let tiles = workspace.tiles();
    aside(move || {
        for one in &cosigned {
            let proof = merkle::consistency_proof(&tiles, one.checkpoint().size(), at);
            let proof = proof.map_err(|error| AppError::Catalog(format!("the tiles: {error}")))?;
            writer.earlier(one, &proof, None)?;
        }
        Ok(writer)
    })
    .await
}

/// Puts in the events of kinds that are management's, and keeps what they name.
async fn put_events(
    workspace: &Workspace,
    mut writer: Out,
    at: u64,
    contents: &mut Contents,
) -> Result<(Out, u64, Vec<Named>), AppError> {
    let (mut named, mut last, mut count) = (Vec::new(), 0, 0);
    while last < at {
        let limit = u32::try_from(at - last).unwrap_or(u32::MAX).min(PAGE);
        let page = workspace.app().store.entries_after(workspace.id(), last, limit).await?;
        let Some(newest) = page.last() else { break };
        last = newest.envelope.sequence();
        let ours: Vec<Entry> =
            page.into_iter().filter(|entry| scope::is_managements(entry.envelope.kind())).collect();
        for entry in &ours {
            named.extend(decoded(entry)?);
            contents.event(entry.envelope.sequence());
        }
        count += ours.len() as u64;
        writer = aside(move || {
            ours.iter().try_for_each(|entry| writer.event(entry))?;
            Ok(writer)
        })
        .await?;
    }
    Ok((writer, count, named))
}

/// The payload of an event, where it names objects or says what others are about.
fn decoded(entry: &Entry) -> Result<Option<Named>, AppError> {
    let Stored::Present { bytes, .. } = &entry.payload else { return Ok(None) };
    let envelope = &entry.envelope;
    let version = u16::try_from(envelope.version()).unwrap_or(u16::MAX);
    let payload = Payload::decode(envelope.kind(), version, bytes).map_err(|error| {
        AppError::Store(attestry_store::StoreError::UnreadableEvent {
            sequence: envelope.sequence(),
            source: error,
        })
    })?;
    Ok(objects::is_of_use(&payload).then_some(Named {
        sequence: envelope.sequence(),
        recorded_at: envelope.recorded_at(),
        payload,
    }))
}

async fn put_tiles(workspace: &Workspace, mut writer: Out, contents: &mut Contents) -> Result<Out, AppError> {
    let tiles = workspace.tiles();
    let wanted = writer.tiles_wanted();
    contents.lines.extend(wanted.iter().map(|tile| Line::plain(tile.to_string(), index::TILE)));
    aside(move || {
        for tile in &wanted {
            let bytes = read_tile(&tiles, tile)?.ok_or(WriteError::Tile(*tile))?;
            writer.tile(tile, &bytes)?;
        }
        Ok(writer)
    })
    .await
}

/// A tile, or the wider one that took its place.
fn read_tile(tiles: &crate::ledger::Tiles, tile: &TilePath) -> Result<Option<Vec<u8>>, AppError> {
    let read = |tile: &TilePath| tiles.read(tile).map_err(AppError::file(tile.to_string()));
    match read(tile)? {
        None if tile.is_partial() => read(&tile.full()),
        found => Ok(found),
    }
}

async fn put_objects(
    workspace: &Workspace,
    mut writer: Out,
    objects: &[Object],
    contents: &mut Contents,
) -> Result<Out, AppError> {
    for object in objects {
        let digest = Digest::new(*object.digest.as_bytes());
        let place = workspace.app().store.objects().path(digest);
        let mut entry = object.entry();
        contents.lines.push(object.line());
        writer = aside(move || {
            let file = File::open(&place).map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => AppError::unknown("object", digest),
                _ => AppError::file(&place)(error),
            })?;
            entry.bytes = file.metadata().map_err(AppError::file(&place))?.len();
            writer.object(&entry, &mut BufReader::with_capacity(1 << 20, file))?;
            Ok(writer)
        })
        .await?;
    }
    Ok(writer)
}

/// Guides, indexes and queries, in the order of their names.
fn put_files(
    writer: &mut Out,
    workspace: &Workspace,
    made: &Made<'_>,
    queries: Vec<sql::QueryFile>,
    contents: &mut Contents,
    page: &str,
) -> Result<(), AppError> {
    contents.close();
    writer.file("VERIFY.md", "guide", guide::text(made, &workspace.log_key()).as_bytes())?;
    writer.file("index.csv", "index", contents.csv()?.as_bytes())?;
    writer.file("index.html", "index", page.as_bytes())?;
    for query in queries {
        writer.file(&query.path, query.role, &query.bytes)?;
    }
    Ok(())
}

/// Seals the package, makes it durable and gives it its name.
async fn finish(workspace: &Workspace, writer: Out, path: &Path) -> Result<Finished<()>, AppError> {
    let (signer, path) = (workspace.signer().clone(), path.to_owned());
    aside(move || {
        let Finished { out, manifest, files, bytes } = writer.finish(Some(&signer))?;
        let file = out.into_inner().map_err(|error| AppError::file(&path)(error.into_error()))?;
        file.as_file().sync_all().map_err(AppError::file(&path))?;
        file.persist_noclobber(&path).map_err(|error| match error.error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                AppError::Input(format!("`{}` is there already; name another file", path.display()))
            }
            _ => AppError::file(&path)(error.error),
        })?;
        let folder = folder_of(&path);
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(AppError::file(folder))?;
        Ok(Finished { out: (), manifest, files, bytes })
    })
    .await
}
