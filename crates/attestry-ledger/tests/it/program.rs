//! The program `attestry-verify`.

use std::path::Path;
use std::process::{Command, Output};

use attestry_ledger::proof::TlogProof;

use crate::log::{entry, signer, witness};
use crate::pack::{Pack, edited};

fn run(folder: &Path, words: &[&str]) -> (i32, String, String) {
    let output: Output = Command::new(env!("CARGO_BIN_EXE_attestry-verify"))
        .args(words)
        .current_dir(folder)
        .env("COLUMNS", "100")
        .env_remove("NO_COLOR")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn folder(bytes: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("p.zip"), bytes).unwrap();
    std::fs::write(folder.path().join("log.key"), format!("{}\n", signer().verifier())).unwrap();
    folder
}

#[test]
fn a_good_package_ends_with_0_and_a_page_that_says_what_was_checked() {
    let folder = folder(&Pack::of(1234).write());
    let witness = witness().verifier().to_string();
    let (code, page, error) =
        run(folder.path(), &["p.zip", "--log-key", "log.key", "--witness-key", &witness]);
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(page.starts_with("● The package holds: 1,234 events in "), "{page}");
    for line in [
        "  Engagement 1\n",
        "  ● signed over 1,234 events by attestry.example/acme\n",
        "  ● cosigned over 1,234 events by auditor.example/w, 15 Jan 2027 08:00:00 UTC\n",
        "  events against the tree that was signed: 1,234\n",
        "◌ not checked: payloads of 1 event: erased",
    ] {
        assert!(page.contains(line), "{line} not in {page}");
    }
    assert!(!page.contains('\u{1b}'), "no colour where nobody sees it: {page}");
    assert!(page.lines().all(|line| line.chars().count() <= 100 || !line.contains(' ')), "{page}");
}

#[test]
fn a_bad_package_ends_with_1_and_names_its_fault_with_a_meaning() {
    let bad = edited(&Pack::of(20).write(), "VERIFY.md", |content| {
        content[0] ^= 1;
        true
    });
    let folder = folder(&bad);
    let (code, page, _) = run(folder.path(), &["p.zip", "--log-key", "log.key"]);
    assert_eq!(code, 1);
    assert!(page.starts_with("– The package does not hold"), "{page}");
    assert!(page.contains("– VERIFY.md: its bytes hash to"), "{page}");
    assert!(page.contains("    the file was changed after the package was made"), "{page}");
    let (code, text, _) = run(folder.path(), &["p.zip", "--json", "--log-key=log.key"]);
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, &document["holds"]), (1, &false.into()));
    let kinds: Vec<&str> = document["report"]["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["layout", "differs"]);
    assert!(document["report"]["faults"][1]["meaning"].as_str().unwrap().starts_with("the file was changed"));
}

#[test]
fn without_the_log_key_a_package_only_agrees_with_itself() {
    let folder = folder(&Pack::of(20).write());
    let (code, page, _) = run(folder.path(), &["p.zip"]);
    assert_eq!(code, 0);
    assert!(page.starts_with("◐ The package agrees with itself; give the log's key"), "{page}");
    assert!(page.contains("◌ not checked: who signed: no log key was given"), "{page}");
}

#[test]
fn wrong_calls_end_with_2_and_files_that_cannot_be_read_with_3() {
    let folder = folder(b"");
    for (words, code, said) in [
        (&[][..], 2, "name the package"),
        (&["p.zip", "--log-key", "nonsense"], 2, "`nonsense` is no key and no file"),
        (&["none.zip"], 3, "none.zip: "),
        (&["."], 3, ".: "),
        (&["p.zip", "--earlier", "p.zip"], 3, "p.zip: "),
    ] {
        let (found, _, error) = run(folder.path(), words);
        assert_eq!(found, code, "{words:?}: {error}");
        assert!(error.starts_with(said), "{error}");
    }
    assert_eq!(run(folder.path(), &["p.zip"]).0, 1);
    for word in ["--help", "--version"] {
        let (code, text, _) = run(folder.path(), &[word]);
        assert_eq!(code, 0);
        assert!(text.contains("attestry-verify"), "{text}");
    }
}

#[test]
fn it_prints_the_proof_of_one_event() {
    let folder = folder(&Pack::of(300).write());
    let (code, text, _) = run(folder.path(), &["p.zip", "--proof", "299"]);
    assert_eq!(code, 0);
    let proof = TlogProof::parse(text.as_bytes()).unwrap();
    proof.verify(&entry(299, b"event 299").envelope.leaf_hash(), &signer().verifier()).unwrap();
    let (code, text, _) = run(folder.path(), &["p.zip", "--proof", "301"]);
    assert_eq!((code, text.starts_with("event 301 cannot be proven")), (1, true), "{text}");
}

#[test]
fn a_checkpoint_kept_from_before_finds_a_fork_and_an_interrupted_check_is_taken_up() {
    let pack = Pack::of(20);
    let folder = folder(&pack.write());
    let seen = folder.path().join("seen");
    std::fs::write(&seen, pack.signed().to_string()).unwrap();
    let words = ["p.zip", "--log-key", "log.key", "--earlier", "seen", "--resume", "progress"];
    assert_eq!(run(folder.path(), &words).0, 0);
    assert!(!folder.path().join("progress").exists());
    let mut fork = Pack::of(20);
    fork.log = crate::log::Log::default();
    for event in 1..=20 {
        fork.log.record(&format!("other {event}"));
    }
    fork.log.publish();
    (fork.scope, fork.earlier) = (vec![1], Vec::new());
    std::fs::write(folder.path().join("p.zip"), fork.write()).unwrap();
    let (code, page, _) = run(folder.path(), &words);
    assert_eq!(code, 1);
    assert!(page.contains("– checkpoint: at 20 events the root was"), "{page}");
    std::fs::write(folder.path().join("progress"), "{}").unwrap();
    assert_eq!(run(folder.path(), &words).0, 3);
}
