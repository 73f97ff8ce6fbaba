//! The signing keys of logs: one file each, readable by nobody else, never overwritten.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use attestry_ledger::note::{KeyError, KeyKind};
use attestry_ledger::{SignerKey, VerifierKey};

use crate::disk::{self, Disk, blocking};
use crate::{Store, StoreError};

impl Store {
    /// The signing key of a log, `None` if this store has none.
    ///
    /// # Errors
    /// If the file is no key of this log, or others may read it.
    pub async fn lookup_signer(&self, origin: &str) -> Result<Option<SignerKey>, StoreError> {
        let (path, origin) = (self.key_path(origin, "key"), origin.to_owned());
        blocking(move || load(&path, &origin)).await
    }

    /// Makes the signing key of a log from 32 random bytes. Its public half is kept beside it, as
    /// `keys/ORIGIN.vkey`, for whoever verifies.
    ///
    /// # Errors
    /// If the log has a key already, or the origin cannot name a key.
    pub async fn add_signer(&self, origin: &str, seed: [u8; 32]) -> Result<SignerKey, StoreError> {
        let (secret, public) = (self.key_path(origin, "key"), self.key_path(origin, "vkey"));
        let (disk, origin) = (Arc::clone(&self.disk), origin.to_owned());
        blocking(move || {
            let key = SignerKey::from_seed(&origin, KeyKind::Ed25519, &seed).map_err(|error| {
                StoreError::Key { path: secret.clone(), origin: origin.clone(), reason: error.to_string() }
            })?;
            save(&disk, &secret, &public, &key)?;
            Ok(key)
        })
        .await
    }

    /// The public half of a log's signing key, as kept in `keys/ORIGIN.vkey`; `None` if this store has none.
    ///
    /// # Errors
    /// If the file is no key of this log.
    pub async fn lookup_verifier(&self, origin: &str) -> Result<Option<VerifierKey>, StoreError> {
        let (path, origin) = (self.key_path(origin, "vkey"), origin.to_owned());
        blocking(move || load_public(&path, &origin)).await
    }

    fn key_path(&self, origin: &str, ending: &str) -> PathBuf {
        self.disk.folder("keys").join(format!("{}.{ending}", file_name(origin)))
    }
}

fn save(disk: &Disk, secret: &Path, public: &Path, key: &SignerKey) -> Result<(), StoreError> {
    let folder = disk.folder("keys");
    let mut staged = disk.stage(&folder, 0o600)?;
    staged.write(format!("{}\n", key.encode()).as_bytes())?;
    disk.place_new(&staged, secret).map_err(|error| match error {
        StoreError::File { source, .. } if source.kind() == std::io::ErrorKind::AlreadyExists => {
            StoreError::KeyExists(secret.to_owned())
        }
        other => other,
    })?;
    disk.write(&folder, public, format!("{}\n", key.verifier()).as_bytes())?;
    disk.sync_folders([secret, public])
}

fn load(path: &Path, origin: &str) -> Result<Option<SignerKey>, StoreError> {
    let Some(bytes) = disk::read(path)? else { return Ok(None) };
    let refuse =
        |reason: String| StoreError::Key { path: path.to_owned(), origin: origin.to_owned(), reason };
    let mode = path.metadata().map_err(StoreError::file("read", path))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(refuse(
            "others may read it; make a new log if they did, else run `chmod 600` on it".to_owned(),
        ));
    }
    let text = String::from_utf8(bytes).map_err(|error| refuse(error.to_string()))?;
    let key = SignerKey::decode(text.trim_end()).map_err(|error| refuse(error.to_string()))?;
    if key.name() == origin { Ok(Some(key)) } else { Err(refuse(format!("it is of `{}`", key.name()))) }
}

fn load_public(path: &Path, origin: &str) -> Result<Option<VerifierKey>, StoreError> {
    let Some(bytes) = disk::read(path)? else { return Ok(None) };
    let refuse =
        |reason: String| StoreError::Key { path: path.to_owned(), origin: origin.to_owned(), reason };
    let key: VerifierKey = String::from_utf8_lossy(&bytes)
        .trim_end()
        .parse()
        .map_err(|error: KeyError| refuse(error.to_string()))?;
    if key.name() == origin { Ok(Some(key)) } else { Err(refuse(format!("it is of `{}`", key.name()))) }
}

/// The origin as one file name: what is not plain becomes `%` and two hexadecimal digits.
fn file_name(origin: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let spell = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    origin.bytes().map(spell).collect()
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn origins_with_slashes_stay_in_the_folder_and_apart() {
        assert_eq!(file_name("attestry.example/acme"), "attestry.example%2Facme");
        assert_ne!(file_name("a/b"), file_name("a%2Fb"));
        assert!(!file_name("../../etc").contains('/'));
    }
}
