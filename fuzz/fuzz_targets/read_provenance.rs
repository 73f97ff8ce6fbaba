//! A bundle or an envelope is checked without stumbling, and nothing unsigned is called verified.
#![no_main]

use attestry_app::import::foreign::{Out, in_toto, sigstore};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _no_key = sigstore::PublicKey::parse(bytes);
    let _no_root = sigstore::TrustedRoot::parse(bytes);
    let Ok(item) = serde_json::from_slice::<serde_json::Value>(bytes) else { return };
    let trust = sigstore::Trust::default();
    if let Ok(facts) = sigstore::check(&item, &trust, None) {
        assert_ne!(facts.outcome.word(), "verified", "nobody was trusted");
    }
    let mut out = Out::default();
    out.begin();
    in_toto::item(&item, &mut out);
});
