//! Small writes: durable in the database at once, waiting to be sealed into a segment.
//!
//! Many submissions share one transaction; its commit is their acknowledgement. A request that comes again under its
//! key gets its first answer again.

use attestry_domain::event::Actor;
use attestry_domain::id::{Digest, StreamId, WorkspaceId};
use attestry_domain::time::Instant;
use sqlx::{Any, Row, Transaction};

use crate::database::{digest, number, stored, word};
use crate::{Store, StoreError};

/// How long an answer is remembered, in microseconds: two days.
const REMEMBERED: i64 = 2 * 24 * 60 * 60 * 1_000_000;

/// Records on their way into the buffer.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The stream.
    pub stream: StreamId,
    /// Where they come from.
    pub source: String,
    /// What brought them.
    pub collector: String,
    /// In whose name.
    pub actor: Actor,
    /// The records as they came, one JSON object a line.
    pub records: Vec<u8>,
    /// How many.
    pub rows: u64,
    /// The sender's key of this request, with the digest of what it asks and the answer it gets.
    pub request: Option<Answered>,
}

/// A request that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The sender's key.
    pub request: String,
    /// SHA-256 over what was asked.
    pub digest: Digest,
    /// The answer.
    pub answer: String,
}

/// What became of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submitted {
    /// It is durable.
    Stored,
    /// The same request was answered before.
    Repeated(Answered),
}

/// Records that wait.
#[derive(Debug, Clone)]
pub struct Buffered {
    /// Their place in the buffer.
    pub id: i64,
    /// The records and where they come from; without the request.
    pub submission: Submission,
    /// When they came.
    pub received_at: Instant,
}

impl Store {
    /// Puts submissions into the buffer, all in one transaction; what became of each, in their order.
    ///
    /// # Errors
    /// If the database fails; then none is in the buffer.
    pub async fn submit(
        &self,
        workspace: WorkspaceId,
        submissions: &[Submission],
        now: Instant,
    ) -> Result<Vec<Submitted>, StoreError> {
        let mut tx = self.database.begin_write().await?;
        if submissions.iter().any(|one| one.request.is_some()) {
            sqlx::query("DELETE FROM request WHERE answered_at <= $1")
                .bind(now.micros().saturating_sub(REMEMBERED))
                .execute(&mut *tx)
                .await?;
        }
        let mut done = Vec::with_capacity(submissions.len());
        for one in submissions {
            let repeated = match &one.request {
                Some(request) => remember(&mut tx, workspace, request, now).await?,
                None => None,
            };
            done.push(match repeated {
                Some(answered) => Submitted::Repeated(answered),
                None => {
                    insert(&mut tx, workspace, one, now).await?;
                    Submitted::Stored
                }
            });
        }
        tx.commit().await?;
        Ok(done)
    }

    /// What waits in the buffer of a workspace, oldest first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn buffered(&self, workspace: WorkspaceId, limit: u32) -> Result<Vec<Buffered>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, stream, source, collector, actor, records, row_count, received_at FROM buffer \
             WHERE workspace = $1 ORDER BY id LIMIT $2",
        )
        .bind(workspace.to_string())
        .bind(i64::from(limit))
        .fetch_all(self.database.pool())
        .await?;
        let one = |row: &sqlx::any::AnyRow| {
            let actor: &str = row.try_get("actor")?;
            let actor = actor.to_owned().try_into().map_err(|_| StoreError::row("buffer", actor))?;
            let submission = Submission {
                stream: word(row, "buffer", "stream")?,
                source: row.try_get("source")?,
                collector: row.try_get("collector")?,
                actor,
                records: row.try_get("records")?,
                rows: number(row, "buffer", "row_count")?,
                request: None,
            };
            let received_at = Instant::from_micros(row.try_get("received_at")?);
            Ok(Buffered { id: row.try_get("id")?, submission, received_at })
        };
        rows.iter().map(one).collect()
    }

    /// Takes out of the buffer what was sealed.
    ///
    /// # Errors
    /// If the database fails; then it is all still there, and sealing it again adds nothing.
    pub async fn remove_buffered(&self, workspace: WorkspaceId, ids: &[i64]) -> Result<(), StoreError> {
        let mut tx = self.database.begin_write().await?;
        for id in ids {
            sqlx::query("DELETE FROM buffer WHERE workspace = $1 AND id = $2")
                .bind(workspace.to_string())
                .bind(*id)
                .execute(&mut *tx)
                .await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Remembers the answer to a request; the first answer when there was one.
async fn remember(
    tx: &mut Transaction<'static, Any>,
    workspace: WorkspaceId,
    request: &Answered,
    now: Instant,
) -> Result<Option<Answered>, StoreError> {
    let added = sqlx::query(
        "INSERT INTO request (workspace, request, digest, answer, answered_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT DO NOTHING",
    )
    .bind(workspace.to_string())
    .bind(request.request.as_str())
    .bind(request.digest.bytes().to_vec())
    .bind(request.answer.as_str())
    .bind(now.micros())
    .execute(&mut **tx)
    .await?;
    if added.rows_affected() == 1 {
        return Ok(None);
    }
    let row = sqlx::query("SELECT digest, answer FROM request WHERE workspace = $1 AND request = $2")
        .bind(workspace.to_string())
        .bind(request.request.as_str())
        .fetch_one(&mut **tx)
        .await?;
    let (digest, answer) = (digest(&row, "request", "digest")?, row.try_get("answer")?);
    Ok(Some(Answered { request: request.request.clone(), digest, answer }))
}

async fn insert(
    tx: &mut Transaction<'static, Any>,
    workspace: WorkspaceId,
    one: &Submission,
    now: Instant,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO buffer (workspace, stream, source, collector, actor, records, row_count, received_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(workspace.to_string())
    .bind(one.stream.as_str())
    .bind(one.source.as_str())
    .bind(one.collector.as_str())
    .bind(String::from(one.actor))
    .bind(one.records.as_slice())
    .bind(stored(one.rows))
    .bind(now.micros())
    .execute(&mut **tx)
    .await?;
    Ok(())
}
