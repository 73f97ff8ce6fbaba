//! Checked chunks become segments, each based on the state of the stream it was checked against.

use std::borrow::Cow;

use attestry_domain::catalog::Stream;
use attestry_domain::command::{Command, Envelope};
use attestry_domain::decide::Refusal;
use attestry_domain::event::evidence::CoverageRecorded;
use attestry_domain::event::{Coverage, ObjectRef, SegmentSealed};
use attestry_domain::id::{CommandId, SegmentId};
use attestry_stats::Table;

use super::check::{Checked, leave_out};
use super::{Chunks, Ingest, Ingested, Progress, changed, index};
use crate::import::{Chunk, event_times};
use crate::{AppError, Sender};

/// How often a segment is sent when others write to the stream meanwhile.
const TRIES: usize = 8;

/// An ingest that was checked, on its way into the ledger.
pub(super) struct Writing<'a> {
    sender: &'a Sender,
    ingest: &'a Ingest,
    stream: &'a Stream,
    /// The input in errors.
    name: &'a str,
    raw: Option<ObjectRef>,
    /// The newest event of the stream that the index is complete for, where it counts.
    version: Option<u64>,
    /// Whether others wrote to the stream after the check, so that the remaining keys are looked up again.
    overtaken: bool,
}

/// A segment whose bytes are durable and that no event names yet.
struct Ready<'t> {
    segment: SegmentId,
    table: Cow<'t, Table>,
    main: ObjectRef,
    personal: Option<ObjectRef>,
}

impl<'a> Writing<'a> {
    pub(super) fn new(
        sender: &'a Sender,
        ingest: &'a Ingest,
        stream: &'a Stream,
        name: &'a str,
        raw: Option<ObjectRef>,
    ) -> Self {
        Self { sender, ingest, stream, name, raw, version: None, overtaken: false }
    }

    /// Takes every chunk, then the coverage where no segment carries it.
    pub(super) async fn all(
        mut self,
        chunks: Chunks<'_>,
        checked: Checked,
        progress: &dyn Progress,
    ) -> Result<Ingested, AppError> {
        self.version = checked.version;
        let mut done = Ingested::default();
        let mut expected = checked.fresh.into_iter();
        let mut covers = self.ingest.covers.clone();
        let mut chunks = chunks.peekable();
        while let Some(chunk) = chunks.next() {
            let chunk = chunk?;
            let known = expected.next().filter(|known| known.chunk == chunk.digest);
            let known = known.ok_or_else(|| changed(self.name))?;
            let last = chunks.peek().is_none();
            if last && expected.len() > 0 {
                return Err(changed(self.name));
            }
            let covered = covers.clone().filter(|_| last);
            let rows = chunk.table.len() as u64;
            let mut added = 0;
            if let Some((segment, rows)) = self.chunk(&chunk, known.new, known.aside, covered).await? {
                added = rows;
                done.segments.push(segment);
                covers = covers.filter(|_| !last);
            }
            done.read += rows;
            done.added += added;
            done.repeated += rows.saturating_sub(added).saturating_sub(known.aside);
            progress.stored(done.read);
        }
        if expected.len() > 0 {
            return Err(changed(self.name));
        }
        if let Some(covers) = covers {
            let (stream, source) = (self.ingest.stream.clone(), self.ingest.source.clone());
            self.sender.send(Command::RecordCoverage(CoverageRecorded { stream, source, covers })).await?;
        }
        Ok(done)
    }

    /// Takes a chunk; the segment with its records, `None` when nothing in it was new.
    async fn chunk(
        &mut self,
        chunk: &Chunk,
        mut new: Vec<bool>,
        aside: u64,
        covers: Option<Coverage>,
    ) -> Result<Option<(SegmentId, u64)>, AppError> {
        let workspace = self.sender.workspace();
        if self.overtaken {
            leave_out(workspace, self.stream, chunk, &mut new, None).await?;
        }
        let mut ready: Option<Ready<'_>> = None;
        for left in (0..TRIES).rev() {
            let added = new.iter().filter(|new| **new).count();
            if added == 0 {
                return Ok(None);
            }
            let segment = match ready.take().filter(|ready| ready.table.len() == added) {
                Some(ready) => ready,
                None => self.prepare(kept(&chunk.table, &new)?).await?,
            };
            match self.seal(&segment, chunk, aside, covers.clone()).await {
                Err(AppError::Refused(Refusal::Stale { .. })) if left > 0 => {
                    self.version = Some(index::catch_up(workspace, self.stream).await?);
                    self.overtaken = true;
                    leave_out(workspace, self.stream, chunk, &mut new, None).await?;
                    ready = Some(segment);
                }
                Ok(false) => return Ok(None),
                Ok(true) => return Ok(Some((segment.segment, added as u64))),
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    async fn prepare<'t>(&self, table: Cow<'t, Table>) -> Result<Ready<'t>, AppError> {
        let app = self.sender.workspace().app();
        let segment = SegmentId::new(app.ulid());
        let personal = self.stream.columns.iter().filter(|column| column.personal);
        let personal: Vec<String> = personal.map(|column| column.name.clone()).collect();
        let encoded = app.engine.encode_segment(&segment.to_string(), app.world.now(), &table, &personal)?;
        let objects = app.store.objects();
        let main = objects.put(&encoded.main).await?;
        let personal = match &encoded.personal {
            Some(bytes) => Some(objects.put(bytes).await?),
            None => None,
        };
        Ok(Ready { segment, table, main, personal })
    }

    /// Names a segment by an event; false when somebody else took the same chunk meanwhile.
    async fn seal(
        &mut self,
        ready: &Ready<'_>,
        chunk: &Chunk,
        aside: u64,
        covers: Option<Coverage>,
    ) -> Result<bool, AppError> {
        let workspace = self.sender.workspace();
        let rows = ready.table.len() as u64;
        let command = Command::SealSegment(SegmentSealed {
            segment: ready.segment,
            stream: self.stream.id.clone(),
            source: self.ingest.source.clone(),
            collector: self.ingest.collector.clone(),
            main: ready.main.clone(),
            personal: ready.personal.clone(),
            rows,
            repeated: (chunk.table.len() as u64).saturating_sub(rows).saturating_sub(aside),
            occurred: event_times(self.stream, &ready.table),
            chunk: chunk.digest,
            raw: self.raw.clone(),
            asked: self.ingest.asked.clone(),
            covers,
        });
        let id = CommandId::new(workspace.app().ulid());
        let based_on = self.version.map(|version| (index::entity(self.stream), version));
        let recorded = self.sender.send_enveloped(Envelope { id, based_on, command }).await?;
        let Some((_, last)) = recorded.events else { return Ok(false) };
        self.version = self.version.map(|_| last);
        // A chunk that was taken already may still have recorded its coverage.
        if !workspace.follow().await?.programme.segments.contains_key(&ready.segment) {
            return Ok(false);
        }
        index::add(workspace, self.stream, &ready.table, last).await?;
        Ok(true)
    }
}

/// The rows whose flag is set.
fn kept<'t>(table: &'t Table, new: &[bool]) -> Result<Cow<'t, Table>, AppError> {
    if new.iter().all(|new| *new) {
        return Ok(Cow::Borrowed(table));
    }
    let mut some = Table::empty(table.fields().to_vec());
    for (row, _) in new.iter().enumerate().filter(|(_, new)| **new) {
        some.push_row(table.row(row)).map_err(|error| AppError::Catalog(error.to_string()))?;
    }
    Ok(Cow::Owned(some))
}
