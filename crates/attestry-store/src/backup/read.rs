//! One file into an empty store.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use attestry_domain::id::Digest;
use sha2::{Digest as _, Sha256};
use sqlx::Row;
use zip::ZipArchive;

use super::tables::{Shape, TABLES};
use super::{ABOUT, Backup, COSIGNED, FORMAT, SUMS, broken, damaged};
use crate::{Store, StoreError};

type Archive = ZipArchive<BufReader<File>>;

impl Store {
    /// Takes everything out of a backup into this store, which must be empty. The log has to be published afterwards.
    ///
    /// # Errors
    /// If the store is not empty, the file is no backup or damaged anywhere: then nothing was restored. If the store
    /// fails, objects may have been added, and nothing that names them.
    pub async fn restore(&self, path: &Path) -> Result<Backup, StoreError> {
        let row =
            sqlx::query("SELECT COUNT(*) AS found FROM workspace").fetch_one(self.database.pool()).await?;
        if row.try_get::<i64, _>("found")? > 0 {
            return Err(StoreError::NotEmpty);
        }
        let file = File::open(path).map_err(StoreError::file("open", path))?;
        let mut archive = ZipArchive::new(BufReader::new(file)).map_err(broken(path))?;
        let names = check(&mut archive, path)?;
        let about = read(&mut archive, ABOUT, path)?;
        let backup: Backup =
            serde_json::from_slice(&about).map_err(|error| damaged(path, format!("{ABOUT}: {error}")))?;
        if backup.format != FORMAT {
            let reason = format!("it has form {}, and this program reads form {FORMAT}", backup.format);
            return Err(damaged(path, reason));
        }
        for name in names.iter().filter(|name| name.starts_with("objects/")) {
            self.restore_object(&mut archive, name, path).await?;
        }
        for name in names.iter().filter_map(|name| name.strip_prefix("keys/")) {
            let bytes = read(&mut archive, &format!("keys/{name}"), path)?;
            self.restore_key(name, &bytes, path)?;
        }
        for name in names.iter().filter(|name| name.starts_with(COSIGNED)) {
            let bytes = read(&mut archive, name, path)?;
            self.restore_cosigned(name, &bytes, path)?;
        }
        let mut tx = self.database.begin_write().await?;
        for shape in &TABLES {
            let rows = fill(&mut tx, shape, &mut archive, path).await?;
            let told = backup.rows.iter().find(|(name, _)| name == shape.name).map_or(0, |(_, rows)| *rows);
            if rows != told {
                return Err(damaged(
                    path,
                    format!("table {} has {rows} rows and should have {told}", shape.name),
                ));
            }
        }
        tx.commit().await?;
        Ok(backup)
    }

    async fn restore_object(&self, archive: &mut Archive, name: &str, path: &Path) -> Result<(), StoreError> {
        let bytes = read(archive, name, path)?;
        let stored = self.objects.put(&bytes).await?;
        let told: Option<Digest> = name.strip_prefix("objects/").and_then(|digest| digest.parse().ok());
        if told == Some(stored.digest) {
            return Ok(());
        }
        Err(damaged(path, format!("`{name}` has the digest {}", stored.digest)))
    }

    fn restore_cosigned(&self, name: &str, bytes: &[u8], path: &Path) -> Result<(), StoreError> {
        let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric());
        let mut parts = name.split('/').skip(1);
        let (Some(workspace), Some(size), None) = (parts.next(), parts.next(), parts.next()) else {
            return Err(damaged(path, format!("`{name}` cannot name a checkpoint")));
        };
        if !plain(workspace) || !plain(size) {
            return Err(damaged(path, format!("`{name}` cannot name a checkpoint")));
        }
        let folder = self.disk.folder(COSIGNED).join(workspace);
        self.disk.make_folder(&folder)?;
        let place = folder.join(size);
        self.disk.write(&folder, &place, bytes)?;
        self.disk.sync_folders([place.as_path()])
    }

    fn restore_key(&self, name: &str, bytes: &[u8], path: &Path) -> Result<(), StoreError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.%".contains(c);
        if name.is_empty() || name.starts_with('.') || !name.chars().all(plain) {
            return Err(damaged(path, format!("`{name}` cannot name a key")));
        }
        let place = self.disk.folder("keys").join(name);
        let mode = if name.ends_with(".key") { 0o600 } else { 0o644 };
        let mut open = std::fs::OpenOptions::new();
        let mut file = open
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(&place)
            .map_err(StoreError::file("write", &place))?;
        std::io::Write::write_all(&mut file, bytes).map_err(StoreError::file("write", &place))?;
        file.sync_all().map_err(StoreError::file("sync", &place))?;
        self.disk.sync_folders([place.as_path()])
    }
}

/// Checks the digest of every entry; gives their names.
fn check(archive: &mut Archive, path: &Path) -> Result<Vec<String>, StoreError> {
    let sums = String::from_utf8(read(archive, SUMS, path)?)
        .map_err(|_| damaged(path, format!("{SUMS} is no text")))?;
    let mut told = BTreeMap::new();
    for line in sums.lines() {
        let (digest, name) =
            line.split_once("  ").ok_or_else(|| damaged(path, format!("{SUMS}: `{line}`")))?;
        told.insert(name.to_owned(), digest.to_owned());
    }
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).map_err(broken(path))?;
        let name = entry.name().map_err(broken(path))?.into_owned();
        if name == SUMS {
            continue;
        }
        let digest = digest(&mut entry).map_err(|error| damaged(path, format!("`{name}`: {error}")))?;
        match told.get(&name) {
            Some(told) if *told == digest => {}
            Some(_) => return Err(damaged(path, format!("`{name}` has changed"))),
            None => return Err(damaged(path, format!("`{name}` is not in {SUMS}"))),
        }
    }
    if let Some(missing) = told.keys().find(|name| archive.index_for_name(name).is_none()) {
        return Err(damaged(path, format!("`{missing}` is missing")));
    }
    Ok(told.into_keys().collect())
}

fn digest(entry: &mut impl Read) -> std::io::Result<String> {
    let (mut hasher, mut piece) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        let read = entry.read(&mut piece)?;
        if read == 0 {
            return Ok(hex::encode(hasher.finalize()));
        }
        hasher.update(piece.get(..read).unwrap_or_default());
    }
}

fn read(archive: &mut Archive, name: &str, path: &Path) -> Result<Vec<u8>, StoreError> {
    let mut entry = archive.by_name(name).map_err(|_| damaged(path, format!("`{name}` is missing")))?;
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes).map_err(|error| damaged(path, format!("`{name}`: {error}")))?;
    Ok(bytes)
}

async fn fill(
    tx: &mut sqlx::Transaction<'static, sqlx::Any>,
    shape: &Shape,
    archive: &mut Archive,
    path: &Path,
) -> Result<u64, StoreError> {
    let name = format!("tables/{}.ndjson", shape.name);
    let entry = archive.by_name(&name).map_err(|_| damaged(path, format!("`{name}` is missing")))?;
    // The entry borrows the archive and cannot wait across an insert, so its lines are read first.
    let lines: Result<Vec<String>, _> = BufReader::new(entry).lines().collect();
    let lines = lines.map_err(|error| damaged(path, format!("`{name}`: {error}")))?;
    for line in &lines {
        let row = serde_json::from_str(line).map_err(|error| damaged(path, format!("`{name}`: {error}")))?;
        shape.insert(tx, &row).await?;
    }
    Ok(lines.len() as u64)
}
