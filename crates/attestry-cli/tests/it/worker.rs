//! The binary as its own query worker, the way a server uses it.

use attestry_app::port::{NamedTable, Query, QueryEngine, QueryFailure, Source};
use attestry_cli::adapter::Engine;
use attestry_domain::time::Instant;
use attestry_engine::worker::Worker;
use attestry_stats::{ColumnType, Field, Table, Value};

fn engine(seconds: u64) -> Engine {
    let worker =
        Worker { program: env!("CARGO_BIN_EXE_attestry").into(), args: vec!["query-worker".to_owned()] };
    Engine::with_worker(worker).limited(1000, 512 << 20, seconds)
}

fn query(sql: &str) -> Query {
    let mut numbers = Table::empty(vec![Field::new("n", ColumnType::Integer)]);
    (0..1000).for_each(|n| numbers.push_row(vec![Value::Integer(n)]).unwrap());
    let tables = vec![NamedTable { name: "numbers".to_owned(), source: Source::Inline(numbers) }];
    Query { sql: sql.to_owned(), tables, now: Instant::from_micros(0), rows: 1000, population: false }
}

#[tokio::test]
async fn a_worker_answers_what_this_process_answers() {
    let sql = "SELECT sum(n) AS total, now() AS at FROM numbers";
    let there = engine(20).run(query(sql)).await.unwrap();
    let here = Engine::in_process().run(query(sql)).await.unwrap();
    assert_eq!((&there.table, there.digest), (&here.table, here.digest));
    assert_eq!(there.table.value(0, "total"), Value::Integer(499_500));
}

#[tokio::test]
async fn what_does_not_end_is_stopped_and_the_next_question_is_answered() {
    let engine = engine(2);
    let endless = "SELECT sum(a.n + b.n + c.n) FROM numbers a CROSS JOIN numbers b CROSS JOIN numbers c CROSS JOIN numbers d";
    let stopped = engine.run(query(endless)).await.unwrap_err();
    assert!(matches!(stopped, QueryFailure::Stopped(_)), "{stopped}");
    assert!(engine.run(query("SELECT 1 AS one")).await.is_ok());
}

#[tokio::test]
async fn a_file_is_no_table_for_a_worker_either() {
    for sql in
        ["SELECT * FROM '/etc/passwd'", "SELECT * FROM \"/etc/passwd\"", "COPY numbers TO '/tmp/numbers.csv'"]
    {
        let refused = engine(20).run(query(sql)).await.unwrap_err();
        assert!(matches!(refused, QueryFailure::Asked(_)), "{sql}: {refused}");
    }
}
