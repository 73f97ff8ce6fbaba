//! A digest of CloudTrail, its keys and the names of its files are read or refused.
#![no_main]

use attestry_app::import::trail;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let path = "AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/01/01/a.json.gz";
    if let Ok(digest) = trail::Digest::parse(path, bytes, None) {
        let report = trail::check(&[digest], &[], &[]);
        assert!(report.trails.iter().all(|one| one.proven.is_empty()), "no key was given");
    }
    let _keys = trail::trail_keys(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _place = trail::place(text);
    }
});
