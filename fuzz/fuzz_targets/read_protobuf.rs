//! Bytes of an exporter become the JSON that they stand for, or are refused.
#![no_main]

use attestry_app::import::foreign::{Out, otlp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(value) = otlp::protobuf::decode(bytes) {
        let mut out = Out::default();
        out.begin();
        otlp::item(&value, &mut out);
    }
    let _refused_or_not = otlp::protobuf::decode_spans(bytes);
});
