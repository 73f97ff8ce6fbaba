//! A witness cosigns what only grew, and refuses the rest with the status that the protocol names.

use attestry_ledger::merkle::consistency_proof;
use attestry_ledger::note::KeyKind;
use attestry_ledger::witness::{
    Refusal, Request, RequestError, State, StateError, add_checkpoint, parse_response, response,
};
use attestry_ledger::{Checkpoint, Digest, SignedCheckpoint, SignerKey};
use proptest::prelude::*;

use crate::log::{Log, ORIGIN, signer, witness};

/// The example body of the protocol.
const EXAMPLE: &str = "old 20852014\n\
    PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n\
    jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n\
    5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n\
    /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\
    \n\
    example.com/behind-the-sofa\n\
    20852163\n\
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\
    \n\
    — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

const NOW: u64 = 1_800_000_000;

fn state() -> State {
    let mut state = State::new();
    state.trust(signer().verifier());
    state
}

fn grown(log: &mut Log, to: u64) {
    while (log.rows.len() as u64) < to {
        log.record(&format!("event {}", log.rows.len()));
    }
    log.publish();
}

fn request(log: &Log, old_size: u64) -> Request {
    let head = log.head().unwrap();
    let proof = if old_size == 0 {
        Vec::new()
    } else {
        consistency_proof(&log.tiles, old_size, head.size()).unwrap()
    };
    Request { old_size, proof, checkpoint: head.sign(&signer()).unwrap() }
}

fn ask(state: &State, request: &Request) -> Result<(State, SignedCheckpoint), Refusal> {
    let (state, cosignature) = add_checkpoint(state, request, &witness(), NOW)?;
    let mut signed = request.checkpoint.clone();
    let answered = parse_response(response(&[cosignature]).as_bytes()).unwrap();
    for cosignature in answered {
        signed.add_cosignature(cosignature, &witness().verifier()).unwrap();
    }
    Ok((state, signed))
}

#[test]
fn a_log_that_only_grows_is_cosigned_each_time() {
    let (mut log, mut state, mut size) = (Log::default(), state(), 0);
    for to in [1, 2, 255, 256, 300, 300, 513] {
        grown(&mut log, to);
        let (next, signed) = ask(&state, &request(&log, size)).unwrap();
        (state, size) = (next, to);
        let seen = signed.signature_by(&witness().verifier()).unwrap();
        assert_eq!(seen.cosigned_at, Some(NOW));
        assert_eq!(state.latest(ORIGIN).unwrap().checkpoint().size(), to);
        assert!(signed.to_string().len() < 500);
    }
}

#[test]
fn a_proof_from_another_size_is_a_conflict_that_names_the_right_one() {
    let mut log = Log::of(20);
    let (state, _) = ask(&state(), &request(&log, 0)).unwrap();
    grown(&mut log, 30);
    for old in [0, 10, 25] {
        let refusal = ask(&state, &request(&log, old)).unwrap_err();
        assert_eq!(refusal, Refusal::Conflict { old_size: old, latest: 20 });
        assert_eq!(
            (refusal.status(), refusal.content_type(), refusal.body()),
            (409, "text/x.tlog.size", "20\n".to_owned())
        );
    }
    ask(&state, &request(&log, 20)).unwrap();
}

#[test]
fn a_rolled_back_log_is_a_conflict_or_a_wrong_call() {
    let (state, _) = ask(&state(), &request(&Log::of(20), 0)).unwrap();
    let old = Log::of(10);
    assert!(matches!(ask(&state, &request(&old, 5)).unwrap_err(), Refusal::Conflict { latest: 20, .. }));
    let refusal = ask(&state, &Request { old_size: 20, proof: Vec::new(), ..request(&old, 0) }).unwrap_err();
    assert_eq!((refusal.status(), refusal), (400, Refusal::Backwards { old_size: 20, size: 10 }));
}

#[test]
fn a_fork_is_refused_at_the_same_size_and_at_a_larger_one() {
    let (state, _) = ask(&state(), &request(&Log::of(20), 0)).unwrap();
    let mut fork = Log::default();
    for event in 0..20 {
        fork.record(&format!("other {event}"));
    }
    fork.publish();
    let refusal = ask(&state, &request(&fork, 20)).unwrap_err();
    assert!(matches!(refusal, Refusal::Forked { size: 20, .. }));
    assert_eq!((refusal.status(), refusal.body()), (409, "20\n".to_owned()));
    grown(&mut fork, 40);
    let refusal = ask(&state, &request(&fork, 20)).unwrap_err();
    assert_eq!(refusal.status(), 422);
    assert!(matches!(refusal, Refusal::Proof { old_size: 20, .. }));
}

#[test]
fn unknown_logs_and_false_signatures_are_refused() {
    let log = Log::of(5);
    let refusal = ask(&State::new(), &request(&log, 0)).unwrap_err();
    assert_eq!((refusal.status(), refusal), (404, Refusal::UnknownLog { origin: ORIGIN.to_owned() }));
    let impostor = SignerKey::from_seed(ORIGIN, KeyKind::Ed25519, &[8; 32]).unwrap();
    let forged = Request { checkpoint: log.head().unwrap().sign(&impostor).unwrap(), ..request(&log, 0) };
    let refusal = ask(&state(), &forged).unwrap_err();
    assert_eq!((refusal.status(), refusal), (403, Refusal::Signature { origin: ORIGIN.to_owned() }));
    let mut both = state();
    both.trust(impostor.verifier());
    ask(&both, &forged).unwrap();
}

