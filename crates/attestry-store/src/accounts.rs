//! Accounts, sessions and login links: ordinary rows, not events.
//!
//! Tokens are the caller's, at least 128 random bits each; only their SHA-256 is stored, so a stolen database opens
//! no session. Every lookup is one search by that digest.

use attestry_domain::id::{Digest, PersonId, WorkspaceId};
use attestry_domain::time::Instant;
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::database::word;
use crate::{Store, StoreError};

/// A person who can sign in.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The person.
    pub person: PersonId,
    /// The workspace the person belongs to.
    pub workspace: WorkspaceId,
    /// The e-mail address; kept in lower case.
    pub email: String,
    /// The password's Argon2id hash in PHC form; `None` until one is set.
    pub password_hash: Option<String>,
    /// When it was made.
    pub created_at: Instant,
}

/// A session to be begun.
#[derive(Clone, Copy)]
pub struct NewSession<'a> {
    /// The secret that the browser will show.
    pub token: &'a str,
    /// Who signed in.
    pub person: PersonId,
    /// Where.
    pub workspace: WorkspaceId,
    /// The token that forms of this session carry.
    pub csrf: &'a str,
    /// When it begins.
    pub created_at: Instant,
    /// From when on it is no longer valid.
    pub expires_at: Instant,
}

/// A session that holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// Who signed in.
    pub person: PersonId,
    /// Where.
    pub workspace: WorkspaceId,
    /// The token that forms of this session carry.
    pub csrf: String,
    /// When it began.
    pub created_at: Instant,
    /// From when on it is no longer valid.
    pub expires_at: Instant,
}

/// What a login link opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoginLink {
    /// Who may sign in with it.
    pub person: PersonId,
    /// Where.
    pub workspace: WorkspaceId,
    /// From when on it is no longer valid.
    pub expires_at: Instant,
}

impl Store {
    /// Adds an account.
    ///
    /// # Errors
    /// [`StoreError::AccountExists`] if person or address have one.
    pub async fn add_account(&self, account: &Account) -> Result<(), StoreError> {
        let email = normal(&account.email);
        let added = sqlx::query(
            "INSERT INTO account (person, workspace, email, password_hash, created_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        )
        .bind(account.person.to_string())
        .bind(account.workspace.to_string())
        .bind(email.as_str())
        .bind(account.password_hash.clone())
        .bind(account.created_at.micros())
        .execute(self.database.pool())
        .await?;
        if added.rows_affected() == 1 { Ok(()) } else { Err(StoreError::AccountExists(email)) }
    }

    /// The account of an e-mail address, in whatever case it is written.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn lookup_account(&self, email: &str) -> Result<Option<Account>, StoreError> {
        let row = sqlx::query(
            "SELECT person, workspace, email, password_hash, created_at FROM account WHERE email = $1",
        );
        let row = row.bind(normal(email)).fetch_optional(self.database.pool()).await?;
        row.as_ref().map(account).transpose()
    }

