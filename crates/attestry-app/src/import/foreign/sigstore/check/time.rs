//! What signature logs and time-stamp authorities say of a signature: that they have it, and since when.

use super::super::bundle::Entry;
use super::super::entry::{Compared, Expected, compare, promise_text};
use super::super::facts::{Facts, Subject};
use super::super::inclusion::{self, Signed};
use super::super::root::{Log, Trust};
use super::super::stamp::{Stamped, stamped};

const DEMANDED: &str = "a bundle of this version must carry it, and this does not";
const LATE: &str = "the log's key was not to be trusted at that instant";

/// Checks an entry of a signature log; whether a trusted log has this signature.
pub(super) fn logged(
    entry: &Entry,
    proof_demanded: bool,
    expected: &Expected,
    trust: &Trust,
    facts: &mut Facts,
) -> bool {
    let about_it = match compare(entry, expected) {
        Compared::Same => facts.judge(Subject::Entry, true, ""),
        Compared::Other(why) => facts.judge(Subject::Entry, false, why),
        Compared::UnknownKind => {
            facts.open(Subject::Entry, "entries of this kind are not known");
            false
        }
    };
    // A log of the second version states no instant; then it is the one that was stamped.
    let times: Vec<i64> = entry.integrated.map_or_else(|| facts.signed_at.clone(), |time| vec![time]);
    let in_time = |log: &&Log| times.iter().all(|time| log.span.covers(*time));
    let logs = || trust.roots.iter().flat_map(|root| &root.logs).filter(|log| log.id == entry.log_id);
    let Some(log) = logs().find(in_time).or_else(|| logs().next()) else {
        facts.open(Subject::Inclusion, "no given root names the log");
        return false;
    };
    let promise = about_it && promise(entry, log, facts);
    let proof = match &entry.proof {
        Some(proof) => {
            let leads = inclusion::leads(entry, proof);
            facts.judge(
                Subject::Inclusion,
                leads,
                "the proof does not lead from the entry to the root it names",
            );
            match inclusion::signed(proof, log) {
                Signed::Holds => leads & facts.judge(Subject::Checkpoint, in_time(&log), LATE),
                Signed::Broken(why) => facts.judge(Subject::Checkpoint, false, why),
                Signed::None if proof_demanded => facts.judge(Subject::Checkpoint, false, DEMANDED),
                Signed::None => {
                    facts.open(Subject::Checkpoint, "the proof carries none");
                    false
                }
            }
        }
        None if proof_demanded => facts.judge(Subject::Inclusion, false, DEMANDED),
        None => {
            facts.open(Subject::Inclusion, "the bundle carries no proof");
            false
        }
    };
    about_it && (promise || proof)
}

/// Checks the log's promise, whose instant counts as one of signing.
fn promise(entry: &Entry, log: &Log, facts: &mut Facts) -> bool {
    let Some(promise) = &entry.promise else {
        return false;
    };
    let (Some(text), Some(time)) = (promise_text(entry), entry.integrated) else {
        return facts.judge(Subject::Promise, false, "the entry states no instant");
    };
    if !log.key.verify(text.as_bytes(), promise) {
        return facts.judge(Subject::Promise, false, "it is not signed by the log, or is over another entry");
    }
    if !log.span.covers(time) {
        return facts.judge(Subject::Promise, false, LATE);
    }
    facts.signed_at.push(time);
    facts.judge(Subject::Promise, true, "")
}

/// Checks a time stamp, whose instant counts as one of signing.
pub(super) fn time_stamp(answer: &[u8], signature: &[u8], trust: &Trust, facts: &mut Facts) {
    let authorities: Vec<_> = trust.roots.iter().flat_map(|root| root.stamps.iter().cloned()).collect();
    match stamped(answer, signature, &authorities) {
        Stamped::At(time) => {
            facts.signed_at.push(time);
            facts.judge(Subject::Timestamp, true, "");
        }
        Stamped::Broken(why) => {
            facts.judge(Subject::Timestamp, false, &why);
        }
        Stamped::UnknownKind => facts.open(Subject::Timestamp, "signatures of its kind cannot be checked"),
        Stamped::OtherAuthority => facts.open(Subject::Timestamp, "no given root names its authority"),
    }
}
