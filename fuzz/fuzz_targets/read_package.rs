//! A package is checked to its end or refused; bytes that nobody signed never hold.
#![no_main]

use std::io::Cursor;

use attestry_ledger::package::{Options, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _report = verify(Cursor::new(bytes), Options::default());
});
