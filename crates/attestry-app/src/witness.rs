//! Witnesses: somebody else who sees each checkpoint and cosigns it only if nothing before it was rewritten.
//!
//! [`Witness`] is the witness itself, run by an auditor or another organisation; [`cosign()`] is the log that asks one.
//! The decision is `attestry_ledger::witness`'s; here is what it rests on: one state in one file, durable before a
//! cosignature leaves, and one request at a time.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use attestry_ledger::note::KeyKind;
use attestry_ledger::witness::{self, State};
use attestry_ledger::{SignerKey, VerifierKey};

use crate::AppError;
use crate::port::World;

pub use attestry_ledger::witness::MAX_REQUEST_BYTES;
pub use cosign::{Cosigned, cosign};

mod cosign;
#[cfg(test)]
mod tests;

/// A witness at work. Only one can have its state open.
pub struct Witness {
    key: SignerKey,
    kept: Mutex<Kept>,
    world: Arc<dyn World>,
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The media type of the body.
    pub content_type: &'static str,
    /// The body.
    pub body: String,
}

/// What a witness knows, in its file.
struct Kept {
    path: PathBuf,
    state: State,
    _lock: File,
}

impl Witness {
    /// Opens a witness with its key and the state that [`trust`] began.
    ///
    /// # Errors
    /// When the state is damaged, or another program has it open.
    pub fn open(key: SignerKey, state: &Path, world: Arc<dyn World>) -> Result<Self, AppError> {
        Ok(Self { key, kept: Mutex::new(Kept::open(state)?), world })
    }

    /// The key that verifies its cosignatures.
    pub fn verifier(&self) -> VerifierKey {
        self.key.verifier()
    }

    /// The logs that it watches.
    pub fn logs(&self) -> Vec<String> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.state.origins().map(str::to_owned).collect()
    }

    /// Answers the body of a `POST add-checkpoint`. When it cosigns, that is durable.
    pub fn add_checkpoint(&self, body: &[u8]) -> Answer {
        let request = match witness::Request::parse(body) {
            Ok(request) => request,
            Err(error) => return refused(&error.into()),
        };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let now = u64::try_from(self.world.now().micros().div_euclid(1_000_000)).unwrap_or(0);
        let (state, cosignature) = match witness::add_checkpoint(&kept.state, &request, &self.key, now) {
            Ok(decided) => decided,
            Err(refusal) => return refused(&refusal),
        };
        if let Err(error) = kept.keep(state) {
            tracing::error!(%error, "witness.state_not_kept");
            let body = "what was seen could not be kept, so nothing is cosigned\n".to_owned();
            return Answer { status: 500, content_type: "text/plain; charset=utf-8", body };
        }
        let body = witness::response(&[cosignature]);
        Answer { status: 200, content_type: "text/plain; charset=utf-8", body }
    }
}

fn refused(refusal: &witness::Refusal) -> Answer {
    Answer { status: refusal.status(), content_type: refusal.content_type(), body: refusal.body() }
}

/// Lets a witness watch the log whose key this is; false when it did before.
///
/// # Errors
/// When the state is damaged or in use, or cannot be written.
pub fn trust(state: &Path, log: VerifierKey) -> Result<bool, AppError> {
    let mut kept = Kept::open(state)?;
    let mut next = kept.state.clone();
    next.trust(log);
    if next == kept.state {
        return Ok(false);
    }
    kept.keep(next)?;
    Ok(true)
}

impl Kept {
    fn open(path: &Path) -> Result<Self, AppError> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(".lock");
        let beside = PathBuf::from(beside);
        let lock = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&beside);
        let lock = lock.map_err(AppError::file(&beside))?;
        lock.try_lock().map_err(|_| {
            let path = path.display();
            AppError::Input(format!("the state `{path}` is in use by another program; stop it first"))
        })?;
        let state = match std::fs::read(path) {
            Ok(text) => State::from_json(&text).map_err(|error| {
                AppError::Input(format!("`{}`: {error}; bring back a copy of it", path.display()))
            })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => State::new(),
            Err(error) => return Err(AppError::file(path)(error)),
        };
        Ok(Self { path: path.to_owned(), state, _lock: lock })
    }

    /// Makes a state durable, and only then the one that is known.
    fn keep(&mut self, state: State) -> Result<(), AppError> {
        let path = &self.path;
        let folder = folder_of(path);
        let mut file = tempfile::Builder::new().prefix(".witness-").tempfile_in(folder);
        let file = file
            .as_mut()
            .map_err(|error| AppError::file(path)(std::io::Error::new(error.kind(), error.to_string())))?;
        file.write_all(state.to_json().as_bytes()).map_err(AppError::file(path))?;
        file.as_file().sync_all().map_err(AppError::file(path))?;
        std::fs::rename(file.path(), path).map_err(AppError::file(path))?;
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(AppError::file(folder))?;
        self.state = state;
        Ok(())
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// Makes the key of a witness in a file that nobody else may read and that must not be there yet.
///
/// # Errors
/// When the name cannot be that of a key, or the file is there or cannot be written.
pub fn make_key(name: &str, path: &Path, world: &dyn World) -> Result<VerifierKey, AppError> {
    let mut seed = [0; 32];
    world.randomise(&mut seed);
    let key = SignerKey::from_seed(name, KeyKind::CosignatureV1, &seed)
        .map_err(|error| AppError::Input(error.to_string()))?;
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut file = file.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            AppError::Input(format!("`{}` is there already; a key is never overwritten", path.display()))
        }
        _ => AppError::file(path)(error),
    })?;
    let text = format!("{}\n", key.encode());
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(AppError::file(path))?;
    let folder = folder_of(path);
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(AppError::file(folder))?;
    Ok(key.verifier())
}

/// Reads the key of a witness.
///
/// # Errors
/// When the file is none, or others may read it.
pub fn read_key(path: &Path) -> Result<SignerKey, AppError> {
    let unfit = |reason: &str| AppError::Input(format!("the key `{}`: {reason}", path.display()));
    let mut file = File::open(path).map_err(AppError::file(path))?;
    let mode = file.metadata().map_err(AppError::file(path))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(unfit("others may read it; make a new one if they did, else run `chmod 600` on it"));
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(AppError::file(path))?;
    let key = SignerKey::decode(text.trim_end()).map_err(|error| unfit(&error.to_string()))?;
    if key.verifier().kind() == KeyKind::CosignatureV1 {
        Ok(key)
    } else {
        Err(unfit("it is the key of a log, not of a witness"))
    }
}
