//! Events: appended in one transaction with their head, read in order.

mod read;
mod row;

use std::collections::HashSet;

use attestry_domain::event::{Actor, Payload};
use attestry_domain::id::{CommandId, WorkspaceId};
use attestry_domain::time::Instant;
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Transaction};

use crate::database::{number, stored};
use crate::{AppendError, Store, StoreError};

pub(crate) use row::{Stored, StoredPayload};

/// Events written by one statement. More make it slower: SQLite finds each parameter by a linear search.
const ROWS_PER_STATEMENT: usize = 48;

/// Columns of an event besides its workspace.
const COLUMNS: usize = 9;

/// Command ids looked for by one statement.
const COMMANDS_PER_STATEMENT: usize = 100;

/// What one command appends.
#[derive(Debug, Clone, Copy)]
pub struct Append<'a> {
    /// The command, so that a repeat of it returns the first answer.
    pub command: Option<CommandId>,
    /// When the ledger learns of it.
    pub recorded_at: Instant,
    /// Who said so.
    pub actor: Actor,
    /// What happened; the objects they name are durable already.
    pub payloads: &'a [Payload],
}

/// The events that a command made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// The first.
    pub first: u64,
    /// The last; one less than the first when there are none.
    pub last: u64,
}

impl Store {
    /// Appends the events of one command to a ledger that has `expected_size` events. When it returns they are
    /// durable. `salts` gives 32 random bytes for each event.
    ///
    /// # Errors
    /// [`AppendError::Conflict`] if the ledger has another size, [`AppendError::Repeated`] if the command was
    /// carried out before. After another error it is not known whether the events were appended, and the same
    /// command can be sent again.
    #[expect(clippy::too_many_arguments, reason = "the parts of one append, each of another type")]
    pub async fn append(
        &self,
        workspace: WorkspaceId,
        expected_size: u64,
        command: Option<CommandId>,
        recorded_at: Instant,
        actor: Actor,
        payloads: &[Payload],
        salts: &mut (dyn FnMut() -> [u8; 32] + Send),
    ) -> Result<Appended, AppendError> {
        let append = Append { command, recorded_at, actor, payloads };
        let appended = self.append_many(workspace, expected_size, &[append], salts).await?;
        Ok(appended.first().copied().unwrap_or(Appended { first: expected_size + 1, last: expected_size }))
    }

    /// Appends the events of several commands, in order and in one transaction: all of them or none.
    ///
    /// # Errors
    /// As [`Store::append`].
    pub async fn append_many(
        &self,
        workspace: WorkspaceId,
        expected_size: u64,
        appends: &[Append<'_>],
        salts: &mut (dyn FnMut() -> [u8; 32] + Send),
    ) -> Result<Vec<Appended>, AppendError> {
        refuse_twice(appends)?;
        let (rows, appended) = rows(workspace, expected_size, appends, salts)?;
        let new_size = expected_size + rows.len() as u64;
        let mut tx = self.database.begin_write().await?;
        // On PostgreSQL this row lock makes writers take turns; who comes second finds another size.
        let moved = sqlx::query("UPDATE head SET size = $1 WHERE workspace = $2 AND size = $3")
            .bind(stored(new_size))
            .bind(workspace.to_string())
            .bind(stored(expected_size));
        let moved = moved.execute(&mut *tx).await?.rows_affected() == 1;
        refuse_repeated(&mut tx, workspace, appends).await?;
        if !moved {
            return Err(AppendError::Conflict { size: size(&mut tx, workspace).await? });
        }
        for rows in rows.chunks(ROWS_PER_STATEMENT) {
            insert(&mut tx, workspace, rows).await?;
        }
        for (append, appended) in appends.iter().zip(&appended) {
            record(&mut tx, workspace, append, *appended).await?;
        }
        tx.commit().await?;
        Ok(appended)
    }

    /// The events that a command made, if it was carried out before.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn lookup_command(
        &self,
        workspace: WorkspaceId,
        command: CommandId,
    ) -> Result<Option<Appended>, StoreError> {
        let row = sqlx::query(
            "SELECT first_sequence, last_sequence FROM command WHERE workspace = $1 AND command = $2",
        )
        .bind(workspace.to_string())
        .bind(command.to_string());
        row.fetch_optional(self.database.pool()).await?.as_ref().map(answer).transpose()
    }
}

