//! A second opinion in another language: what Go checks its own module log with accepts our logs and packages, and
//! refuses what was changed. `tests/go/install.sh` installs Go.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use attestry_ledger::merkle::{consistency_proof, inclusion_proof};
use attestry_ledger::proof::TlogProof;
use attestry_ledger::verify::Row;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::log::{signer, witness};
use crate::pack::{Pack, edited};

const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// Where Go lies: `ATTESTRY_GO`, then where the script puts it, then the search path.
fn go() -> Option<PathBuf> {
    let places = [
        std::env::var_os("ATTESTRY_GO").map(PathBuf::from),
        Some(Path::new(HERE).join("../../target/go/bin/go")),
        Some(PathBuf::from("go")),
    ];
    let runs =
        |go: &PathBuf| Command::new(go).arg("version").output().is_ok_and(|output| output.status.success());
    places.into_iter().flatten().find(runs)
}

fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if output.status.success() { Ok(said) } else { Err(said) }
}

/// The program, built once; `None` where there is no Go, which is a failure under `CI=true`.
fn program() -> Option<&'static Path> {
    static PROGRAM: OnceLock<Option<PathBuf>> = OnceLock::new();
    PROGRAM.get_or_init(build).as_deref()
}

fn build() -> Option<PathBuf> {
    let Some(go) = go() else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "Go is not installed: run tests/go/install.sh");
        eprintln!(
            "SKIPPED: Go is not installed, run {HERE}/tests/go/install.sh; no second opinion on the ledger"
        );
        return None;
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("go");
    // The module that Go carries for itself is put beside the program; nothing of it is kept here.
    let root = run(Command::new(&go).args(["env", "GOROOT"])).unwrap();
    let carried = Path::new(root.trim()).join("src/cmd/vendor/golang.org/x/mod/sumdb");
    for package in ["note", "tlog"] {
        let to = folder.join("mod/sumdb").join(package);
        std::fs::create_dir_all(&to).unwrap();
        for file in std::fs::read_dir(carried.join(package)).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
    std::fs::write(folder.join("mod/go.mod"), "module golang.org/x/mod\n\ngo 1.24\n").unwrap();
    for file in ["main.go", "go.mod"] {
        std::fs::copy(Path::new(HERE).join("tests/go").join(file), folder.join(file)).unwrap();
    }
    let mut command = Command::new(&go);
    command.args(["build", "-o", "crosscheck", "."]).current_dir(&folder);
    command.env("GOPROXY", "off").env("GOFLAGS", "-mod=mod").env("GOTOOLCHAIN", "local");
    command.env("GOCACHE", folder.join("cache")).env("GOPATH", folder.join("path")).env("CGO_ENABLED", "0");
    run(&mut command).unwrap();
    Some(folder.join("crosscheck"))
}

