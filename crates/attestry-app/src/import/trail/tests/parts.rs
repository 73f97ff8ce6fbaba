use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use ring::signature::{KeyPair as _, RsaKeyPair};
use sha2::Digest as _;

use super::super::{Digest, PlaceKind, TrailKey, log_hash, place, trail_keys};
use super::made::{KEY, made};

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[test]
fn paths_of_the_layout_say_account_region_trail_and_time() {
    let log = place("/mnt/copy/prefix/AWSLogs/111122223333/CloudTrail/us-east-2/2015/08/17/111122223333_CloudTrail_us-east-2_20150817T1445Z_9nYN7gp2eWAJHIfT.json.gz").unwrap();
    assert_eq!(log.kind, PlaceKind::Log { written: "2015-08-17T14:45:00Z".parse().unwrap() });
    assert!(log.tail.starts_with("AWSLogs/") && log.organisation.is_none());
    let digest = place("AWSLogs/o-abc123/111122223333/CloudTrail-Digest/us-east-2/2015/08/17/111122223333_CloudTrail-Digest_us-east-2_my_trail-1_eu-west-1_20150817T150131Z_backfill.json.gz").unwrap();
    assert_eq!((digest.organisation.as_deref(), digest.region.as_str()), (Some("o-abc123"), "us-east-2"));
    let PlaceKind::Digest { trail, home_region, ends, backfill } = digest.kind else { panic!() };
    assert_eq!((trail.as_str(), home_region.as_str(), backfill), ("my_trail-1", "eu-west-1", true));
    assert_eq!(ends, "2015-08-17T15:01:31Z".parse().unwrap());
    let insight = "AWSLogs/111122223333/CloudTrail-Insight/us-east-2/2015/08/17/111122223333_CloudTrail-Insight_us-east-2_20150817T1445Z_x.json.gz";
    assert!(matches!(place(insight).unwrap().kind, PlaceKind::Log { .. }));
}

#[test]
fn other_paths_are_not_of_the_layout() {
    let right = "AWSLogs/111122223333/CloudTrail/us-east-2/2015/08/17/111122223333_CloudTrail_us-east-2_20150817T1445Z_x.json.gz";
    assert!(place(right).is_some());
    for (from, to) in [
        ("AWSLogs", "Logs"),
        ("111122223333", "11112222333"),
        ("/CloudTrail/", "/Config/"),
        ("/08/17/", "/08/"),
        ("_us-east-2_", "_us-east-1_"),
        ("20150817", "20151317"),
        ("T1445Z", "T2545Z"),
        ("T1445Z", "T14+5Z"),
        (".json.gz", ".csv.gz"),
        ("_x", ""),
    ] {
        let path = right.replace(from, to);
        assert_eq!(place(&path).is_some(), to.is_empty(), "{path}");
    }
    assert!(place("").is_none() && place("AWSLogs/ä").is_none());
}

#[test]
fn a_hash_is_of_the_unpacked_bytes_however_they_are_packed() {
    let (first, second) = (b"{\"Records\":".as_slice(), b"[]}".as_slice());
    let expected: [u8; 32] = sha2::Sha256::digest([first, second].concat()).into();
    assert_eq!(log_hash([first, second].concat().as_slice()).unwrap(), expected);
    assert_eq!(log_hash(packed(&[first, second].concat()).as_slice()).unwrap(), expected);
    assert_eq!(log_hash([packed(first), packed(second)].concat().as_slice()).unwrap(), expected);
    let whole = packed(&[first, second].concat());
    assert!(log_hash(&whole[..whole.len() - 4]).is_err());
}

#[test]
fn a_packed_digest_is_the_same_as_an_unpacked_one() {
    let made = made(1);
    let [digest] = made.digests.as_slice() else { panic!() };
    let plain = Digest::parse(&digest.found_at, digest.text.as_bytes(), digest.signature.as_deref()).unwrap();
    let zipped =
        Digest::parse(&digest.found_at, &packed(digest.text.as_bytes()), digest.signature.as_deref())
            .unwrap();
    assert_eq!(plain, zipped);
    assert_eq!(plain.signed_text().lines().count(), 4);
    assert!(plain.signed_text().ends_with("\nnull"));
}

#[test]
fn what_is_no_digest_is_refused_with_the_member() {
    let made = made(2);
    let digest = &made.digests[1];
    let with = |from: &str, to: &str| {
        Digest::parse("p", digest.text.replace(from, to).as_bytes(), None).unwrap_err().to_string()
    };
    assert_eq!(with("CloudTrail-Digest", "Other"), "its `digestS3Object` is malformed");
    assert_eq!(with("2026-03-01T02:00:00Z", "soon"), "its `digestEndTime` is malformed");
    assert_eq!(
        with("\"previousDigestSignature\":\"", "\"previousDigestSignature\":\"xy"),
        "its `previousDigestSignature` is malformed"
    );
    assert!(with("digestS3Bucket", "other").starts_with("it is no digest file of CloudTrail: missing field"));
    assert!(
        Digest::parse("p", b"\x1f\x8bno", None).unwrap_err().to_string().starts_with("it cannot be unpacked")
    );
    assert_eq!(
        Digest::parse("p", digest.text.as_bytes(), Some("zz")).unwrap_err().to_string(),
        "its `signature` is malformed"
    );
}

#[test]
fn keys_are_read_as_the_command_line_of_aws_prints_them() {
    use base64::Engine as _;
    let pair = RsaKeyPair::from_der(KEY).unwrap();
    let bare = pair.public_key().as_ref();
    let wrapped = {
        let bits = [&[0x03, 0x82, 0x01, 0x0f, 0x00], bare].concat();
        let algorithm =
            [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
        [&[0x30, 0x82, 0x01, 0x22][..], &algorithm, &bits].concat()
    };
    let value = |der: &[u8]| base64::engine::general_purpose::STANDARD.encode(der);
    let text = serde_json::json!({ "PublicKeyList": [
        { "Fingerprint": "AB", "Value": value(bare), "ValidityStartTime": "1436317441.5", "ValidityEndTime": 1438909441.0 },
        { "Fingerprint": "cd", "Value": value(&wrapped), "ValidityStartTime": "2026-03-01T00:00:00+01:00" },
    ]});
    let keys = trail_keys(text.to_string().as_bytes()).unwrap();
    assert_eq!(keys[0].fingerprint, "ab");
    assert_eq!(keys[0].from.unwrap().as_millisecond(), 1_436_317_441_500);
    assert_eq!(keys[0].until.unwrap().as_second(), 1_438_909_441);
    assert_eq!(keys[1].from.unwrap(), "2026-02-28T23:00:00Z".parse().unwrap());
    assert_eq!(
        {
            let mut key = TrailKey::new("CD", bare);
            key.from = keys[1].from;
            key
        },
        keys[1]
    );
    for (text, part) in
        [("[]", "no list of keys"), ("x", "no list of keys"), (r#"{"PublicKeyList":[{}]}"#, "key 1")]
    {
        assert!(trail_keys(text.as_bytes()).unwrap_err().to_string().contains(part), "{text}");
    }
}