fn refuse_twice(appends: &[Append<'_>]) -> Result<(), AppendError> {
    let mut seen = HashSet::new();
    match appends.iter().filter_map(|append| append.command).find(|command| !seen.insert(*command)) {
        Some(command) => Err(AppendError::TwiceInBatch { command }),
        None => Ok(()),
    }
}

fn rows(
    workspace: WorkspaceId,
    size: u64,
    appends: &[Append<'_>],
    salts: &mut (dyn FnMut() -> [u8; 32] + Send),
) -> Result<(Vec<Stored>, Vec<Appended>), StoreError> {
    let (mut rows, mut appended) = (Vec::new(), Vec::new());
    let workspace = workspace.to_string();
    let mut last = size;
    for append in appends {
        let first = last + 1;
        for payload in append.payloads {
            last += 1;
            rows.push(Stored::new(&workspace, last, append, payload, salts())?);
        }
        appended.push(Appended { first, last });
    }
    Ok((rows, appended))
}

async fn refuse_repeated(
    tx: &mut Transaction<'static, Any>,
    workspace: WorkspaceId,
    appends: &[Append<'_>],
) -> Result<(), AppendError> {
    let commands: Vec<CommandId> = appends.iter().filter_map(|append| append.command).collect();
    for commands in commands.chunks(COMMANDS_PER_STATEMENT) {
        let places: Vec<String> = (0..commands.len()).map(|at| format!("${}", at + 2)).collect();
        let sql = format!(
            "SELECT command, first_sequence, last_sequence FROM command \
             WHERE workspace = $1 AND command IN ({}) ORDER BY first_sequence",
            places.join(", ")
        );
        let mut query =
            sqlx::query(AssertSqlSafe(sql)).persistent(commands.len() == 1).bind(workspace.to_string());
        for command in commands {
            query = query.bind(command.to_string());
        }
        if let Some(row) = query.fetch_all(&mut **tx).await?.first() {
            let Appended { first, last } = answer(row)?;
            let command = crate::database::word(row, "command", "command")?;
            return Err(AppendError::Repeated { command, first, last });
        }
    }
    Ok(())
}

fn answer(row: &AnyRow) -> Result<Appended, StoreError> {
    let first = number(row, "command", "first_sequence")?;
    Ok(Appended { first, last: number(row, "command", "last_sequence")? })
}

async fn size(tx: &mut Transaction<'static, Any>, workspace: WorkspaceId) -> Result<u64, StoreError> {
    let row = sqlx::query("SELECT size FROM head WHERE workspace = $1").bind(workspace.to_string());
    let row = row.fetch_optional(&mut **tx).await?;
    number(&row.ok_or(StoreError::NoWorkspace(workspace))?, "head", "size")
}

async fn insert(
    tx: &mut Transaction<'static, Any>,
    workspace: WorkspaceId,
    rows: &[Stored],
) -> Result<(), StoreError> {
    let places = |row: usize| -> String {
        (0..COLUMNS).map(|column| format!(", ${}", 2 + row * COLUMNS + column)).collect()
    };
    let places: Vec<String> = (0..rows.len()).map(|row| format!("($1{})", places(row))).collect();
    let sql = format!(
        "INSERT INTO event (workspace, sequence, recorded_at, actor, kind, version, payload, salt, \
         payload_digest, leaf_hash) VALUES {}",
        places.join(", ")
    );
    // Statements of the two commonest sizes are worth keeping prepared.
    let keep = rows.len() == 1 || rows.len() == ROWS_PER_STATEMENT;
    let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(keep).bind(workspace.to_string());
    for row in rows {
        query = row.bind(query);
    }
    query.execute(&mut **tx).await?;
    Ok(())
}

async fn record(
    tx: &mut Transaction<'static, Any>,
    workspace: WorkspaceId,
    append: &Append<'_>,
    appended: Appended,
) -> Result<(), StoreError> {
    let Some(command) = append.command else { return Ok(()) };
    sqlx::query(
        "INSERT INTO command (workspace, command, first_sequence, last_sequence, answered_at) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(workspace.to_string())
    .bind(command.to_string())
    .bind(stored(appended.first))
    .bind(stored(appended.last))
    .bind(append.recorded_at.micros())
    .execute(&mut **tx)
    .await?;
    Ok(())
}
