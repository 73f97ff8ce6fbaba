//! A note that parses prints as it came, and checking it with a key never panics.
#![no_main]

use attestry_ledger::{Note, VerifierKey};
use libfuzzer_sys::fuzz_target;

const KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let Ok(key) = text.parse::<VerifierKey>() {
            assert_eq!(key.to_string(), text);
        }
    }
    if let Ok(note) = Note::parse(bytes) {
        assert_eq!(note.to_string().as_bytes(), bytes);
        let key: VerifierKey = KEY.parse().expect("the published example");
        let _ = note.verify(&[key]);
    }
});
