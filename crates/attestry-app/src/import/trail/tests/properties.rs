use proptest::prelude::*;

use super::super::{Digest, place, trail_keys};
use super::made::made;
use super::{hour, proven};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_text_makes_a_reader_fail(text in ".{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = place(&text);
        let _ = place(&format!("AWSLogs/111122223333/CloudTrail/r/1/1/1/111122223333_CloudTrail_r_{text}.json"));
        let _ = Digest::parse(&text, &bytes, Some(&text));
        let _ = trail_keys(&bytes);
    }

    #[test]
    fn a_digest_with_a_changed_character_proves_nothing(which in 0..4_usize, at in any::<prop::sample::Index>(), new in "[ -~]") {
        let mut made = made(4);
        let text = &mut made.digests[which].text;
        let at = at.index(text.len());
        prop_assume!(text[at..=at] != *new);
        text.replace_range(at..=at, &new);
        let readable = Digest::parse("p", made.digests[which].text.as_bytes(), None).is_ok();
        prop_assume!(readable);
        let report = made.check();
        let which = i64::try_from(which).unwrap();
        prop_assert!(!report.proves(hour(which), hour(which + 1)));
        prop_assert!(!report.findings.is_empty());
    }

    #[test]
    fn without_some_files_no_hour_of_theirs_is_proven(logs in prop::collection::btree_set(0..6_usize, 0..4), digests in prop::collection::btree_set(0..4_usize, 0..2)) {
        let mut made = made(4);
        // Hours 0, 1 and 3 have two log files each.
        let mut lost: Vec<i64> = logs.iter().map(|log| [0, 0, 1, 1, 3, 3][*log]).collect();
        lost.extend(digests.iter().map(|digest| i64::try_from(*digest).unwrap()));
        logs.iter().rev().for_each(|log| { made.logs.remove(*log); });
        digests.iter().rev().for_each(|digest| { made.digests.remove(*digest); });
        prop_assume!(!made.digests.is_empty());
        let report = made.check();
        for at in 0..4 {
            prop_assert_eq!(report.proves(hour(at), hour(at + 1)), !lost.contains(&at), "hour {} of {:?}", at, report);
        }
        prop_assert!(proven(&report).windows(2).all(|pair| pair[0].end < pair[1].start));
    }
}
