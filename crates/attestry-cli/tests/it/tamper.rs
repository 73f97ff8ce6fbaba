//! One byte changed behind the program's back.

use std::path::{Path, PathBuf};

use crate::call::Home;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() { found.extend(files(&entry)) } else { found.push(entry) }
    }
    found.sort();
    found
}

fn flip(path: &Path, at: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[at] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

/// Flips a byte, expects `verify` to fail and to name the place, and puts the byte back.
fn found(home: &Home, path: &Path, at: usize, names: &[&str]) {
    flip(path, at);
    let called = home.call(&["verify"]);
    flip(path, at);
    assert_eq!(called.code, 1, "{}: {} {}", path.display(), called.out, called.err);
    assert!(names.iter().any(|name| called.out.contains(name)), "{}: {}", path.display(), called.out);
    assert_eq!(home.call(&["verify"]).code, 0, "{}", path.display());
}

#[test]
fn verify_names_the_object_tile_checkpoint_or_event_in_which_one_byte_was_changed() {
    let home = Home::with_workspace();
    home.write(
        "incidents.csv",
        "incident_id,opened_at,updated_at,severity\ni-1,2026-02-01T08:00:00Z,2026-02-01T08:00:00Z,high\n",
    );
    let called = home.call(&["ingest", "incident", "incidents.csv"]);
    assert_eq!(called.code, 0, "{}", called.err);
    assert_eq!(home.call(&["verify"]).code, 0);

    for object in files(&home.path(".attestry/objects")) {
        let name = object.file_name().unwrap().to_str().unwrap().to_owned();
        let middle = usize::try_from(object.metadata().unwrap().len()).unwrap() / 2;
        found(&home, &object, middle, &[&name]);
    }
    for tile in files(&home.path(".attestry/tiles")) {
        if tile.extension().is_some_and(|end| end == "lock") || tile.metadata().unwrap().len() == 0 {
            continue;
        }
        let middle = usize::try_from(tile.metadata().unwrap().len()).unwrap() / 2;
        found(&home, &tile, middle, &["tile/", "checkpoint"]);
    }
    let database = home.path(".attestry/attestry.db");
    let bytes = std::fs::read(&database).unwrap();
    let needle = b"\"time_zone\":\"America/New_York\"";
    let at =
        bytes.windows(needle.len()).position(|window| window == needle).expect("the first event's payload");
    found(&home, &database, at + 15, &["event 1"]);
}
