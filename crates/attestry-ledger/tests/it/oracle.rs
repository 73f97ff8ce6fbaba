//! Second opinions: the same trees, tiles, proofs and notes as made by other people's crates.

use std::collections::BTreeMap;

use attestry_ledger::note::{KeyKind, Note, SignerKey};
use attestry_ledger::{Checkpoint, Digest, TilePath, merkle};
use proptest::prelude::*;
use signed_note::{StandardSigner, StandardVerifier, VerifierList};
use tlog_tiles::tlog::{self, Hash, HashReader};

struct Stored(Vec<Hash>);

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog::Error> {
        Ok(indexes.iter().map(|index| self.0[*index as usize]).collect())
    }
}

fn leaf(n: u64) -> Vec<u8> {
    format!("entry {n}").into_bytes()
}

fn stored(size: u64) -> Stored {
    let mut stored = Stored(Vec::new());
    for n in 0..size {
        let hashes = tlog::stored_hashes(n, &leaf(n), &stored).unwrap();
        stored.0.extend(hashes);
    }
    stored
}

fn ours(proof: Vec<Hash>) -> Vec<Digest> {
    proof.into_iter().map(|hash| Digest::from_bytes(hash.0)).collect()
}

fn theirs(proof: &[Digest]) -> Vec<Hash> {
    proof.iter().map(|digest| Hash(*digest.as_bytes())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn tlog_tiles_gives_the_same_root_tiles_and_proofs(old in 0u64..600, more in 1u64..600, a: u64) {
        let size = old + more;
        let stored = stored(size);
        let leaves: Vec<Vec<u8>> = (0..size).map(leaf).collect();
        let first = merkle::append(&BTreeMap::new(), 0, &leaves[..old as usize]).unwrap();
        let mut tiles: BTreeMap<TilePath, Vec<u8>> = first.tiles.into_iter().collect();
        let second = merkle::append(&tiles, old, &leaves[old as usize..]).unwrap();

        let mut mine: Vec<(String, Vec<u8>)> = second.tiles.iter()
            .filter(|(path, _)| path.kind() != attestry_ledger::TileKind::Entries)
            .map(|(path, bytes)| (path.to_string(), bytes.clone())).collect();
        let mut other: Vec<(String, Vec<u8>)> = tlog_tiles::tile::Tile::new_tiles(8, old, size).iter()
            .map(|tile| (tile.path().replacen("tile/8/", "tile/", 1), tile.read_data(&stored).unwrap())).collect();
        mine.sort();
        other.sort();
        prop_assert_eq!(mine, other);

        let root = Hash(*second.root.as_bytes());
        prop_assert_eq!(root, tlog::tree_hash(size, &stored).unwrap());
        tiles.extend(second.tiles);
        let position = a % size;
        let proof = merkle::inclusion_proof(&tiles, position, size).unwrap();
        prop_assert_eq!(&proof, &ours(tlog::prove_record(size, position, &stored).unwrap()));
        tlog::check_record(&theirs(&proof), size, root, position, tlog::record_hash(&leaf(position))).unwrap();
        if old > 0 {
            let proof = merkle::consistency_proof(&tiles, old, size).unwrap();
            prop_assert_eq!(&proof, &ours(tlog::prove_tree(size, old, &stored).unwrap()));
            let old_root = tlog::tree_hash(old, &stored).unwrap();
            tlog::check_tree(&theirs(&proof), size, root, old, old_root).unwrap();
        }
    }

    #[test]
    fn signed_note_and_tlog_tiles_accept_our_checkpoints(
        origin in "[a-z]{1,12}\\.example/[a-z0-9-]{1,12}", seed: [u8; 32], size in 0u64..1 << 53, root: [u8; 32],
    ) {
        let key = SignerKey::from_seed(&origin, KeyKind::Ed25519, &seed).unwrap();
        let checkpoint = Checkpoint::new(&origin, size, Digest::from_bytes(root)).unwrap();
        let text = checkpoint.sign(&key).unwrap().to_string();

        let note = signed_note::Note::from_bytes(text.as_bytes()).unwrap();
        let verifier = StandardVerifier::new(&key.verifier().to_string()).unwrap();
        let (verified, unverified) = note.verify(&VerifierList::new(vec![Box::new(verifier)])).unwrap();
        prop_assert_eq!((verified.len(), unverified.len()), (1, 0));
        let read = tlog_tiles::checkpoint::Checkpoint::from_bytes(note.text()).unwrap();
        prop_assert_eq!((read.origin(), read.size(), read.hash().0), (origin.as_str(), size, root));
    }

    #[test]
    fn our_verifier_accepts_what_signed_note_signs_with_our_key(seed: [u8; 32], text in "[ -~\n]{0,80}") {
        let key = SignerKey::from_seed("attestry.example/x", KeyKind::Ed25519, &seed).unwrap();
        let signer = StandardSigner::new(&key.encode()).unwrap();
        let mut note = signed_note::Note::new(format!("{text}\n").as_bytes(), &[]).unwrap();
        note.add_sigs(&[&signer]).unwrap();
        let read = Note::parse(&note.to_bytes()).unwrap();
        prop_assert_eq!(read.verify(&[key.verifier()]).unwrap().len(), 1);
        prop_assert_eq!(read.to_string().into_bytes(), note.to_bytes());
    }
}