#[test]
fn from_nothing_the_proof_is_empty_and_an_empty_tree_has_its_own_root() {
    let log = Log::of(5);
    let padded = Request { proof: vec![Digest::of(b"")], ..request(&log, 0) };
    assert_eq!(ask(&state(), &padded).unwrap_err().status(), 422);
    let empty = |root| Checkpoint::new(ORIGIN, 0, root).unwrap().sign(&signer()).unwrap();
    let of = |checkpoint| Request { old_size: 0, proof: Vec::new(), checkpoint };
    assert_eq!(ask(&state(), &of(empty(Digest::of(b"x")))).unwrap_err().status(), 422);
    let (state, _) = ask(&state(), &of(empty(Digest::of(b"")))).unwrap();
    ask(&state, &request(&log, 0)).unwrap();
}

#[test]
fn a_clock_that_went_back_cosigns_nothing() {
    let mut log = Log::of(5);
    let (state, _) = ask(&state(), &request(&log, 0)).unwrap();
    grown(&mut log, 6);
    let refusal = add_checkpoint(&state, &request(&log, 5), &witness(), NOW - 1).unwrap_err();
    assert_eq!((refusal.status(), refusal), (503, Refusal::Clock { now: NOW - 1, last: NOW }));
}

#[test]
fn the_state_is_kept_as_text_and_a_changed_text_is_refused() {
    let (kept, _) = ask(&state(), &request(&Log::of(20), 0)).unwrap();
    let text = kept.to_json();
    assert_eq!(State::from_json(text.as_bytes()).unwrap(), kept);
    assert_eq!(kept.origins().collect::<Vec<_>>(), [ORIGIN]);
    let rolled_back = text.replace("\\n20\\n", "\\n10\\n");
    assert!(matches!(State::from_json(rolled_back.as_bytes()), Err(StateError::Unsigned { .. })));
    assert!(State::from_json(b"[{}]").is_err());
    assert!(State::from_json(text.replace("+A", "+B").as_bytes()).is_err());
}

#[test]
fn the_example_of_the_protocol_is_read_and_printed_back() {
    let request = Request::parse(EXAMPLE.as_bytes()).unwrap();
    assert_eq!((request.old_size, request.proof.len()), (20_852_014, 4));
    assert_eq!(request.checkpoint.checkpoint().size(), 20_852_163);
    assert_eq!(request.to_string(), EXAMPLE);
    assert_eq!(ask(&state(), &request).unwrap_err().status(), 404);
}

#[test]
fn malformed_requests_are_refused_by_the_line() {
    let hash = "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n";
    for (from, to) in [
        ("old 20852014", "old 020852014"),
        ("old 20852014", "old -1"),
        ("old 20852014", "new 20852014"),
        ("old 20852014", "old  20852014"),
        (hash, "PlRN\n"),
        (hash, "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw\n"),
        (hash, &hash.repeat(61)),
        ("/0=\n\nexample", "/0=\nexample"),
        ("20852163\n", "x\n"),
    ] {
        let text = EXAMPLE.replacen(from, to, 1);
        assert_ne!(text, EXAMPLE);
        let refusal = Refusal::from(Request::parse(text.as_bytes()).unwrap_err());
        assert_eq!(refusal.status(), 400, "{text}");
    }
    assert!(Request::parse(EXAMPLE.replacen(hash, &hash.repeat(60), 1).as_bytes()).is_ok());
    assert!(matches!(Request::parse(&vec![b'a'; 1 << 20]), Err(RequestError::TooLong(_))));
    for body in [&b""[..], b"\n", "— x".as_bytes(), b"\xff\n"] {
        assert!(parse_response(body).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn two_histories_are_never_both_cosigned(split in 1u64..40, more in 1u64..40, other in 1u64..40) {
        let mut honest = Log::of(split);
        let (seen, _) = ask(&state(), &request(&honest, 0)).unwrap();
        grown(&mut honest, split + more);
        let (seen, _) = ask(&seen, &request(&honest, split)).unwrap();
        let mut fork = Log::of(split);
        for event in 0..other {
            fork.record(&format!("other {event}"));
        }
        fork.publish();
        for old in [0, split, split + more] {
            let proof = if old == 0 || old > split + other { Vec::new() } else { request(&fork, old).proof };
            let asked = Request { old_size: old, proof, ..request(&fork, 0) };
            prop_assert!(ask(&seen, &asked).is_err());
        }
    }

    #[test]
    fn any_body_is_read_or_refused_and_never_panics(bytes: Vec<u8>, head in "old [0-9]{0,22}\n([A-Za-z0-9+/=]{0,50}\n){0,3}\n[a-z]{0,5}\n[0-9]{0,3}\n") {
        let _ = Request::parse(&bytes);
        let _ = Request::parse(head.as_bytes());
        let _ = parse_response(&bytes);
        let _ = State::from_json(&bytes);
    }
}
