//! No file of another product makes the reader stumble; what it gives is counted.
#![no_main]

use attestry_app::import::{Aside, Product, survey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &[u8])| {
    let (choice, bytes) = input;
    let product = Product::ALL[usize::from(choice) % Product::ALL.len()];
    let aside = Aside::default();
    if let Ok(found) = survey(product, "file", bytes, Some(&aside)) {
        let records: u64 = found.streams.iter().map(|(_, count)| count).sum();
        assert!(records == 0 || found.items > 0);
    }
});
