//! The connection pool and the form of the database.

use std::str::FromStr;
use std::sync::Once;
use std::time::Duration;

use attestry_domain::id::Digest;
use sqlx::any::{AnyPoolOptions, AnyRow};
use sqlx::{Any, AnyConnection, AnyPool, Row, Transaction};

use crate::StoreError;

/// Connections of one program to its database.
const CONNECTIONS: u32 = 8;

/// SQL of each migration: number, for SQLite, for PostgreSQL. Only ever added to.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (
        1,
        include_str!("../migrations/sqlite/0001_start.sql"),
        include_str!("../migrations/postgres/0001_start.sql"),
    ),
    (
        2,
        include_str!("../migrations/sqlite/0002_buffer.sql"),
        include_str!("../migrations/postgres/0002_buffer.sql"),
    ),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sqlite,
    Postgres,
}

/// A pool of connections. No function of this crate takes a second connection while it holds one.
#[derive(Clone)]
pub(crate) struct Database {
    pool: AnyPool,
    kind: Kind,
}

impl Database {
    pub(crate) async fn open(url: &str) -> Result<Self, StoreError> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(sqlx::any::install_default_drivers);
        let (url, kind) = address(url)?;
        let mut options = AnyPoolOptions::new().max_connections(CONNECTIONS);
        if url.contains(":memory:") {
            // Each connection to memory is a database of its own, so there is one and it never closes.
            options = options.max_connections(1).min_connections(1).idle_timeout(None).max_lifetime(None);
        }
        let options = options
            .acquire_timeout(Duration::from_secs(30))
            .after_connect(move |connection, _| Box::pin(prepare(connection, kind)));
        let database = Self { pool: options.connect(&url).await?, kind };
        database.migrate().await?;
        Ok(database)
    }

    pub(crate) fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// A transaction that will write: on SQLite it takes the write lock at once, so that it never has to be
    /// given up half way.
    pub(crate) async fn begin_write(&self) -> Result<Transaction<'static, Any>, StoreError> {
        Ok(match self.kind {
            Kind::Sqlite => self.pool.begin_with("BEGIN IMMEDIATE").await?,
            Kind::Postgres => self.pool.begin().await?,
        })
    }

    /// A transaction that sees the database as of one moment, whatever others write meanwhile.
    pub(crate) async fn begin_read(&self) -> Result<Transaction<'static, Any>, StoreError> {
        Ok(match self.kind {
            Kind::Sqlite => self.pool.begin().await?,
            Kind::Postgres => self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?,
        })
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }

    async fn migrate(&self) -> Result<(), StoreError> {
        let mut tx = self.begin_write().await?;
        if self.kind == Kind::Postgres {
            // Two servers that start at once take turns. The number is ours, of no meaning.
            sqlx::raw_sql("SELECT pg_advisory_xact_lock(4702111234474983745)").execute(&mut *tx).await?;
        }
        sqlx::raw_sql("CREATE TABLE IF NOT EXISTS migration (number BIGINT NOT NULL PRIMARY KEY)")
            .execute(&mut *tx)
            .await?;
        let row = sqlx::query("SELECT COALESCE(MAX(number), 0) AS number FROM migration");
        let found: i64 = row.fetch_one(&mut *tx).await?.try_get("number")?;
        let known = MIGRATIONS.last().map_or(0, |(number, ..)| *number);
        if found > known {
            return Err(StoreError::NewerDatabase { found, known });
        }
        for (number, sqlite, postgres) in MIGRATIONS.iter().filter(|(number, ..)| *number > found) {
            let sql = if self.kind == Kind::Sqlite { *sqlite } else { *postgres };
            sqlx::raw_sql(sql).execute(&mut *tx).await?;
            sqlx::query("INSERT INTO migration (number) VALUES ($1)").bind(*number).execute(&mut *tx).await?;
        }
        Ok(tx.commit().await?)
    }
}

fn address(url: &str) -> Result<(String, Kind), StoreError> {
    let kind = match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => Kind::Sqlite,
        Some("postgres" | "postgresql") => Kind::Postgres,
        _ => return Err(StoreError::Address),
    };
    let plain = kind == Kind::Postgres || url.contains("mode=") || url.contains(":memory:");
    let joint = if url.contains('?') { '&' } else { '?' };
    Ok((if plain { url.to_owned() } else { format!("{url}{joint}mode=rwc") }, kind))
}

async fn prepare(connection: &mut AnyConnection, kind: Kind) -> Result<(), sqlx::Error> {
    let sql = match kind {
        Kind::Sqlite => {
            "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON"
        }
        // Acknowledged means durable, also where the server was set up otherwise.
        Kind::Postgres => {
            "SELECT set_config('synchronous_commit', 'on', false) \
             WHERE current_setting('synchronous_commit') = 'off'"
        }
    };
    sqlx::raw_sql(sql).execute(connection).await?;
    Ok(())
}

/// Reads a count or a sequence, which is never negative.
pub(crate) fn number(row: &AnyRow, table: &'static str, column: &str) -> Result<u64, StoreError> {
    let value: i64 = row.try_get(column)?;
    u64::try_from(value).map_err(|_| StoreError::row(table, value))
}

/// Reads an id or another word with a form.
pub(crate) fn word<T: FromStr>(row: &AnyRow, table: &'static str, column: &str) -> Result<T, StoreError> {
    let text: &str = row.try_get(column)?;
    text.parse().map_err(|_| StoreError::row(table, text))
}

/// Reads a digest.
pub(crate) fn digest(row: &AnyRow, table: &'static str, column: &str) -> Result<Digest, StoreError> {
    let bytes: &[u8] = row.try_get(column)?;
    let length = || StoreError::row(table, format!("{} bytes for a digest", bytes.len()));
    bytes.try_into().map(Digest::new).map_err(|_| length())
}

/// The form in which sequences and sizes are stored.
pub(crate) fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
