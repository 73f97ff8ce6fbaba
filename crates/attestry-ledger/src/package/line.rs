//! One event as one line of JSON, in one form only.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::IgnoredAny;

use crate::Envelope;
use crate::digest::{from_hex, to_hex};
use crate::verify::{Entry, Payload};

const ENVELOPE: &[u8] = b"{\"envelope\":";
const PAYLOAD: &[u8] = b",\"payload\":";
const CODED: &[u8] = b",\"payload_base64\":\"";
const SALT: &[u8] = b",\"salt\":\"";

/// Appends the line of an event, with its line feed.
pub(super) fn encode(entry: &Entry, line: &mut Vec<u8>) {
    line.extend_from_slice(ENVELOPE);
    line.extend_from_slice(entry.envelope.leaf());
    if let Payload::Present { salt, bytes } = &entry.payload {
        if is_plain(bytes) {
            line.extend_from_slice(PAYLOAD);
            line.extend_from_slice(bytes);
        } else {
            line.extend_from_slice(CODED);
            line.extend_from_slice(STANDARD.encode(bytes).as_bytes());
            line.push(b'"');
        }
        line.extend_from_slice(SALT);
        line.extend_from_slice(&to_hex(salt));
        line.push(b'"');
    }
    line.extend_from_slice(b"}\n");
}

/// Whether a payload can stand in a line as it is: a JSON object without line feeds or space around it.
fn is_plain(bytes: &[u8]) -> bool {
    let framed = bytes.first() == Some(&b'{') && bytes.last() == Some(&b'}') && !bytes.contains(&b'\n');
    framed && serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
}

/// Reads a line, which must be exactly as [`encode`] writes it.
pub(super) fn decode(line: &[u8]) -> Result<Entry, String> {
    let form = || "the line is not in the form in which events are written".to_owned();
    let rest = line.strip_prefix(ENVELOPE).ok_or_else(form)?;
    let (leaf, rest) = object(rest).ok_or_else(form)?;
    let envelope = Envelope::parse(leaf).map_err(|error| error.to_string())?;
    if rest == b"}\n" {
        return Ok(Entry { envelope, payload: Payload::Erased });
    }
    let (bytes, rest) = payload(rest).ok_or_else(form)?;
    let (salt, rest) = rest.strip_prefix(SALT).and_then(|rest| rest.split_at_checked(64)).ok_or_else(form)?;
    let salt = from_hex(salt).ok_or_else(|| "the salt is not 64 hexadecimal digits".to_owned())?;
    if rest == b"\"}\n" {
        Ok(Entry { envelope, payload: Payload::Present { salt, bytes } })
    } else {
        Err(form())
    }
}

fn payload(rest: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    if let Some(rest) = rest.strip_prefix(PAYLOAD) {
        let (bytes, rest) = object(rest)?;
        return is_plain(bytes).then(|| (bytes.to_vec(), rest));
    }
    let rest = rest.strip_prefix(CODED)?;
    let end = rest.iter().position(|byte| *byte == b'"')?;
    let (text, rest) = rest.split_at_checked(end)?;
    let bytes = STANDARD.decode(text).ok().filter(|bytes| !is_plain(bytes))?;
    Some((bytes, rest.get(1..)?))
}

/// The bytes up to the brace that closes the first one, and those after.
fn object(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (mut depth, mut at) = (0u32, 0);
    loop {
        match bytes.get(at)? {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return bytes.split_at_checked(at + 1);
                }
            }
            _ if depth == 0 => return None,
            b'"' => at = end_of_text(bytes, at + 1)?,
            _ => {}
        }
        at += 1;
    }
}

/// Where the quotation mark is that ends the text that begins at `at`.
fn end_of_text(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += bytes.get(at..)?.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
        if bytes.get(at) == Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::commit;

    fn entry(payload: Option<&[u8]>) -> Entry {
        let digest = commit(&[3; 32], payload.unwrap_or(b""));
        let envelope = Envelope::new("acme", 7, 1_700_000_000_000_000, "p-1", "noted", 1, digest).unwrap();
        let present = |bytes: &[u8]| Payload::Present { salt: [3; 32], bytes: bytes.to_vec() };
        Entry { envelope, payload: payload.map_or(Payload::Erased, present) }
    }

    fn line(entry: &Entry) -> Vec<u8> {
        let mut line = Vec::new();
        encode(entry, &mut line);
        line
    }

    #[test]
    fn a_payload_of_json_is_readable_in_its_line_and_others_are_base64() {
        let text = String::from_utf8(line(&entry(Some(b"{\"a\":1}")))).unwrap();
        assert!(text.contains(",\"payload\":{\"a\":1},\"salt\":\"0303"), "{text}");
        for bytes in [&b""[..], b"null", b" {}", b"{} ", b"{\"a\":\n1}", b"{", b"\xff\x00"] {
            let text = String::from_utf8(line(&entry(Some(bytes)))).unwrap();
            assert!(text.contains(",\"payload_base64\":\""), "{text}");
        }
    }

    #[test]
    fn a_line_in_another_form_is_refused() {
        let text = String::from_utf8(line(&entry(Some(b"{\"a\":1}")))).unwrap();
        for changed in [
            text.replace("{\"envelope\":", "{ \"envelope\":"),
            text.replace("\"salt\":\"0303", "\"salt\":\"0A03"),
            text.replace(",\"salt\"", ",\"more\":1,\"salt\""),
            text.replace(",\"payload\":{\"a\":1}", ""),
            text.replace(",\"payload\":{\"a\":1}", ",\"payload_base64\":\"eyJhIjoxfQ==\""),
            text.replace("{\"a\":1}", "{\"a\":1}  "),
            text.trim_end().to_owned(),
            text.replace("}\n", "}\r\n"),
        ] {
            assert!(decode(changed.as_bytes()).is_err(), "{changed}");
        }
    }

    proptest! {
        #[test]
        fn every_event_is_read_back_from_its_line(payload in proptest::option::of(proptest::collection::vec(any::<u8>(), 0..60)), text in "\\PC{0,20}", json: bool) {
            let object = serde_json::to_vec(&serde_json::json!({ "a": text })).unwrap();
            let payload = if json { Some(object) } else { payload };
            let entry = entry(payload.as_deref());
            let read = decode(&line(&entry)).unwrap();
            prop_assert_eq!(&read.envelope, &entry.envelope);
            prop_assert_eq!(line(&read), line(&entry));
            match (&read.payload, payload) {
                (Payload::Present { bytes, .. }, Some(payload)) => prop_assert_eq!(bytes, &payload),
                (Payload::Erased, None) => {}
                _ => prop_assert!(false, "a payload came or went"),
            }
        }

        #[test]
        fn any_line_is_read_or_refused_and_never_panics(bytes: Vec<u8>) {
            let _ = decode(&bytes);
        }
    }
}
