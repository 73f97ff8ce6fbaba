//! A tile path that parses prints as it came: a tile has one name.
#![no_main]

use attestry_ledger::TilePath;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(path) = text.parse::<TilePath>()
    {
        assert_eq!(path.to_string(), text);
    }
});
