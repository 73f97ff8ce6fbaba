//! The published vectors of RFC 6962, and properties of the tree.

use std::collections::BTreeMap;

use attestry_ledger::merkle::{
    AppendError, ReadError, append, consistency_proof, inclusion_proof, leaf_hash, node_hash, root,
    tiles_for_append, tiles_for_consistency, tiles_for_inclusion, tree_root, verify_consistency,
    verify_inclusion,
};
use attestry_ledger::{Digest, TilePath};
use proptest::prelude::*;

/// The leaves of the certificate-transparency test suite, in hexadecimal.
const LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

/// The root after each leaf.
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

const A: &str = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
const B: &str = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
const C: &str = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";
const D: &str = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
const E: &str = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
const F: &str = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";

fn leaves() -> Vec<Vec<u8>> {
    LEAVES.iter().map(|leaf| hex::decode(leaf).unwrap()).collect()
}

fn digests(texts: &[&str]) -> Vec<Digest> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn tiles_of(leaves: &[Vec<u8>]) -> BTreeMap<TilePath, Vec<u8>> {
    append(&BTreeMap::new(), 0, leaves).unwrap().tiles.into_iter().collect()
}

fn numbered(count: u64) -> Vec<Vec<u8>> {
    (0..count).map(|n| format!("leaf {n}").into_bytes()).collect()
}

#[test]
fn the_published_roots_come_out_in_memory_and_from_tiles() {
    let hashes: Vec<Digest> = leaves().iter().map(|leaf| leaf_hash(leaf)).collect();
    for (size, expected) in (1..).zip(digests(&ROOTS)) {
        assert_eq!(tree_root(&hashes[..size]), expected);
        assert_eq!(root(&tiles_of(&leaves()[..size]), size as u64).unwrap(), expected);
    }
    assert_eq!(root(&BTreeMap::new(), 0).unwrap(), Digest::of(b""));
}

#[test]
fn the_published_inclusion_proofs_come_out_and_verify() {
    let cases: [(u64, u64, &[&str]); 5] = [
        (0, 1, &[]),
        (0, 8, &[A, B, C]),
        (5, 8, &[D, E, ROOTS[3]]),
        (2, 3, &[ROOTS[1]]),
        (1, 5, &[ROOTS[0], B, D]),
    ];
    for (position, size, proof) in cases {
        let tiles = tiles_of(&leaves()[..size as usize]);
        assert_eq!(inclusion_proof(&tiles, position, size).unwrap(), digests(proof));
        let leaf = leaf_hash(&leaves()[position as usize]);
        let root = ROOTS[size as usize - 1].parse().unwrap();
        verify_inclusion(&digests(proof), position, size, &leaf, &root).unwrap();
    }
}

#[test]
fn the_published_consistency_proofs_come_out_and_verify() {
    let cases: [(u64, u64, &[&str]); 4] =
        [(1, 1, &[]), (1, 8, &[A, B, C]), (6, 8, &[F, E, ROOTS[3]]), (2, 5, &[B, D])];
    for (old, size, proof) in cases {
        let tiles = tiles_of(&leaves()[..size as usize]);
        assert_eq!(consistency_proof(&tiles, old, size).unwrap(), digests(proof));
        let [old_root, root] = [old, size].map(|size| ROOTS[size as usize - 1].parse().unwrap());
        verify_consistency(&digests(proof), old, size, &old_root, &root).unwrap();
    }
}

#[test]
fn seventy_thousand_leaves_make_the_tiles_of_the_specification_s_example() {
    let appended = append(&BTreeMap::new(), 0, &numbered(70_000)).unwrap();
    let paths: Vec<String> = appended.tiles.iter().map(|(path, _)| path.to_string()).collect();
    let count = |prefix: &str| paths.iter().filter(|path| path.starts_with(prefix)).count();
    assert_eq!(
        (count("tile/entries/"), count("tile/0/"), count("tile/1/"), count("tile/2/")),
        (274, 274, 2, 1)
    );
    for path in
        ["tile/entries/273.p/112", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]
    {
        assert!(paths.contains(&path.to_owned()), "{path}");
    }
    assert!(appended.tiles.iter().all(|(path, bytes)| {
        path.to_string().starts_with("tile/entries/") || bytes.len() as u64 == 32 * path.width()
    }));
    let tiles: BTreeMap<TilePath, Vec<u8>> = appended.tiles.into_iter().collect();
    let proof = inclusion_proof(&tiles, 65_536, 70_000).unwrap();
    verify_inclusion(&proof, 65_536, 70_000, &leaf_hash(b"leaf 65536"), &appended.root).unwrap();
}

#[test]
fn a_partial_tile_that_was_dropped_for_the_full_one_is_read_from_it() {
    let all = numbered(300);
    let mut tiles = tiles_of(&all[..100]);
    let grown = append(&tiles, 100, &all[100..]).unwrap();
    tiles.extend(grown.tiles.clone());
    tiles.retain(|path, _| {
        path.to_string() != "tile/0/000.p/100" && path.to_string() != "tile/entries/000.p/100"
    });
    assert_eq!(append(&tiles, 100, &all[100..]).unwrap(), grown);
    assert_eq!(root(&tiles, 100).unwrap(), append(&BTreeMap::new(), 0, &all[..100]).unwrap().root);
}

