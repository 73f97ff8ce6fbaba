//! Records that could not be taken: kept as they came, with every reason, until a person says what becomes of them.

use attestry_domain::command::Command;
use attestry_domain::event::{ObjectRef, RecordsSetAside};
use attestry_domain::id::{Digest, SetAsideId};
use attestry_domain::programme::Programme;
use ulid::Ulid;

use super::Ingest;
use crate::import::{Aside, Unfit};
use crate::{AppError, Sender, Workspace};

/// Records what was kept aside of an input; how many records that are. The same input again is nothing new.
pub(super) async fn record(
    sender: &Sender,
    ingest: &Ingest,
    aside: Option<&Aside>,
    raw: &ObjectRef,
) -> Result<u64, AppError> {
    let unfit = aside.map(Aside::take).unwrap_or_default();
    if unfit.is_empty() {
        return Ok(0);
    }
    // The same input again: what it has in its taken parts is not compared once more, so its list would be shorter.
    let known = sender.workspace().follow().await?.programme;
    let same = |one: &RecordsSetAside| {
        one.stream == ingest.stream && one.source == ingest.source && one.raw.as_ref() == Some(raw)
    };
    if let Some(known) = known.set_aside.values().find(|known| same(&known.records.value)) {
        return Ok(known.records.value.rows);
    }
    let mut lines = Vec::new();
    for one in &unfit {
        serde_json::to_writer(&mut lines, one).map_err(|error| AppError::Input(error.to_string()))?;
        lines.push(b'\n');
    }
    let records = sender.workspace().app().store.objects().put(&lines).await?;
    let rows = unfit.len() as u64;
    sender
        .send(Command::SetAside(RecordsSetAside {
            set_aside: id(ingest, records.digest),
            stream: ingest.stream.clone(),
            source: ingest.source.clone(),
            records,
            rows,
            raw: Some(raw.clone()),
        }))
        .await?;
    Ok(rows)
}

impl Workspace {
    /// The records that were kept aside, with the reasons for each.
    ///
    /// # Errors
    /// When there is no such batch, or its object cannot be read.
    pub async fn set_aside(&self, programme: &Programme, id: SetAsideId) -> Result<Vec<Unfit>, AppError> {
        let Some(batch) = programme.set_aside.get(&id) else {
            let near = programme.set_aside.keys().map(ToString::to_string).collect();
            return Err(AppError::NotFound { kind: "batch set aside", id: id.to_string(), near });
        };
        let bytes = self.object(&batch.records.value.records.digest).await?;
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let read = lines.map(serde_json::from_slice).collect::<Result<_, _>>();
        read.map_err(|error| AppError::Catalog(format!("batch {id}: {error}")))
    }
}

/// The same for the same records, so that an input which comes twice is set aside once.
fn id(ingest: &Ingest, records: Digest) -> SetAsideId {
    let digest = Digest::of(format!("{}\n{}\n{records}", ingest.stream, ingest.source).as_bytes());
    let first = digest.bytes().first_chunk().copied().unwrap_or_default();
    SetAsideId::new(Ulid::from_bytes(first))
}
