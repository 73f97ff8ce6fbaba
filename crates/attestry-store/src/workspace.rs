//! Workspaces: one organisation's ledger each.

use attestry_domain::id::WorkspaceId;
use attestry_domain::time::Instant;
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::database::{number, word};
use crate::{Store, StoreError};

/// A workspace of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Its id.
    pub id: WorkspaceId,
    /// Its short name: 1 to 40 lower-case letters, digits and hyphens.
    pub slug: String,
    /// The name of its log, which its checkpoints carry: a URL without scheme.
    pub origin: String,
    /// When it was made.
    pub created_at: Instant,
}

impl Store {
    /// Makes a workspace with an empty ledger.
    ///
    /// # Errors
    /// If the short name has another form, or id, short name or origin are in use.
    pub async fn create_workspace(&self, workspace: &Workspace) -> Result<(), StoreError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !(1..=40).contains(&workspace.slug.len()) || !workspace.slug.chars().all(plain) {
            return Err(StoreError::Slug(workspace.slug.chars().take(80).collect()));
        }
        let id = workspace.id.to_string();
        let mut tx = self.database.begin_write().await?;
        let made = sqlx::query(
            "INSERT INTO workspace (id, slug, origin, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        )
        .bind(id.as_str())
        .bind(workspace.slug.as_str())
        .bind(workspace.origin.as_str())
        .bind(workspace.created_at.micros());
        if made.execute(&mut *tx).await?.rows_affected() == 0 {
            return Err(StoreError::WorkspaceExists(workspace.slug.clone()));
        }
        sqlx::query("INSERT INTO head (workspace, size) VALUES ($1, 0)").bind(id).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }

    /// All workspaces, by short name.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn list_workspaces(&self) -> Result<Vec<Workspace>, StoreError> {
        let rows = sqlx::query("SELECT id, slug, origin, created_at FROM workspace ORDER BY slug");
        rows.fetch_all(self.database.pool()).await?.iter().map(read).collect()
    }

    /// The workspace of this short name.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn lookup_workspace(&self, slug: &str) -> Result<Option<Workspace>, StoreError> {
        let row =
            sqlx::query("SELECT id, slug, origin, created_at FROM workspace WHERE slug = $1").bind(slug);
        row.fetch_optional(self.database.pool()).await?.as_ref().map(read).transpose()
    }

    pub(crate) async fn origin(&self, workspace: WorkspaceId) -> Result<String, StoreError> {
        let row = sqlx::query("SELECT origin FROM workspace WHERE id = $1").bind(workspace.to_string());
        let row = row.fetch_optional(self.database.pool()).await?;
        Ok(row.ok_or(StoreError::NoWorkspace(workspace))?.try_get("origin")?)
    }

    /// Events in a workspace's ledger.
    ///
    /// # Errors
    /// If there is no such workspace.
    pub async fn head(&self, workspace: WorkspaceId) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT size FROM head WHERE workspace = $1").bind(workspace.to_string());
        let row = row.fetch_optional(self.database.pool()).await?;
        number(&row.ok_or(StoreError::NoWorkspace(workspace))?, "head", "size")
    }
}

fn read(row: &AnyRow) -> Result<Workspace, StoreError> {
    Ok(Workspace {
        id: word(row, "workspace", "id")?,
        slug: row.try_get("slug")?,
        origin: row.try_get("origin")?,
        created_at: Instant::from_micros(row.try_get("created_at")?),
    })
}
