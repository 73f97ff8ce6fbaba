//! Proof files of one leaf.

use attestry_ledger::merkle::inclusion_proof;
use attestry_ledger::proof::TlogProof;
use proptest::prelude::*;

use crate::log::{Log, entry, signer};
use crate::pack::Pack;

fn proof(log: &Log, position: u64) -> TlogProof {
    let head = log.head().unwrap();
    let hashes = inclusion_proof(&log.tiles, position, head.size()).unwrap();
    let checkpoint = attestry_ledger::SignedCheckpoint::parse(log.checkpoint.as_ref().unwrap()).unwrap();
    TlogProof { position, hashes, checkpoint }
}

#[test]
fn a_proof_file_is_read_back_and_holds_for_its_leaf_only() {
    let log = Log::of(300);
    let text = proof(&log, 299).to_string();
    assert!(text.starts_with("c2sp.org/tlog-proof@v1\nindex 299\n"), "{text}");
    let read = TlogProof::parse(text.as_bytes()).unwrap();
    assert_eq!(read.to_string(), text);
    let key = signer().verifier();
    read.verify(&entry(300, b"event 300").envelope.leaf_hash(), &key).unwrap();
    assert!(read.verify(&entry(299, b"event 299").envelope.leaf_hash(), &key).is_err());
    let moved = TlogProof { position: 298, ..read.clone() };
    assert!(moved.verify(&entry(300, b"event 300").envelope.leaf_hash(), &key).is_err());
    let stranger = Pack::of(3).log;
    let other = TlogProof { checkpoint: proof(&stranger, 0).checkpoint, ..read };
    assert!(other.verify(&entry(300, b"event 300").envelope.leaf_hash(), &key).is_err());
}

#[test]
fn an_extra_line_is_passed_over_and_other_forms_are_refused() {
    let text = proof(&Log::of(5), 2).to_string();
    let extra = text.replacen("index", "extra Zm9v\nindex", 1);
    assert_eq!(TlogProof::parse(extra.as_bytes()).unwrap().to_string(), text);
    for changed in [
        text.replacen("@v1", "@v2", 1),
        text.replacen("index 2", "index 02", 1),
        text.replacen("index 2", "index -2", 1),
        text.replacen("index 2\n", "", 1),
        text.replacen("\n\n", "\nAAAA\n\n", 1),
        text.replacen("\n\n", "\n", 1),
        text.replacen(
            "index 2",
            &format!("index 2{}", "\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".repeat(64)),
            1,
        ),
    ] {
        assert!(TlogProof::parse(changed.as_bytes()).is_err(), "{changed}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_and_never_panic(bytes: Vec<u8>, index in "index [0-9-]{0,21}", hash in "[A-Za-z0-9+/=]{0,50}") {
        let _ = TlogProof::parse(&bytes);
        let _ = TlogProof::parse(format!("c2sp.org/tlog-proof@v1\n{index}\n{hash}\n\n").as_bytes());
    }
}
