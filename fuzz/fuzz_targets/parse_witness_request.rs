//! A request to a witness reads as it was written, or is refused; so do the other small texts and time stamps.
#![no_main]

use attestry_ledger::proof::TlogProof;
use attestry_ledger::timestamp::TimeStamp;
use attestry_ledger::witness::Request;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(request) = Request::parse(bytes) {
        let again = Request::parse(request.to_string().as_bytes()).expect("what was written is read");
        assert_eq!(again.to_string(), request.to_string());
    }
    let _proof = TlogProof::parse(bytes);
    let _stamp = TimeStamp::parse(bytes);
});
