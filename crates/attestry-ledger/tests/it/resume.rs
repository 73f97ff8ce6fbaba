//! A verification that was interrupted is taken up where it was left.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use attestry_ledger::package::{Options, PackageError, Progress, ResumeError, Verification};
use attestry_ledger::verify::{Expected, Payload, Report, Row, Source, Verifier};
// Both verifiers can be taken up; this is the one of a live log.
use attestry_ledger::verify as log;

use crate::log::{Log, expected};
use crate::pack::{Pack, check, edited, options};

#[test]
fn a_verification_taken_up_after_every_file_gives_the_same_report() {
    let whole = Pack::of(600).write();
    let mut bad = whole.clone();
    let at = bad.windows(9).position(|window| window == b"<p>1 obje").unwrap();
    bad[at] ^= 1;
    for bytes in [whole, bad] {
        let straight = check(&bytes);
        let mut kept = Verification::begin(Cursor::new(&bytes), options()).unwrap().progress().to_json();
        let mut files = 0;
        loop {
            let progress = Progress::from_json(kept.as_bytes()).unwrap();
            assert_eq!(progress.files(), files);
            let mut verification = Verification::resume(Cursor::new(&bytes), options(), &progress).unwrap();
            if !verification.step().unwrap() {
                assert_eq!(verification.finish(), straight);
                break;
            }
            kept = verification.progress().to_json();
            files += 1;
        }
        assert!(files > 8);
    }
}

#[test]
fn an_unfinished_verification_says_so() {
    let bytes = Pack::of(20).write();
    let mut verification = Verification::begin(Cursor::new(&bytes), options()).unwrap();
    verification.step().unwrap();
    let (done, all) = verification.position();
    let report = verification.finish();
    assert_eq!(done, 1);
    assert_eq!(report.unchecked, [format!("{} files: the verification was not carried to its end", all - 1)]);
}

#[test]
fn another_package_and_other_keys_do_not_take_it_up() {
    let bytes = Pack::of(20).write();
    let progress = Verification::begin(Cursor::new(&bytes), options()).unwrap().progress();
    let refusal =
        |bytes: &[u8], options: Options| match Verification::resume(Cursor::new(bytes), options, &progress) {
            Err(PackageError::Resume(refusal)) => refusal,
            _ => panic!("taken up"),
        };
    let changed = edited(&bytes, "VERIFY.md", |content| {
        content.push(b'x');
        true
    });
    assert_eq!(refusal(&changed, options()), ResumeError::OtherPackage);
    assert_eq!(refusal(&Pack::of(21).write(), options()), ResumeError::OtherPackage);
    assert_eq!(refusal(&bytes, Options::default()), ResumeError::OtherOptions);
    assert_eq!(Progress::from_json(b"{}"), Err(ResumeError::Text));
}

/// A disk that fails once, after so many bytes.
struct Failing {
    inner: Cursor<Vec<u8>>,
    left: usize,
}

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            self.left = usize::MAX;
            return Err(io::Error::from(io::ErrorKind::TimedOut));
        }
        let count = self.inner.read(buffer)?;
        self.left = self.left.saturating_sub(count);
        Ok(count)
    }
}

impl Seek for Failing {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

#[test]
fn a_disk_that_fails_is_an_error_and_not_a_fault_and_the_step_can_be_repeated() {
    let bytes = Pack::of(300).write();
    let straight = check(&bytes);
    let mut failed = 0;
    for left in (0..3 * bytes.len()).step_by(12_007) {
        let reader = Failing { inner: Cursor::new(bytes.clone()), left };
        let Ok(mut verification) = Verification::begin(reader, options()) else {
            failed += 1;
            continue;
        };
        loop {
            match verification.step() {
                Ok(true) => {}
                Ok(false) => break,
                Err(_) => failed += 1,
            }
        }
        assert_eq!(verification.finish(), straight, "{left}");
    }
    assert!(failed > 3, "{failed}");
}

/// Takes the verification of a live log up after every event and every object.
fn interrupted(log: &Log) -> Report {
    let begun = Verifier::new(expected(), log.checkpoint.as_deref());
    let mut kept = begun.progress().unwrap().to_json();
    let mut source = log.clone();
    loop {
        let progress = log::Progress::from_json(kept.as_bytes()).unwrap();
        let mut verifier = Verifier::resume(expected(), &progress).unwrap();
        if progress.at_objects() {
            let Some(digest) = verifier.next_object() else { return verifier.finish() };
            verifier.object(Source::object(&mut source, &digest).unwrap());
        } else {
            match source.next_row().unwrap() {
                Some(Row::Entry(entry)) => verifier.entry(&entry, |e, bytes| log.references(e, bytes)),
                Some(Row::Unreadable { sequence, reason }) => verifier.unreadable(sequence, &reason),
                None => verifier.end_of_entries(),
            }
            assert!(verifier.next_tile().is_none() || verifier.progress().is_none());
            while let Some(path) = verifier.next_tile() {
                verifier.tile(Source::tile(&mut source, &path).unwrap().as_deref());
            }
        }
        kept = verifier.progress().unwrap().to_json();
    }
}

#[test]
fn a_live_log_taken_up_after_every_event_gives_the_same_report() {
    let mut bad = Log::of(300);
    bad.tile("tile/0/000")[0] ^= 1;
    bad.objects.clear();
    let payload = bad.entry(7);
    payload.payload = Payload::Erased;
    bad.rows.remove(200);
    for log in [Log::of(0), Log::of(3), Log::of(300), bad] {
        assert_eq!(interrupted(&log), log.verify());
    }
}

#[test]
fn a_verification_of_another_log_is_not_taken_up() {
    let begun = Verifier::new(expected(), Log::of(3).checkpoint.as_deref());
    let progress = begun.progress().unwrap();
    assert_eq!(progress.sequence(), 0);
    let other = Expected { workspace: "other".to_owned(), ..expected() };
    assert_eq!(Verifier::resume(other, &progress).unwrap_err(), log::ResumeError::OtherExpected);
    assert_eq!(log::Progress::from_json(b"[]").unwrap_err(), log::ResumeError::Text);
}
