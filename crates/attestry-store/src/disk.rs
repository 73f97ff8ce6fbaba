//! Files that survive a crash: written beside their place, synced, renamed, and the folders synced after.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::StoreError;

/// What the names of files in the making begin with.
pub(crate) const UNFINISHED: &str = ".unfinished-";

/// The folder of a store.
pub(crate) struct Disk {
    root: PathBuf,
    /// Set once a sync has failed: the system may have dropped the pages, so a second sync proves nothing.
    failed: AtomicBool,
    serial: AtomicU64,
    /// Folders whose names are known to be durable.
    settled: Mutex<BTreeSet<PathBuf>>,
    /// Held shared while the store is open, so that nobody else clears away files in the making.
    _lock: File,
}

impl Disk {
    pub(crate) fn open(root: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(root).map_err(StoreError::file("make", root))?;
        let root = root.canonicalize().map_err(StoreError::file("open", root))?;
        let lock = open_lock(&root.join(".lock"))?;
        let disk = Self {
            root,
            failed: AtomicBool::new(false),
            serial: AtomicU64::new(0),
            settled: Mutex::default(),
            _lock: lock,
        };
        for name in ["objects", "tiles", "keys"] {
            disk.make_folder(&disk.root.join(name))?;
        }
        disk.clear_unfinished()?;
        Ok(disk)
    }

    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// A new file in `folder`, to be written and then placed by [`Disk::place`].
    pub(crate) fn stage(&self, folder: &Path, mode: u32) -> Result<Staged, StoreError> {
        self.check()?;
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("{UNFINISHED}{}-{serial}", std::process::id()));
        let open = OpenOptions::new().write(true).create_new(true).mode(mode).open(&path);
        Ok(Staged { file: open.map_err(StoreError::file("write", &path))?, path })
    }

    /// Makes the folder and those above it, down from the store's root, and syncs whatever got a new entry.
    pub(crate) fn make_folder(&self, folder: &Path) -> Result<(), StoreError> {
        if folder.is_dir() {
            return Ok(());
        }
        if let Some(parent) = folder.parent() {
            self.make_folder(parent)?;
        }
        match fs::create_dir(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                Err(StoreError::file("make", folder)(error))
            }
            _ => folder.parent().map_or(Ok(()), |parent| self.sync(parent)),
        }
    }

    /// Syncs the folders of `files`, and those above them up to the store's root unless this program did so before:
    /// whoever made a folder may have died before its name was durable.
    pub(crate) fn sync_folders<'a>(
        &self,
        files: impl IntoIterator<Item = &'a Path>,
    ) -> Result<(), StoreError> {
        let folders: BTreeSet<&Path> = files.into_iter().filter_map(Path::parent).collect();
        for folder in folders {
            self.sync(folder)?;
            self.settle(folder)?;
        }
        Ok(())
    }

    /// From the top down, so that a settled folder has only settled folders above it.
    fn settle(&self, folder: &Path) -> Result<(), StoreError> {
        let inside = |folder: &&Path| *folder != self.root && folder.starts_with(&self.root);
        let open: Vec<&Path> = {
            let settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
            folder.ancestors().take_while(inside).take_while(|folder| !settled.contains(*folder)).collect()
        };
        for folder in open.into_iter().rev() {
            folder.parent().map_or(Ok(()), |parent| self.sync(parent))?;
            self.settled.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned());
        }
        Ok(())
    }

    /// Writes a whole file in place of an older one, if any; its folder must be synced after.
    pub(crate) fn write(&self, staging: &Path, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
        let mut staged = self.stage(staging, 0o644)?;
        staged.write(bytes)?;
        self.place(staged, path)
    }

    /// Syncs a staged file and moves it to `path`; its folder must be synced after.
    pub(crate) fn place(&self, staged: Staged, path: &Path) -> Result<(), StoreError> {
        self.sync_staged(&staged)?;
        if let Some(folder) = path.parent() {
            self.make_folder(folder)?;
        }
        fs::rename(&staged.path, path).map_err(StoreError::file("write", path))
    }

    /// Syncs a staged file and gives it the name `path`, which must be free; its folder must be synced after.
    pub(crate) fn place_new(&self, staged: &Staged, path: &Path) -> Result<(), StoreError> {
        self.sync_staged(staged)?;
        fs::hard_link(&staged.path, path).map_err(StoreError::file("write", path))
    }

    /// Gives the file at `path` a further name, unless that is taken; its folder must be synced after.
    pub(crate) fn keep(&self, path: &Path, further: &Path) -> Result<(), StoreError> {
        let open = File::open(path).map_err(StoreError::file("open", path))?;
        self.durable(path, open.sync_all())?;
        match fs::hard_link(path, further) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                Err(StoreError::file("write", further)(error))
            }
            _ => Ok(()),
        }
    }

    fn sync_staged(&self, staged: &Staged) -> Result<(), StoreError> {
        self.durable(&staged.path, staged.file.sync_all())
    }

    fn sync(&self, folder: &Path) -> Result<(), StoreError> {
        let open = File::open(folder).map_err(StoreError::file("open", folder))?;
        self.durable(folder, open.sync_all())
    }

    fn durable(&self, path: &Path, synced: io::Result<()>) -> Result<(), StoreError> {
        self.check()?;
        synced.map_err(|source| {
            self.failed.store(true, Ordering::SeqCst);
            StoreError::NotDurable { path: path.to_owned(), source }
        })
    }

    fn check(&self) -> Result<(), StoreError> {
        if self.failed.load(Ordering::SeqCst) { Err(StoreError::DiskFailed) } else { Ok(()) }
    }

    /// Removes what a crash left half written, unless another program has the store open and may be writing it.
    fn clear_unfinished(&self) -> Result<(), StoreError> {
        let path = self.root.join(".lock");
        if self._lock.try_lock().is_ok() {
            let mut folders = vec![self.folder("objects"), self.folder("keys"), self.folder("tiles")];
            folders.extend(children(&self.folder("tiles"))?.into_iter().filter(|path| path.is_dir()));
            for file in folders.iter().map(|folder| children(folder)).collect::<Result<Vec<_>, _>>()?.concat()
            {
                if file.file_name().is_some_and(|name| name.to_string_lossy().starts_with(UNFINISHED)) {
                    tracing::warn!(file = %file.display(), "removing a file that was never finished");
                    fs::remove_file(&file).map_err(StoreError::file("remove", &file))?;
                }
            }
            self._lock.unlock().map_err(StoreError::file("unlock", &path))?;
        }
        self._lock.lock_shared().map_err(StoreError::file("lock", &path))
    }
}

