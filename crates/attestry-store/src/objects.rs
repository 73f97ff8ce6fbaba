//! Objects: bytes under their SHA-256 digest, durable before the digest is told.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use attestry_domain::event::ObjectRef;
use attestry_domain::id::Digest;
use sha2::{Digest as _, Sha256};

use crate::StoreError;
use crate::disk::{self, Disk, Staged, blocking};

/// Bytes gathered before they are handed to the disk.
const BUFFER_BYTES: usize = 1 << 20;

/// Bytes by digest.
#[async_trait]
pub trait Objects: Send + Sync {
    /// Keeps these bytes. When it returns they are durable.
    ///
    /// # Errors
    /// If they could not be written.
    async fn put(&self, bytes: &[u8]) -> Result<ObjectRef, StoreError>;

    /// Keeps a copy of a file's bytes. When it returns they are durable.
    ///
    /// # Errors
    /// If the file could not be read, or the copy not be written.
    async fn put_file(&self, path: &Path) -> Result<ObjectRef, StoreError>;

    /// Begins an object whose bytes come piece by piece.
    ///
    /// # Errors
    /// If nothing can be written.
    async fn writer(&self) -> Result<Box<dyn ObjectWriter>, StoreError>;

    /// The bytes with this digest, `None` if there are none.
    ///
    /// # Errors
    /// If what is there has another digest, or cannot be read.
    async fn read(&self, digest: Digest) -> Result<Option<Vec<u8>>, StoreError>;

    /// The digest of what lies in the place of `digest`, computed anew; `None` if nothing does.
    ///
    /// # Errors
    /// If it cannot be read.
    async fn measure(&self, digest: Digest) -> Result<Option<Digest>, StoreError>;

    /// Whether something lies in the place of `digest`.
    ///
    /// # Errors
    /// If that cannot be told.
    async fn exists(&self, digest: Digest) -> Result<bool, StoreError>;

    /// The file in which the bytes of `digest` lie, or would lie.
    fn path(&self, digest: Digest) -> PathBuf;

    /// Digest and length of everything that is kept, by digest. Slow: only for verification and backup.
    ///
    /// # Errors
    /// If a folder cannot be listed.
    async fn list(&self) -> Result<Vec<ObjectRef>, StoreError>;
}

/// An object in the making; dropped before [`ObjectWriter::finish`], it leaves nothing behind.
#[async_trait]
pub trait ObjectWriter: Send {
    /// Adds a piece.
    ///
    /// # Errors
    /// If it could not be written.
    async fn write(&mut self, piece: &[u8]) -> Result<(), StoreError>;

    /// Ends the object. When it returns the bytes are durable.
    ///
    /// # Errors
    /// If they could not be written.
    async fn finish(self: Box<Self>) -> Result<ObjectRef, StoreError>;
}

/// Objects in a folder, as `ab/cdef…`.
pub(crate) struct ObjectFolder {
    disk: Arc<Disk>,
    folder: PathBuf,
}

impl ObjectFolder {
    pub(crate) fn new(disk: Arc<Disk>) -> Self {
        let folder = disk.folder("objects");
        Self { disk, folder }
    }

    fn draft(&self) -> Result<Draft, StoreError> {
        let staged = self.disk.stage(&self.folder, 0o644)?;
        let (disk, folder) = (Arc::clone(&self.disk), self.folder.clone());
        Ok(Draft { disk, folder, staged, hasher: Sha256::new(), bytes: 0 })
    }
}

#[async_trait]
impl Objects for ObjectFolder {
    async fn put(&self, bytes: &[u8]) -> Result<ObjectRef, StoreError> {
        let (mut draft, bytes) = (self.draft()?, bytes.to_vec());
        blocking(move || {
            draft.write(&bytes)?;
            draft.finish()
        })
        .await
    }

    async fn put_file(&self, path: &Path) -> Result<ObjectRef, StoreError> {
        let (mut draft, path) = (self.draft()?, path.to_owned());
        blocking(move || {
            let mut file = File::open(&path).map_err(StoreError::file("open", &path))?;
            pieces(&mut file, &path, |piece| draft.write(piece))?;
            draft.finish()
        })
        .await
    }

    async fn writer(&self) -> Result<Box<dyn ObjectWriter>, StoreError> {
        Ok(Box::new(FileWriter { draft: Some(self.draft()?), buffer: Vec::new() }))
    }

