//! How fast it is. Run with `--ignored --nocapture`; the figures are for the reader.

use std::time::Instant as Clock;

use attestry_store::StreamKey;

use crate::place::{ACTOR, WORKSPACE, append, artifacts, at, on_both, referenced, salts};
use crate::stream_keys::key;

#[test]
#[ignore = "a measurement"]
fn batches_of_events_and_a_million_keys() {
    on_both(|place| async move {
        let (store, signer) = place.start().await;
        let name = if place.is_sqlite() { "SQLite" } else { "PostgreSQL" };
        let payloads = artifacts(100);
        let mut salts = salts();
        let start = Clock::now();
        for batch in 0..200 {
            store.append(WORKSPACE, batch * 100, None, at(1), ACTOR, &payloads, &mut salts).await.unwrap();
        }
        eprintln!("{name}: {:.0} events/s in batches of 100", 20_000.0 / start.elapsed().as_secs_f64());
        let start = Clock::now();
        store.publish(WORKSPACE, &signer, at(2)).await.unwrap();
        eprintln!("{name}: a backlog of 20,000 events published in {:.2} s", start.elapsed().as_secs_f64());
        let start = Clock::now();
        for _ in 0..20 {
            append(&store, 1).await;
            store.publish(WORKSPACE, &signer, at(2)).await.unwrap();
        }
        eprintln!("{name}: one event to its checkpoint in {:.1} ms", start.elapsed().as_secs_f64() * 50.0);
        let start = Clock::now();
        let mut read = 0;
        while read < 20_020 {
            read = store.events_after(WORKSPACE, read, 1_000).await.unwrap().last().unwrap().sequence;
        }
        eprintln!("{name}: {:.0} events/s read and checked", 20_020.0 / start.elapsed().as_secs_f64());
        store.objects().put(b"").await.unwrap();
        let start = Clock::now();
        let report = store.verify(WORKSPACE, &signer.verifier(), referenced).await.unwrap();
        assert!(report.holds(), "{report:?}");
        eprintln!("{name}: {:.0} events/s verified", 20_020.0 / start.elapsed().as_secs_f64());
        let keys: Vec<StreamKey> = (0..1_000_000).map(|number| key(number, 1)).collect();
        let start = Clock::now();
        for keys in keys.chunks(100_000) {
            store.add_stream_keys(WORKSPACE, &"change".parse().unwrap(), keys, 1).await.unwrap();
        }
        eprintln!("{name}: a million keys added in {:.2} s", start.elapsed().as_secs_f64());
        let asked: Vec<[u8; 16]> = keys.iter().map(|key| key.key).collect();
        let start = Clock::now();
        let known = store.known(WORKSPACE, &"change".parse().unwrap(), &asked).await.unwrap();
        assert!(known.iter().all(Option::is_some));
        eprintln!("{name}: a million keys looked up in {:.2} s", start.elapsed().as_secs_f64());
    });
}
