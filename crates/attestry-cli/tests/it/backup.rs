//! Everything in one file, and back.

use crate::call::Home;

const LOGIN: &str = r#"{"login_id":"l1","occurred_at":"2026-05-01T08:00:00Z","system":"sso","step":"session","result":"success"}"#;

#[test]
fn a_backup_restored_into_an_empty_folder_answers_the_same_and_verifies() {
    let home = Home::with_workspace();
    home.write("logins.ndjson", LOGIN);
    home.json(&["ingest", "login", "logins.ndjson"]);
    let before = home.json(&["status"]);
    home.json(&["backup", "all.zip"]);
    let again = home.call(&["backup", "all.zip"]);
    assert_ne!(again.code, 0, "a backup is never written over another file");
    let restored = home.json(&["restore", "all.zip", "--home", "other"]);
    assert_eq!(restored["verified"][0][1], before["at"]);
    let after = home.json(&["status", "--home", "other"]);
    assert_eq!(after["at"], before["at"]);
    assert_eq!(after["frameworks"], before["frameworks"]);
    assert_eq!(home.json(&["verify", "--home", "other"])["holds"], true);
    let full = home.call(&["restore", "all.zip"]);
    assert_ne!(full.code, 0, "only an empty folder is restored into");
    assert!(full.err.contains("empty home"), "{}", full.err);
}

#[test]
fn a_backup_that_was_changed_restores_nothing() {
    let home = Home::with_workspace();
    home.json(&["backup", "all.zip"]);
    let mut bytes = std::fs::read(home.path("all.zip")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    std::fs::write(home.path("all.zip"), bytes).unwrap();
    let refused = home.call(&["restore", "all.zip", "--home", "other"]);
    assert_ne!(refused.code, 0, "{}", refused.out);
    assert!(refused.err.contains("all.zip"), "{}", refused.err);
}
