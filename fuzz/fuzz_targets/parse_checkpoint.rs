//! A checkpoint that parses prints as it came.
#![no_main]

use attestry_ledger::{Checkpoint, SignedCheckpoint};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(signed) = SignedCheckpoint::parse(bytes) {
        assert_eq!(signed.to_string().as_bytes(), bytes);
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(checkpoint) = Checkpoint::parse(text)
    {
        assert_eq!(checkpoint.to_string(), text);
    }
});