/// A log as files: checkpoint, tiles, leaves, proofs of some, an earlier checkpoint.
fn log(pack: &Pack, folder: &Path) {
    let put = |path: &str, bytes: &[u8]| {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    let (signed, tiles) = (pack.signed(), &pack.log.tiles);
    let size = signed.checkpoint().size();
    put("checkpoint", signed.to_string().as_bytes());
    for (path, bytes) in tiles {
        put(&path.to_string(), bytes);
    }
    let mut leaves = String::new();
    for row in &pack.log.rows {
        let Row::Entry(entry) = row else { panic!("unreadable row") };
        leaves += &STANDARD.encode(entry.envelope.leaf());
        leaves.push('\n');
    }
    put("leaves", leaves.as_bytes());
    for position in [0, size / 2, size - 1] {
        let hashes = inclusion_proof(tiles, position, size).unwrap();
        let proof = TlogProof { position, hashes, checkpoint: signed.clone() };
        put(&format!("proofs/{position}.tlog-proof"), proof.to_string().as_bytes());
    }
    for earlier in &pack.earlier {
        let old = earlier.checkpoint().size();
        let proof = consistency_proof(tiles, old, size).unwrap();
        let lines: String = proof.iter().map(|hash| STANDARD.encode(hash.as_bytes()) + "\n").collect();
        put(&format!("consistency/{old}/checkpoint"), earlier.to_string().as_bytes());
        put(&format!("consistency/{old}/consistency"), lines.as_bytes());
    }
}

fn checked(folder: &Path) -> Result<String, String> {
    run(Command::new(program().unwrap()).arg("log").arg(folder).arg(signer().verifier().to_string()))
}

#[test]
fn go_accepts_checkpoint_tiles_and_proofs() {
    if program().is_none() {
        return;
    }
    for events in [1, 2, 255, 256, 257, 700] {
        let pack = Pack::of(events);
        let folder = tempfile::tempdir().unwrap();
        log(&pack, folder.path());
        let said = checked(folder.path()).unwrap();
        let proofs = if events == 1 {
            1
        } else if events == 2 {
            2
        } else {
            3
        };
        let earlier = u64::from(events > 1);
        assert_eq!(
            said.trim(),
            format!("{events} leaves, {proofs} proofs, {earlier} earlier checkpoints hold")
        );
    }
}

#[test]
fn go_refuses_a_log_in_which_anything_was_changed() {
    if program().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    log(&Pack::of(300), folder.path());
    checked(folder.path()).unwrap();
    for (path, reason) in [
        ("checkpoint", "signature"),
        ("tile/0/000", "downloaded inconsistent tile"),
        ("tile/1/000.p/1", "downloaded inconsistent tile"),
        ("tile/0/001.p/44", "downloaded inconsistent tile"),
        ("leaves", "leaf 0"),
        ("proofs/150.tlog-proof", "proofs/150.tlog-proof"),
        ("consistency/150/consistency", "consistency/150"),
        ("consistency/150/checkpoint", "consistency/150"),
    ] {
        let path = folder.path().join(path);
        let whole = std::fs::read(&path).unwrap();
        let mut bytes = whole.clone();
        // In the middle of the first hash or line: another letter of base64, another byte of a tile.
        let at = match path.file_name().unwrap().to_str().unwrap() {
            "150.tlog-proof" => b"c2sp.org/tlog-proof@v1\nindex 150\n".len() + 8,
            "checkpoint" => b"attestry.example/acme\n".len(),
            _ => 8,
        };
        bytes[at] = if bytes[at] == b'2' { b'3' } else { b'2' };
        std::fs::write(&path, bytes).unwrap();
        let said = checked(folder.path()).expect_err(reason);
        assert!(said.contains(reason), "{reason} not in {said}");
        std::fs::write(&path, whole).unwrap();
    }
    checked(folder.path()).unwrap();
}

#[test]
fn go_reads_our_packages_and_proves_every_event_in_them() {
    let Some(program) = program() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut pack = Pack::of(700);
    pack.scope.retain(|event| event % 3 != 1);
    let bytes = pack.write();
    let path = folder.path().join("package.zip");
    let checked = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        let (log, witness) = (signer().verifier().to_string(), witness().verifier().to_string());
        run(Command::new(program).arg("package").arg(&path).args([log, witness]))
    };
    assert_eq!(checked(&bytes).unwrap().trim(), "466 events, 1 earlier checkpoints hold");
    for (file, reason) in [
        ("checkpoint", "signature"),
        ("manifest.json", "seals another manifest"),
        ("events/000000.jsonl", "other bytes than the manifest says"),
        ("VERIFY.md", "other bytes than the manifest says"),
        ("tile/0/000", "other bytes than the manifest says"),
    ] {
        let changed = edited(&bytes, file, |content| {
            let at = if file == "checkpoint" { 23 } else { 12 };
            content[at] ^= 1;
            true
        });
        let said = checked(&changed).expect_err(file);
        assert!(said.contains(reason), "{file}: {said}");
    }
}
