//! A pack that is read, from JSON, a spreadsheet or YAML, is content that reads back.
#![no_main]

use attestry_catalog::{Files, Reading, bundle, load_bundle, pack_of_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let day = attestry_domain::time::day("2026-01-01").expect("a day");
    for (file, generated) in [("a.json", true), ("a.csv", true), ("a.xlsx", true), ("a.yaml", false)] {
        let reading = Reading { with_text: true, ..Reading::on(day) };
        let Ok(pack) = pack_of_bytes(file, bytes, &reading) else { continue };
        let files = Files::default().with(&pack, false).expect("nothing is there yet");
        let read = load_bundle(&bundle(&files));
        assert!(read.is_ok() || !generated, "{file}: {read:?}");
    }
});