#[test]
fn a_missing_short_or_torn_tile_is_an_error_and_not_a_root() {
    let tiles = tiles_of(&numbered(300));
    let path: TilePath = "tile/0/001.p/44".parse().unwrap();
    let mut missing = tiles.clone();
    missing.remove(&path);
    assert_eq!(root(&missing, 300), Err(ReadError::Missing(path)));
    for length in [0, 31, 33, 32 * 43] {
        let mut torn = tiles.clone();
        torn.get_mut(&path).unwrap().truncate(length);
        assert_eq!(root(&torn, 300), Err(ReadError::Malformed(path)));
        assert!(matches!(append(&torn, 300, &[b"x"]), Err(AppendError::Read(_))));
    }
}

#[test]
fn positions_and_sizes_outside_the_tree_are_refused() {
    let tiles = tiles_of(&numbered(5));
    assert!(inclusion_proof(&tiles, 5, 5).is_err());
    assert!(inclusion_proof(&tiles, u64::MAX, u64::MAX).is_err());
    assert!(consistency_proof(&tiles, 0, 5).is_err());
    assert!(consistency_proof(&tiles, 6, 5).is_err());
    assert!(root(&tiles, u64::MAX).is_err());
    let long = vec![0; 65_536];
    assert!(matches!(append(&tiles, 5, &[long]), Err(AppendError::LeafTooLong { position: 5, .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn appending_in_two_steps_equals_appending_at_once(old in 0u64..700, more in 0u64..700) {
        let all = numbered(old + more);
        let mut tiles = tiles_of(&all[..old as usize]);
        let named: BTreeMap<TilePath, Vec<u8>> =
            tiles_for_append(old).into_iter().map(|path| (path, tiles[&path].clone())).collect();
        let appended = append(&named, old, &all[old as usize..]).unwrap();
        let changed = appended.tiles.iter().filter(|(path, bytes)| tiles.get(path) == Some(bytes)).count();
        prop_assert_eq!(changed, 0, "a tile was written that is there already");
        tiles.extend(appended.tiles);
        let at_once = append(&BTreeMap::new(), 0, &all).unwrap();
        prop_assert_eq!(appended.root, at_once.root);
        for (path, bytes) in at_once.tiles {
            prop_assert_eq!(&tiles[&path], &bytes);
        }
    }

    #[test]
    fn proofs_hold_and_break_when_anything_changes(size in 1u64..900, a: u64, b: u64, flip: usize) {
        let all = numbered(size);
        let tiles = tiles_of(&all);
        let (position, old) = (a % size, b % size + 1);
        let whole = root(&tiles, size).unwrap();

        let needed: BTreeMap<_, _> = tiles_for_inclusion(position, size).unwrap()
            .into_iter().map(|path| (path, tiles[&path].clone())).collect();
        let mut proof = inclusion_proof(&needed, position, size).unwrap();
        let leaf = leaf_hash(&all[position as usize]);
        verify_inclusion(&proof, position, size, &leaf, &whole).unwrap();
        prop_assert!(verify_inclusion(&proof, position, size, &leaf_hash(b"other"), &whole).is_err());
        prop_assert!(verify_inclusion(&proof, size, size, &leaf, &whole).is_err());
        proof.push(leaf);
        prop_assert!(verify_inclusion(&proof, position, size, &leaf, &whole).is_err());
        proof.pop();
        if !proof.is_empty() {
            let at = flip % proof.len();
            proof[at] = node_hash(&proof[at], &leaf);
            prop_assert!(verify_inclusion(&proof, position, size, &leaf, &whole).is_err());
            proof.pop();
            prop_assert!(verify_inclusion(&proof, position, size, &leaf, &whole).is_err());
        }

        let old_root = append(&BTreeMap::new(), 0, &all[..old as usize]).unwrap().root;
        let needed: BTreeMap<_, _> = tiles_for_consistency(old, size).unwrap()
            .into_iter().map(|path| (path, tiles[&path].clone())).collect();
        let mut proof = consistency_proof(&needed, old, size).unwrap();
        verify_consistency(&proof, old, size, &old_root, &whole).unwrap();
        prop_assert!(verify_consistency(&proof, old, size, &leaf_hash(b"other"), &whole).is_err());
        prop_assert!(verify_consistency(&proof, old, size, &old_root, &leaf_hash(b"other")).is_err());
        proof.push(whole);
        prop_assert!(verify_consistency(&proof, old, size, &old_root, &whole).is_err());
        proof.pop();
        if !proof.is_empty() {
            let at = flip % proof.len();
            proof[at] = node_hash(&proof[at], &whole);
            prop_assert!(verify_consistency(&proof, old, size, &old_root, &whole).is_err());
        }
    }

    #[test]
    fn any_proof_is_refused_or_accepted_and_never_panics(
        hashes in proptest::collection::vec(any::<[u8; 32]>(), 0..70), a: u64, b: u64, small in 0u64..70,
    ) {
        let proof: Vec<Digest> = hashes.into_iter().map(Digest::from_bytes).collect();
        let root = Digest::of(b"");
        for (a, b) in [(a, b), (b, a), (small, b), (a, small), (small, small + 1)] {
            prop_assert!(verify_inclusion(&proof, a, b, &root, &leaf_hash(b"x")).is_err());
            let _ = verify_consistency(&proof, a, b, &root, &leaf_hash(b"x"));
        }
    }
}