    async fn read(&self, digest: Digest) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.path(digest);
        blocking(move || {
            let Some(bytes) = disk::read(&path)? else { return Ok(None) };
            let found = Digest::of(&bytes);
            if found == digest {
                Ok(Some(bytes))
            } else {
                Err(StoreError::ObjectDamaged { digest, found, path })
            }
        })
        .await
    }

    async fn measure(&self, digest: Digest) -> Result<Option<Digest>, StoreError> {
        let path = self.path(digest);
        blocking(move || digest_of(&path)).await
    }

    async fn exists(&self, digest: Digest) -> Result<bool, StoreError> {
        let path = self.path(digest);
        blocking(move || path.try_exists().map_err(StoreError::file("open", &path))).await
    }

    fn path(&self, digest: Digest) -> PathBuf {
        place(&self.folder, digest)
    }

    async fn list(&self) -> Result<Vec<ObjectRef>, StoreError> {
        let folder = self.folder.clone();
        blocking(move || list(&folder)).await
    }
}

fn place(folder: &Path, digest: Digest) -> PathBuf {
    let name = digest.to_string();
    let (first, rest) = name.split_at(2);
    folder.join(first).join(rest)
}

fn list(folder: &Path) -> Result<Vec<ObjectRef>, StoreError> {
    let mut objects = Vec::new();
    for folder in disk::children(folder)?.into_iter().filter(|path| path.is_dir()) {
        for path in disk::children(&folder)? {
            let name =
                [folder.file_name(), path.file_name()].map(|name| name.unwrap_or_default().to_string_lossy());
            if let Ok(digest) = name.concat().parse() {
                let bytes = path.metadata().map_err(StoreError::file("read", &path))?.len();
                objects.push(ObjectRef { digest, bytes });
            }
        }
    }
    Ok(objects)
}

fn digest_of(path: &Path) -> Result<Option<Digest>, StoreError> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StoreError::file("open", path)(error)),
    };
    let mut hasher = Sha256::new();
    pieces(&mut file, path, |piece| {
        hasher.update(piece);
        Ok(())
    })?;
    Ok(Some(Digest::new(hasher.finalize().into())))
}

fn pieces(
    file: &mut File,
    path: &Path,
    mut take: impl FnMut(&[u8]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => take(buffer.get(..read).unwrap_or_default())?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(StoreError::file("read", path)(error)),
        }
    }
}

struct Draft {
    disk: Arc<Disk>,
    folder: PathBuf,
    staged: Staged,
    hasher: Sha256,
    bytes: u64,
}

impl Draft {
    fn write(&mut self, piece: &[u8]) -> Result<(), StoreError> {
        self.hasher.update(piece);
        self.bytes += piece.len() as u64;
        self.staged.write(piece)
    }

    fn finish(self) -> Result<ObjectRef, StoreError> {
        let digest = Digest::new(self.hasher.finalize().into());
        let path = place(&self.folder, digest);
        // The same bytes may be there already, by a writer that has not yet synced the folders. Other bytes in
        // this place are damage, which this heals.
        if digest_of(&path)? != Some(digest) {
            self.disk.place(self.staged, &path)?;
        }
        self.disk.sync_folders([path.as_path()])?;
        Ok(ObjectRef { digest, bytes: self.bytes })
    }
}

struct FileWriter {
    /// `None` after a failure.
    draft: Option<Draft>,
    buffer: Vec<u8>,
}

impl FileWriter {
    async fn flush(&mut self) -> Result<Draft, StoreError> {
        let (draft, bytes) = (self.draft.take(), std::mem::take(&mut self.buffer));
        let mut draft = draft.ok_or(StoreError::DiskFailed)?;
        blocking(move || draft.write(&bytes).map(|()| draft)).await
    }
}

#[async_trait]
impl ObjectWriter for FileWriter {
    async fn write(&mut self, piece: &[u8]) -> Result<(), StoreError> {
        self.buffer.extend_from_slice(piece);
        if self.buffer.len() >= BUFFER_BYTES {
            self.draft = Some(self.flush().await?);
        }
        Ok(())
    }

    async fn finish(mut self: Box<Self>) -> Result<ObjectRef, StoreError> {
        let draft = self.flush().await?;
        blocking(move || draft.finish()).await
    }
}
