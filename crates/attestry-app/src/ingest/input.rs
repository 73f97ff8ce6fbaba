//! The file that records come from: its format, its digest, its chunks.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use attestry_domain::catalog::Stream;
use attestry_domain::id::Digest;
use sha2::{Digest as _, Sha256};

use super::{Chunks, InputFile, refused};
use crate::import::{Aside, Chunks as _, Format};
use crate::port::FileFormat;
use crate::{AppError, Workspace, import};

/// Bytes read at once.
pub(super) const BUFFER: usize = 1 << 18;
/// Bytes that a format is told by.
const HEAD: u64 = 16_384;

/// The first bytes of a file, decompressed as far as they go, and the format that they or its name show.
pub(super) fn look(input: &InputFile) -> Result<(Vec<u8>, Option<Format>), AppError> {
    let name = input.path.display();
    if input.path.is_dir() {
        return Err(AppError::Input(format!("`{name}` is a folder; name the files in it")));
    }
    let mut head = Vec::new();
    let file = File::open(&input.path).map_err(AppError::file(&input.path))?;
    file.take(HEAD).read_to_end(&mut head).map_err(AppError::file(&input.path))?;
    let format = Format::sniff(&input.path.to_string_lossy(), &head);
    Ok((import::inflated(head), format))
}

pub(super) fn sniff(input: &InputFile) -> Result<Format, AppError> {
    if let Some(format) = input.format {
        return Ok(format);
    }
    let (head, format) = look(input)?;
    format.ok_or_else(|| {
        let why = if head.is_empty() {
            "the file is empty and its name shows no format"
        } else {
            "the format cannot be told"
        };
        AppError::Input(format!("`{}`: {why}; give one with `--format`", input.path.display()))
    })
}

/// SHA-256 of the file as it is now.
pub(super) async fn digest(path: &Path) -> Result<Digest, AppError> {
    let owned = path.to_owned();
    let hashed = tokio::task::spawn_blocking(move || hash(&owned)).await;
    hashed.map_err(|_| AppError::Stopping)?.map_err(AppError::file(path))
}

fn hash(path: &Path) -> std::io::Result<Digest> {
    let (mut file, mut hash, mut block) = (File::open(path)?, Sha256::new(), vec![0; BUFFER]);
    loop {
        match file.read(&mut block) {
            Ok(0) => return Ok(Digest::new(hash.finalize().into())),
            Ok(read) => hash.update(block.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The chunks of the input as its bytes lie at `path`: where it came from, or its copy. Errors name the input.
pub(super) fn open<'a>(
    workspace: &Workspace,
    stream: &Stream,
    input: &InputFile,
    format: Format,
    path: &Path,
    aside: Option<Aside>,
) -> Result<Chunks<'a>, AppError> {
    let name = input.path.display().to_string();
    let map = input.map.as_ref();
    let columnar = match format {
        Format::Parquet => Some(FileFormat::Parquet),
        Format::Arrow => Some(FileFormat::Arrow),
        _ => None,
    };
    if let Some(columnar) = columnar {
        let tables = workspace.app().engine.read_columns(path, columnar)?;
        let chunks = import::tables(stream, map, &name, tables).keeping_aside(aside);
        return Ok(Box::new(chunks.map(|chunk| chunk.map_err(refused))));
    }
    let file = File::open(path).map_err(AppError::file(path))?;
    let chunks = import::records(stream, format, map, &name, std::io::BufReader::with_capacity(BUFFER, file));
    Ok(Box::new(chunks.keeping_aside(aside).map(|chunk| chunk.map_err(refused))))
}
