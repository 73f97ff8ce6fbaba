//! A store into one file.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use attestry_domain::time::Instant;
use sha2::{Digest as _, Sha256};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::tables::{Shape, TABLES};
use super::{ABOUT, Backup, COSIGNED, FORMAT, SUMS, broken};
use crate::disk::{self, blocking};
use crate::{Store, StoreError};

/// Rows that are read at once.
const PAGE: i64 = 5_000;

impl Store {
    /// Writes everything into one file, which must not be there yet; others may go on writing to the store.
    ///
    /// # Errors
    /// If the database, an object or the file fails; then there is no file.
    pub async fn backup(&self, path: &Path, program: &str, now: Instant) -> Result<Backup, StoreError> {
        let unfinished = path.with_extension("unfinished");
        let written = self.write_backup(&unfinished, program, now).await;
        let placed = match written {
            Ok(backup) => place(&unfinished, path).map(|()| backup),
            Err(error) => Err(error),
        };
        if placed.is_err() {
            let _ = std::fs::remove_file(&unfinished);
        }
        placed
    }

    async fn write_backup(&self, path: &Path, program: &str, now: Instant) -> Result<Backup, StoreError> {
        let mut archive = Archive::create(path)?;
        let mut backup = Backup {
            format: FORMAT,
            program: program.to_owned(),
            made_at: now.to_string(),
            rows: Vec::new(),
        };
        let mut tx = self.database.begin_read().await?;
        for shape in &TABLES {
            let rows = dump(&mut tx, shape, &mut archive).await?;
            backup.rows.push((shape.name.to_owned(), rows));
        }
        tx.commit().await?;
        // Objects that the rows name were durable before the rows were.
        let objects = self.objects.list().await?;
        for object in objects {
            let name = format!("objects/{}", object.digest);
            let from = self.objects.path(object.digest);
            archive = blocking(move || archive.copy(&name, &from)).await?;
        }
        for key in disk::children(&self.disk.folder("keys"))? {
            let name = key.file_name().unwrap_or_default().to_string_lossy().into_owned();
            archive = archive.copy(&format!("keys/{name}"), &key)?;
        }
        for folder in disk::folders(&self.disk.folder(COSIGNED))? {
            let workspace = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            for file in disk::children(&folder)?.into_iter().filter(|path| path.is_file()) {
                let size = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                archive = archive.copy(&format!("{COSIGNED}/{workspace}/{size}"), &file)?;
            }
        }
        let about = serde_json::to_vec_pretty(&backup).unwrap_or_default();
        archive.entry(ABOUT, &about)?;
        blocking(move || archive.finish()).await?;
        Ok(backup)
    }
}

async fn dump(
    tx: &mut sqlx::Transaction<'static, sqlx::Any>,
    shape: &Shape,
    archive: &mut Archive,
) -> Result<u64, StoreError> {
    archive.begin(&format!("tables/{}.ndjson", shape.name))?;
    let (mut rows, mut offset) = (0, 0);
    loop {
        let page = sqlx::query(sqlx::AssertSqlSafe(shape.select()))
            .bind(PAGE)
            .bind(offset)
            .fetch_all(&mut **tx)
            .await?;
        for row in &page {
            archive.write(format!("{}\n", shape.to_json(row)?).as_bytes())?;
        }
        rows += page.len() as u64;
        offset += PAGE;
        if page.len() < PAGE as usize {
            archive.end();
            return Ok(rows);
        }
    }
}

fn place(unfinished: &Path, path: &Path) -> Result<(), StoreError> {
    std::fs::hard_link(unfinished, path).map_err(StoreError::file("write", path))?;
    std::fs::remove_file(unfinished).map_err(StoreError::file("remove", unfinished))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let open = File::open(folder).map_err(StoreError::file("open", folder))?;
    open.sync_all().map_err(StoreError::file("sync", folder))
}

/// A ZIP in the making that remembers the digest of each entry.
struct Archive {
    path: PathBuf,
    zip: ZipWriter<BufWriter<File>>,
    hasher: Sha256,
    name: String,
    sums: Vec<(String, String)>,
}

impl Archive {
    fn create(path: &Path) -> Result<Self, StoreError> {
        // The signing keys are in it.
        let open = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let file = open.map_err(StoreError::file("write", path))?;
        Ok(Self {
            path: path.to_owned(),
            zip: ZipWriter::new(BufWriter::with_capacity(1 << 20, file)),
            hasher: Sha256::new(),
            name: String::new(),
            sums: Vec::new(),
        })
    }

    fn begin(&mut self, name: &str) -> Result<(), StoreError> {
        let options = SimpleFileOptions::default().large_file(true);
        self.zip.start_file(name, options).map_err(broken(&self.path))?;
        self.hasher = Sha256::new();
        name.clone_into(&mut self.name);
        Ok(())
    }

    fn write(&mut self, piece: &[u8]) -> Result<(), StoreError> {
        self.hasher.update(piece);
        self.zip.write_all(piece).map_err(StoreError::file("write", &self.path))
    }

    fn end(&mut self) {
        let digest = hex::encode(std::mem::take(&mut self.hasher).finalize());
        self.sums.push((digest, std::mem::take(&mut self.name)));
    }

    fn entry(&mut self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.begin(name)?;
        self.write(bytes)?;
        self.end();
        Ok(())
    }

    /// Adds a file; one that went away meanwhile was no longer named.
    fn copy(mut self, name: &str, from: &Path) -> Result<Self, StoreError> {
        let Some(bytes) = disk::read(from)? else { return Ok(self) };
        self.entry(name, &bytes)?;
        Ok(self)
    }

    fn finish(mut self) -> Result<(), StoreError> {
        let lines: String = self.sums.iter().map(|(digest, name)| format!("{digest}  {name}\n")).collect();
        self.begin(SUMS)?;
        self.write(lines.as_bytes())?;
        let mut file = self.zip.finish().map_err(broken(&self.path))?;
        file.flush().map_err(StoreError::file("write", &self.path))?;
        let length = file.stream_position().map_err(StoreError::file("write", &self.path))?;
        let file =
            file.into_inner().map_err(|error| StoreError::file("write", &self.path)(error.into_error()))?;
        file.set_len(length).map_err(StoreError::file("write", &self.path))?;
        file.sync_all().map_err(StoreError::file("sync", &self.path))
    }
}
