//! The files a query reads: each checked against its digest on first open, and none but those reachable.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::SystemTime;

use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
};
use object_store::{PutMultipartOptions, PutOptions, PutPayload, PutResult, Result as StoreResult};
use sha2::{Digest, Sha256};

use crate::error::EngineError;
use crate::request::{FileRef, Source};

/// Files found to be what they should be: path, length, modification time and digest.
type Seen = BTreeSet<(PathBuf, u64, Option<SystemTime>, String)>;
static SEEN: LazyLock<Mutex<Seen>> = LazyLock::new(Mutex::default);

/// Checks a file against its digest, once as long as it does not change.
///
/// # Errors
/// When it cannot be read, or is another file.
pub fn verify(file: &FileRef) -> Result<(), EngineError> {
    let meta = std::fs::metadata(&file.path).map_err(|error| EngineError::file(&file.path, error))?;
    let key = (file.path.clone(), meta.len(), meta.modified().ok(), file.digest.clone());
    if SEEN.lock().unwrap_or_else(PoisonError::into_inner).contains(&key) {
        return Ok(());
    }
    let found = digest(&file.path)?;
    if !found.eq_ignore_ascii_case(&file.digest) {
        let path = file.path.display().to_string();
        return Err(EngineError::Digest { path, expected: file.digest.clone(), found });
    }
    SEEN.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
    Ok(())
}

fn digest(path: &Path) -> Result<String, EngineError> {
    let file = File::open(path).map_err(|error| EngineError::file(path, error))?;
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let mut hash = Sha256::new();
    let mut block = vec![0; 1 << 20];
    loop {
        let read = reader.read(&mut block).map_err(|error| EngineError::file(path, error))?;
        match block.get(..read) {
            Some(bytes) if read > 0 => hash.update(bytes),
            _ => return Ok(hex::encode(hash.finalize())),
        }
    }
}

/// Every file a source names. A side object that is not there any more is left out: it was erased.
pub(crate) fn of(source: &Source) -> Vec<&FileRef> {
    match source {
        Source::Inline(_) => Vec::new(),
        Source::Dataset { files, .. } => files.iter().collect(),
        Source::Stream { segments, .. } => {
            let sides = segments
                .iter()
                .filter_map(|segment| segment.personal.as_ref())
                .filter(|side| side.path.exists());
            segments.iter().map(|segment| &segment.main).chain(sides).collect()
        }
    }
}

/// The key of a file in the store.
pub(crate) fn key(path: &Path) -> Result<Key, EngineError> {
    let whole = std::path::absolute(path).map_err(|error| EngineError::file(path, error))?;
    Key::from_absolute_path(whole).map_err(|error| EngineError::file(path, error))
}

/// An object store of the named files, read only, without listing.
#[derive(Debug)]
pub(crate) struct NamedFiles {
    files: BTreeMap<Key, PathBuf>,
    disk: LocalFileSystem,
}

impl NamedFiles {
    /// A store of these files.
    pub(crate) fn new<'a>(files: impl IntoIterator<Item = &'a FileRef>) -> Result<Self, EngineError> {
        let keyed = files.into_iter().map(|file| Ok((key(&file.path)?, file.path.clone())));
        Ok(Self { files: keyed.collect::<Result<_, EngineError>>()?, disk: LocalFileSystem::new() })
    }

    fn open(&self, location: &Key) -> StoreResult<()> {
        if self.files.contains_key(location) {
            return Ok(());
        }
        Err(Error::NotFound { path: location.to_string(), source: "not a file of this query".into() })
    }
}

impl fmt::Display for NamedFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} named files", self.files.len())
    }
}

fn closed<T>(operation: &str) -> StoreResult<T> {
    Err(Error::NotSupported { source: format!("{operation} is closed").into() })
}

#[async_trait]
impl ObjectStore for NamedFiles {
    async fn put_opts(&self, _: &Key, _: PutPayload, _: PutOptions) -> StoreResult<PutResult> {
        closed("put")
    }

    async fn put_multipart_opts(
        &self,
        _: &Key,
        _: PutMultipartOptions,
    ) -> StoreResult<Box<dyn MultipartUpload>> {
        closed("put")
    }

    async fn get_opts(&self, location: &Key, options: GetOptions) -> StoreResult<GetResult> {
        self.open(location)?;
        self.disk.get_opts(location, options).await
    }

    fn delete_stream(&self, _: BoxStream<'static, StoreResult<Key>>) -> BoxStream<'static, StoreResult<Key>> {
        stream::iter([closed("delete")]).boxed()
    }

    fn list(&self, _: Option<&Key>) -> BoxStream<'static, StoreResult<ObjectMeta>> {
        stream::iter([closed("list")]).boxed()
    }

    async fn list_with_delimiter(&self, _: Option<&Key>) -> StoreResult<ListResult> {
        closed("list")
    }

    async fn copy_opts(&self, _: &Key, _: &Key, _: CopyOptions) -> StoreResult<()> {
        closed("copy")
    }
}