/// A file in the making; dropped without being placed, it is removed.
pub(crate) struct Staged {
    file: File,
    path: PathBuf,
}

impl Staged {
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.file.write_all(bytes).map_err(StoreError::file("write", &self.path))
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // After a rename there is nothing to remove.
        let _ = fs::remove_file(&self.path);
    }
}

/// Opens a file that is only there to be locked.
pub(crate) fn open_lock(path: &Path) -> Result<File, StoreError> {
    let open = OpenOptions::new().write(true).create(true).truncate(false).open(path);
    open.map_err(StoreError::file("open", path))
}

/// The entries of a folder, by name.
pub(crate) fn children(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let read = || -> io::Result<Vec<PathBuf>> {
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect()
    };
    let mut paths = read().map_err(StoreError::file("list", folder))?;
    paths.sort();
    Ok(paths)
}

/// The folders in a folder, by name; none when it is not there.
pub(crate) fn folders(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    Ok(children(folder)?.into_iter().filter(|path| path.is_dir()).collect())
}

/// The bytes of a file, `None` if there is none.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::file("read", path)(error)),
    }
}

/// Runs work that waits for the disk, off the threads that answer requests.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(StoreError::ShuttingDown),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_failed_sync_nothing_more_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::open(folder.path()).unwrap();
        let path = disk.folder("objects").join("a");
        disk.write(&disk.folder("objects"), &path, b"a").unwrap();
        let failed = disk.durable(&path, Err(io::Error::other("the disk is gone")));
        assert!(matches!(failed, Err(StoreError::NotDurable { .. })));
        let refused = disk.write(&disk.folder("objects"), &path, b"b");
        assert!(matches!(refused, Err(StoreError::DiskFailed)));
        assert_eq!(fs::read(&path).unwrap(), b"a");
    }

    #[test]
    fn unfinished_files_are_cleared_at_start_unless_another_program_has_the_store_open() {
        let folder = tempfile::tempdir().unwrap();
        let first = Disk::open(folder.path()).unwrap();
        let leftover = first.folder("objects").join(format!("{UNFINISHED}1-1"));
        fs::write(&leftover, "half").unwrap();
        let second = Disk::open(folder.path()).unwrap();
        assert!(leftover.exists());
        drop((first, second));
        Disk::open(folder.path()).unwrap();
        assert!(!leftover.exists());
    }
}
