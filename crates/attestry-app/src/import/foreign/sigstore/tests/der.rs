use super::super::der::{INTEGER, OCTET_STRING, Reader, SEQUENCE, encode, only};

#[test]
fn elements_of_every_length_come_back_as_they_were() {
    for length in [0_usize, 1, 127, 128, 255, 256, 65_535, 65_536] {
        let bytes = vec![7; length];
        let element = encode(OCTET_STRING, &[&bytes]);
        assert_eq!(only(&element, OCTET_STRING).unwrap().value, bytes, "{length}");
        let outer = encode(SEQUENCE, &[&element, &element]);
        let mut inside = only(&outer, SEQUENCE).unwrap().inside();
        assert_eq!(inside.by_ref().count(), 2);
        assert!(inside.is_empty());
    }
}

#[test]
fn lengths_that_are_indefinite_too_long_or_not_the_shortest_are_refused() {
    for bytes in [
        &[0x04, 0x80, 0, 0][..],
        &[0x04, 0x81, 1, 0],
        &[0x04, 0x82, 0, 200],
        &[0x04, 0x85, 0, 0, 0, 0, 1, 0],
        &[0x04, 5, 1],
        &[0x1f, 1, 0],
        &[0x04],
        &[],
    ] {
        assert!(Reader::new(bytes).any().is_none(), "{bytes:?}");
    }
    assert!(only(&[0x04, 0, 0], OCTET_STRING).is_none(), "a byte is left over");
    assert!(only(&[0x04, 0], INTEGER).is_none(), "another tag");
}

#[test]
fn instants_are_read_in_both_forms() {
    let read = |tag: u8, text: &str| Reader::new(&encode(tag, &[text.as_bytes()])).any().unwrap().instant();
    assert_eq!(read(0x17, "700101000000Z"), Some(0));
    assert_eq!(read(0x17, "491231235959Z"), read(0x18, "20491231235959Z"));
    assert_eq!(read(0x17, "500101000000Z"), read(0x18, "19500101000000Z"));
    assert_eq!(read(0x18, "20260301120000.25Z"), read(0x18, "20260301120000Z"));
    for text in [
        "20260230120000Z",
        "20260301120000",
        "2026030112000Z",
        "2026030112000aZ",
        "20260301120000.xZ",
        "Z",
        "ä",
    ] {
        assert_eq!(read(0x18, text), None, "{text}");
    }
}
