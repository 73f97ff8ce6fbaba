//! Tokens by which programs send evidence in a person's name: ordinary rows, not events. Only the SHA-256 of a token
//! is stored.

use attestry_domain::id::{Digest, PersonId, WorkspaceId};
use attestry_domain::time::Instant;
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::database::word;
use crate::{Store, StoreError};

/// A token as it is known afterwards: never its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// What it is called by when it is revoked.
    pub id: String,
    /// Where it opens.
    pub workspace: WorkspaceId,
    /// In whose name it acts.
    pub person: PersonId,
    /// What it is for, as its maker says; names the source of what it brings.
    pub name: String,
    /// When it was made.
    pub created_at: Instant,
    /// From when on it is no longer valid.
    pub expires_at: Instant,
    /// When it was last used, to the hour.
    pub last_used_at: Option<Instant>,
}

/// How precisely the last use is kept, in microseconds: an hour, so that a busy program does not write at every call.
const USE: i64 = 3_600_000_000;

impl Store {
    /// Adds a token by its secret.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn add_api_token(&self, token: &ApiToken, secret: &str) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO api_token (id, token_hash, workspace, person, name, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(token.id.as_str())
        .bind(hash(secret))
        .bind(token.workspace.to_string())
        .bind(token.person.to_string())
        .bind(token.name.as_str())
        .bind(token.created_at.micros())
        .bind(token.expires_at.micros())
        .execute(self.database.pool())
        .await?;
        Ok(())
    }

    /// The token with this secret, unless it has expired; notes that it was used.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn use_api_token(&self, secret: &str, now: Instant) -> Result<Option<ApiToken>, StoreError> {
        let row = sqlx::query(
            "SELECT id, workspace, person, name, created_at, expires_at, last_used_at FROM api_token \
             WHERE token_hash = $1 AND expires_at > $2",
        );
        let row = row.bind(hash(secret)).bind(now.micros()).fetch_optional(self.database.pool()).await?;
        let Some(token) = row.as_ref().map(token).transpose()? else { return Ok(None) };
        if token.last_used_at.is_none_or(|used| used.micros().saturating_add(USE) <= now.micros()) {
            sqlx::query("UPDATE api_token SET last_used_at = $1 WHERE id = $2")
                .bind(now.micros())
                .bind(token.id.as_str())
                .execute(self.database.pool())
                .await?;
        }
        Ok(Some(token))
    }

    /// The tokens of a workspace, expired ones too, oldest first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn list_api_tokens(&self, workspace: WorkspaceId) -> Result<Vec<ApiToken>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, workspace, person, name, created_at, expires_at, last_used_at FROM api_token \
             WHERE workspace = $1 ORDER BY created_at, id",
        );
        rows.bind(workspace.to_string()).fetch_all(self.database.pool()).await?.iter().map(token).collect()
    }

    /// Takes a token away; false if there is none of that id.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn remove_api_token(&self, workspace: WorkspaceId, id: &str) -> Result<bool, StoreError> {
        let removed = sqlx::query("DELETE FROM api_token WHERE workspace = $1 AND id = $2")
            .bind(workspace.to_string())
            .bind(id)
            .execute(self.database.pool())
            .await?;
        Ok(removed.rows_affected() == 1)
    }
}

fn hash(secret: &str) -> Vec<u8> {
    Digest::of(secret.as_bytes()).bytes().to_vec()
}

fn token(row: &AnyRow) -> Result<ApiToken, StoreError> {
    let instant = |column: &str| row.try_get::<i64, _>(column).map(Instant::from_micros);
    Ok(ApiToken {
        id: row.try_get("id")?,
        workspace: word(row, "api_token", "workspace")?,
        person: word(row, "api_token", "person")?,
        name: row.try_get("name")?,
        created_at: instant("created_at")?,
        expires_at: instant("expires_at")?,
        last_used_at: row.try_get::<Option<i64>, _>("last_used_at")?.map(Instant::from_micros),
    })
}