    /// The accounts of a workspace, by e-mail address.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn list_accounts(&self, workspace: WorkspaceId) -> Result<Vec<Account>, StoreError> {
        let rows = sqlx::query(
            "SELECT person, workspace, email, password_hash, created_at FROM account \
             WHERE workspace = $1 ORDER BY email",
        );
        rows.bind(workspace.to_string()).fetch_all(self.database.pool()).await?.iter().map(account).collect()
    }

    /// Sets the password and ends all sessions of the person. `false` if there is no account.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn record_password(&self, person: PersonId, password_hash: &str) -> Result<bool, StoreError> {
        let mut tx = self.database.begin_write().await?;
        let set = sqlx::query("UPDATE account SET password_hash = $1 WHERE person = $2")
            .bind(password_hash)
            .bind(person.to_string())
            .execute(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM session WHERE person = $1")
            .bind(person.to_string())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(set.rows_affected() == 1)
    }

    /// Begins a session, and clears away those that have expired.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn add_session(&self, session: &NewSession<'_>) -> Result<(), StoreError> {
        let mut tx = self.database.begin_write().await?;
        sqlx::query("DELETE FROM session WHERE expires_at <= $1")
            .bind(session.created_at.micros())
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "INSERT INTO session (token_hash, person, workspace, created_at, expires_at, csrf) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(hash(session.token))
        .bind(session.person.to_string())
        .bind(session.workspace.to_string())
        .bind(session.created_at.micros())
        .bind(session.expires_at.micros())
        .bind(session.csrf)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// The session of a token, if it holds at `now`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn lookup_session(&self, token: &str, now: Instant) -> Result<Option<Session>, StoreError> {
        let row = sqlx::query(
            "SELECT person, workspace, csrf, created_at, expires_at FROM session \
             WHERE token_hash = $1 AND expires_at > $2",
        )
        .bind(hash(token))
        .bind(now.micros())
        .fetch_optional(self.database.pool())
        .await?;
        row.as_ref().map(session).transpose()
    }

    /// Ends a session, if it is there.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn end_session(&self, token: &str) -> Result<(), StoreError> {
        let row = sqlx::query("DELETE FROM session WHERE token_hash = $1").bind(hash(token));
        row.execute(self.database.pool()).await?;
        Ok(())
    }

    /// Makes a link that signs a person in once, and clears away those that expired before `now`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn add_login_link(
        &self,
        token: &str,
        link: &LoginLink,
        now: Instant,
    ) -> Result<(), StoreError> {
        let mut tx = self.database.begin_write().await?;
        sqlx::query("DELETE FROM login_link WHERE expires_at <= $1")
            .bind(now.micros())
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "INSERT INTO login_link (token_hash, person, workspace, expires_at, used_at) \
             VALUES ($1, $2, $3, $4, NULL)",
        )
        .bind(hash(token))
        .bind(link.person.to_string())
        .bind(link.workspace.to_string())
        .bind(link.expires_at.micros())
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// Who a login link is for, without using it up; `None` if there is none, it was used or has expired.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn lookup_login_link(&self, token: &str, now: Instant) -> Result<Option<PersonId>, StoreError> {
        let row = sqlx::query(
            "SELECT person FROM login_link WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2",
        )
        .bind(hash(token))
        .bind(now.micros())
        .fetch_optional(self.database.pool())
        .await?;
        row.map(|row| word(&row, "login_link", "person")).transpose()
    }

    /// Uses up a login link. `None` if there is none, it was used before or has expired; of two who come at once
    /// only one gets it.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn redeem_login_link(
        &self,
        token: &str,
        now: Instant,
    ) -> Result<Option<LoginLink>, StoreError> {
        let mut tx = self.database.begin_write().await?;
        let used = sqlx::query(
            "UPDATE login_link SET used_at = $1 WHERE token_hash = $2 AND used_at IS NULL AND expires_at > $1",
        )
        .bind(now.micros())
        .bind(hash(token))
        .execute(&mut *tx)
        .await?;
        if used.rows_affected() == 0 {
            return Ok(None);
        }
        let row = sqlx::query("SELECT person, workspace, expires_at FROM login_link WHERE token_hash = $1")
            .bind(hash(token))
            .fetch_one(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(Some(LoginLink {
            person: word(&row, "login_link", "person")?,
            workspace: word(&row, "login_link", "workspace")?,
            expires_at: Instant::from_micros(row.try_get("expires_at")?),
        }))
    }
}

fn hash(token: &str) -> Vec<u8> {
    Digest::of(token.as_bytes()).bytes().to_vec()
}

fn normal(email: &str) -> String {
    email.trim().to_lowercase()
}

fn account(row: &AnyRow) -> Result<Account, StoreError> {
    Ok(Account {
        person: word(row, "account", "person")?,
        workspace: word(row, "account", "workspace")?,
        email: row.try_get("email")?,
        password_hash: row.try_get("password_hash")?,
        created_at: Instant::from_micros(row.try_get("created_at")?),
    })
}

fn session(row: &AnyRow) -> Result<Session, StoreError> {
    Ok(Session {
        person: word(row, "session", "person")?,
        workspace: word(row, "session", "workspace")?,
        csrf: row.try_get("csrf")?,
        created_at: Instant::from_micros(row.try_get("created_at")?),
        expires_at: Instant::from_micros(row.try_get("expires_at")?),
    })
}
