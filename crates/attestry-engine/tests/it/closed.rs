use crate::{LIMITS, named, numbers, request, worker};
use attestry_engine::{EngineError, Limits, NamedTable, Request, Response, Source, Stop, run};
use attestry_stats::{Column, Table, Value};
use std::time::{Duration, Instant};

async fn both(request: Request) -> [(Result<Response, EngineError>, Duration); 2] {
    let start = Instant::now();
    let here = run(request.clone()).await;
    let middle = Instant::now();
    let there = worker().run(request).await;
    [(here, middle - start), (there, middle.elapsed())]
}

async fn still_answers() {
    let answer = worker().run(request("select count(*) from t", vec![numbers(10)])).await.unwrap();
    assert_eq!(answer.table.row(0), [Value::Integer(10)]);
}

#[tokio::test]
async fn every_way_out_is_refused() {
    let many = |piece: &str, times: usize| piece.repeat(times);
    let doubling: String =
        (1..30).map(|n| format!(", c{n} as (select a.x from c{} a, c{} b)", n - 1, n - 1)).collect();
    let cases: Vec<String> = [
        "copy t to '/tmp/out.csv'",
        "copy (select 1) to '/tmp/out.parquet' stored as parquet",
        "create external table e stored as csv location '/etc/passwd'",
        "create table e as select 1",
        "create view v as select 1",
        "select x into e from t",
        "drop table t",
        "insert into t values (1, 'a')",
        "update t set x = 1",
        "delete from t",
        "set datafusion.execution.batch_size = 1",
        "show tables",
        "show all",
        "describe t",
        "explain select 1",
        "explain analyze select 1",
        "prepare p as select 1",
        "begin",
        "select 1; select 2",
        "",
        "select * from '/etc/passwd'",
        "select * from \"/etc/passwd\"",
        "select * from '/etc/passwd.csv'",
        "select * from file:///etc/passwd",
        "select * from read_csv('/etc/passwd')",
        "select * from read_parquet('/etc/passwd')",
        "select * from parquet_metadata('/etc/passwd')",
        "select * from generate_series(1, 10)",
        "select * from range(1, 10)",
        "select * from unnest([1, 2])",
        "select * from t, lateral (select 1) l",
        "select unnest(make_array(1, 2))",
        "select * from information_schema.tables",
        "select * from information_schema.df_settings",
        "select * from attestry.public.t",
        "with recursive r as (select 1 as n union all select n + 1 from r) select * from r",
        "select random()",
        "select uuid()",
        "select version()",
        "select approx_distinct(x) from t",
        "select approx_median(x) from t",
        "select current_time",
        "select repeat('x', 2000000000)",
        "select lpad('x', 2000000000)",
        "select rpad('x', 2000000000)",
        "select generate_series(1, 9223372036854775807)",
        "select array_agg(x) from t",
        "select arrow_typeof(x) from t",
        "select levenshtein('a', 'b')",
        "select x from t group by cube(x, s, x, s, x, s, x)",
        "select @@version",
        "select x from t for update",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain([
        format!("select 1 where {}", many("1 = 1 or ", 20_000) + "1 = 1"),
        format!("select 1 where {}", many("1=1 or ", 5_000) + "1=1"),
        format!("select {}1", many("1+", 30_000)),
        format!("select {}1{}", many("(", 100_000), many(")", 100_000)),
        format!("select {}1{}", many("(", 30_000), many(")", 30_000)),
        format!("select {}1", many("not ", 10_000)),
        format!("select {}1", many("- ", 10_000)),
        format!("select {}1{}", many("case when true then ", 3_000), many(" end", 3_000)),
        format!("select {}1{}", many("case when true then ", 100_000), many(" end", 100_000)),
        format!("select {}1{}", many("abs(", 10_000), many(")", 10_000)),
        format!("select 1 {}", many("union all select 1 ", 3_000)),
        format!("select {}1{}", many("(select ", 5_000), many(")", 5_000)),
        format!("select x is distinct from {} x from t", many("x is distinct from ", 2_000)),
        format!("select x::int{} from t", many("::text::int", 5_000)),
        format!(
            "select count(*) from t{}",
            (0..99).map(|n| format!(" cross join t t{n}")).collect::<String>()
        ),
        format!("select count(*) from t{}", (0..99).map(|n| format!(", t t{n}")).collect::<String>()),
        format!("with c0 as (select x from t){doubling} select count(*) from c29"),
    ])
    .collect();
    for sql in cases {
        let start = Instant::now();
        let error = run(request(&sql, vec![numbers(10)])).await.unwrap_err();
        let shown: String = sql.chars().take(80).collect();
        assert!(
            matches!(
                error,
                EngineError::Refused(_) | EngineError::UnknownTable { .. } | EngineError::Query(_)
            ),
            "{shown}: {error}"
        );
        assert!(start.elapsed() < Duration::from_secs(5), "{shown}: {:?}", start.elapsed());
    }
}

#[tokio::test]
async fn the_worker_refuses_the_same_and_answers_the_next() {
    let chain = format!("select 1 where {}1 = 1", "1 = 1 or ".repeat(20_000));
    for sql in [
        chain.as_str(),
        "select repeat('x', 2000000000)",
        "select * from '/etc/passwd'",
        "with recursive r as (select 1 as n union all select n + 1 from r) select * from r",
        "copy t to '/tmp/out.csv'",
    ] {
        let [(here, _), (there, _)] = both(request(sql, vec![numbers(10)])).await;
        assert_eq!(here.unwrap_err(), there.unwrap_err());
    }
    still_answers().await;
}

#[tokio::test]
async fn what_uses_too_much_memory_is_stopped() {
    let doubled =
        (0..40).fold("select s from t".to_owned(), |inner, _| format!("select s || s as s from ({inner}) q"));
    let folded =
        (0..40).fold("'xxxxxxxx'".to_owned(), |inner, _| format!("replace({inner}, 'x', 'xxxxxxxx')"));
    let folded = format!("select {folded}");
    let limits = Limits { rows: 10_000_000, memory_bytes: 32 << 20, seconds: 10 };
    for sql in [
        "select string_agg(a.s || b.s || c.s, '') from t a, t b, t c",
        "select a.x, b.x, c.x, d.x from t a, t b, t c, t d order by a.s || b.s || c.s",
        "select distinct a.s || b.s || c.s as s from t a, t b, t c",
        doubled.as_str(),
        folded.as_str(),
    ] {
        let request = Request { limits, ..request(sql, vec![numbers(300)]) };
        for (outcome, time) in both(request).await {
            let shown: String = sql.chars().take(60).collect();
            let error = outcome.unwrap_err();
            let expected = match &error {
                EngineError::Stopped(Stop::Memory { mebibytes: 32 }) => true,
                // Folding constants this large again and again costs time before it costs memory.
                EngineError::Stopped(Stop::Time { .. }) => sql == folded,
                EngineError::Failed(why) => why.contains("MiB of text"),
                _ => false,
            };
            assert!(expected, "{shown}: {error}");
            assert!(time < Duration::from_secs(14), "{shown}: {time:?}");
        }
    }
    still_answers().await;
}

fn million() -> NamedTable {
    let table = Table::new(vec![("x".into(), Column::Integer((0..1_000_000).map(Some).collect()))]);
    named("m", Source::Inline(table.unwrap()))
}

#[tokio::test]
async fn what_takes_too_long_is_stopped_in_time() {
    let limits = Limits { seconds: 3, memory_bytes: 1 << 30, ..LIMITS };
    let slow = request("select count(*) from m a, m b where a.x + b.x > 5", vec![million()]);
    for (outcome, time) in both(Request { limits, ..slow }).await {
        let error = outcome.unwrap_err();
        assert!(matches!(error, EngineError::Stopped(Stop::Time { .. } | Stop::Cpu { .. })), "{error}");
        assert!(time < Duration::from_secs(8), "{time:?}");
    }
    still_answers().await;
}

#[tokio::test]
async fn a_child_that_dies_or_does_not_start_is_an_error() {
    let with = async |program: &str, args: &[&str]| {
        let worker = attestry_engine::worker::Worker {
            program: program.into(),
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
        };
        let limits = Limits { seconds: 1, ..LIMITS };
        worker.run(Request { limits, ..request("select 1", vec![]) }).await.unwrap_err()
    };
    let signal = |number| EngineError::Stopped(Stop::Crash { signal: Some(number) });
    assert_eq!(with("/bin/sh", &["-c", "kill -SEGV $$"]).await, signal(11));
    assert_eq!(
        with("/bin/sh", &["-c", "kill -XCPU $$"]).await,
        EngineError::Stopped(Stop::Cpu { seconds: 1 })
    );
    assert_eq!(
        with("/bin/sh", &["-c", "kill -KILL $$"]).await,
        EngineError::Stopped(Stop::Memory { mebibytes: 64 })
    );
    assert_eq!(with("/bin/sh", &["-c", "exit 3"]).await, EngineError::Stopped(Stop::Crash { signal: None }));
    assert_eq!(with("/bin/sleep", &["100"]).await, EngineError::Stopped(Stop::Time { seconds: 1 }));
    assert!(matches!(with("/bin/true", &[]).await, EngineError::Worker(_)));
    assert!(matches!(with("/nonexistent", &[]).await, EngineError::Worker(_)));
    still_answers().await;
}
