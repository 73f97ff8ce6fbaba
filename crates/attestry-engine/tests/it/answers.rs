use crate::{LIMITS, NOW, ask, named, numbers, request, worker};
use attestry_engine::{EngineError, Limits, Mode, Request, Source, canonical_rows, run};
use attestry_stats::{Column, Table, Value};

fn only(table: &Table) -> Value {
    assert_eq!(table.len(), 1);
    table.row(0)[0].clone()
}

async fn value(sql: &str) -> Value {
    only(&ask(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}")).table)
}

#[tokio::test]
async fn now_is_the_instant_of_the_run_and_the_same_request_gives_the_same_digest() {
    assert_eq!(value("select now()").await, Value::Timestamp(NOW));
    assert_eq!(value("select current_timestamp").await, Value::Timestamp(NOW));
    assert_eq!(value("select current_date").await, Value::Date(20_089));
    assert_eq!(value("select now() > timestamp '2024-12-31T23:59:59Z'").await, Value::Boolean(true));
    let sql = "select s, x, now() as at, x / 3.0 as third from t where x > 2 order by x desc";
    let (one, two) = (ask(sql).await.unwrap(), ask(sql).await.unwrap());
    assert_eq!(one, two);
    let child = worker().run(request(sql, vec![numbers(10)])).await.unwrap();
    assert_eq!(child, one);
    assert_eq!(one.rows, 7);
    let text = String::from_utf8(canonical_rows(&one.table)).unwrap();
    assert!(text.starts_with("[[\"s\",\"text\"],[\"x\",\"integer\"],[\"at\",\"timestamp\"],[\"third\",\"float\"]]\n[\"text 9\",9,\"2025-01-01T00:00:00.000001Z\",3]\n"), "{text}");
    let later = Request { now: NOW + 1, ..request(sql, vec![numbers(10)]) };
    assert_ne!(run(later).await.unwrap().digest, one.digest);
}

#[tokio::test]
async fn whole_numbers_never_wrap() {
    let cells = vec![Some(i64::MAX), Some(1), None, Some(-5)];
    let table = Table::new(vec![
        ("x".into(), Column::Integer(cells)),
        ("g".into(), Column::Text(["a", "a", "a", "b"].map(|g| Some(g.into())).to_vec())),
        ("p".into(), Column::Integer(vec![Some(1), Some(2), Some(3), Some(4)])),
    ]);
    let ask =
        async |sql: &str| run(request(sql, vec![named("t", Source::Inline(table.clone().unwrap()))])).await;
    for sql in [
        "select sum(x) from t where g = 'a'",
        "select g, sum(x) from t group by g",
        "select sum(x) over (order by p rows between 1 preceding and current row) from t",
        "select x + 1 from t",
        "select x * 2 from t",
        "select -2 - x from t",
        "select g from t where x + 1 > 0",
        "select g from t group by g having max(x) + 1 > 0",
        "select abs(-9223372036854775807 - 1)",
    ] {
        let error = ask(sql).await.unwrap_err();
        assert!(matches!(&error, EngineError::Failed(_)), "{sql}: {error}");
    }
    // An overflow on the way to a sum that fits is none.
    assert_eq!(only(&ask("select sum(x) from t").await.unwrap().table), Value::Integer(i64::MAX - 4));
    assert_eq!(only(&ask("select sum(x) from t where x is null").await.unwrap().table), Value::Null);
    assert_eq!(
        only(
            &ask("select sum(cast(x as decimal(38, 0))) = 9223372036854775808 from t where g = 'a'")
                .await
                .unwrap()
                .table
        ),
        Value::Boolean(true)
    );
    let groups = ask("select g, sum(p) as s, avg(p) as a from t group by g order by g").await.unwrap().table;
    assert_eq!(groups.row(0), [Value::Text("a".into()), Value::Integer(6), Value::Float(2.0)]);
    assert_eq!(groups.row(1), [Value::Text("b".into()), Value::Integer(4), Value::Float(4.0)]);
    let filtered =
        ask("select sum(p) filter (where g = 'b') as s, sum(p + 1) as m from t").await.unwrap().table;
    assert_eq!(filtered.row(0), [Value::Integer(4), Value::Integer(14)]);
}

#[tokio::test]
async fn ordinary_sql_works() {
    for (sql, expected) in [
        ("select count(*) from t a join t b on a.x = b.x where a.x between 2 and 5", Value::Integer(4)),
        ("with big as (select x from t where x > 5) select count(*) from big b1, big b2", Value::Integer(16)),
        ("select string_agg(s, ',' order by x) from t where x < 2", Value::Text("text 0,text 1".into())),
        ("select upper(s) || '-' || cast(x as text) from t where x = 3", Value::Text("TEXT 3-3".into())),
        ("select concat('a', null, 'b')", Value::Text("ab".into())),
        ("select 'a' || null", Value::Null),
        ("select round(2.345, 2)", Value::Float(2.35)),
        ("select round(x * 1.0 / 3) from t where x = 5", Value::Float(2.0)),
        ("select abs(-3) + floor(2.7) + ceil(2.1)", Value::Float(8.0)),
        (
            "select date_trunc('month', timestamp '2024-05-17T10:00:00')",
            Value::Timestamp(1_714_521_600_000_000),
        ),
        ("select extract(year from date '2024-05-17')", Value::Integer(2024)),
        ("select date '2024-05-17' + interval '1 day'", Value::Date(19_861)),
        ("select substring('control' from 1 for 4)", Value::Text("cont".into())),
        ("select replace('a-b-c', '-', '+')", Value::Text("a+b+c".into())),
        ("select regexp_replace('a1b22', '[0-9]+', '#', 'g')", Value::Text("a#b#".into())),
        ("select count(distinct x % 3) from t", Value::Integer(3)),
        (
            "select x from t where exists (select 1 from t u where u.x = t.x + 8) order by x limit 1",
            Value::Integer(0),
        ),
        ("select sum(x) from (select x from t union all select x from t) u", Value::Integer(90)),
        (
            "select x from (select x, row_number() over (order by x desc) as n from t) r where n = 1",
            Value::Integer(9),
        ),
        ("select case when x > 4 then 'high' else 'low' end from t where x = 7", Value::Text("high".into())),
        ("select median(x) from t", Value::Float(4.5)),
        ("select trim(' a ') = 'a' and position('b' in 'ab') = 2", Value::Boolean(true)),
        ("select coalesce(null, 5)", Value::Integer(5)),
        ("select to_char(timestamp '2024-05-17T10:00:00', '%Y-%m')", Value::Text("2024-05".into())),
    ] {
        assert_eq!(value(sql).await, expected, "{sql}");
    }
}

#[tokio::test]
async fn rows_are_cut_and_said_to_be_cut_but_a_population_is_whole_or_an_error() {
    let limits = Limits { rows: 4, ..LIMITS };
    let rows = run(Request { limits, ..request("select x from t order by x desc", vec![numbers(10)]) })
        .await
        .unwrap();
    assert_eq!((rows.rows, rows.truncated, rows.table.value(3, "x")), (4, true, Value::Integer(6)));
    let population = async |sql: &str, limits| {
        run(Request { limits, mode: Mode::Population, ..request(sql, vec![numbers(10)]) }).await
    };
    let whole = population("select s as id, x from t order by x desc", LIMITS).await.unwrap();
    assert_eq!((whole.truncated, whole.table.value(0, "id")), (false, Value::Text("text 0".into())));
    let turned = population("select s as id, x from t order by x", LIMITS).await.unwrap();
    assert_eq!(turned.digest, whole.digest);
    for (sql, limits) in [
        ("select s as id from t", limits),
        ("select x from t", LIMITS),
        ("select x as id from t", LIMITS),
        ("select 'a' as id from t", LIMITS),
        ("select case when x > 3 then s end as id from t where x < 5", LIMITS),
        ("select cast(null as text) as id", LIMITS),
    ] {
        let error = population(sql, limits).await.unwrap_err();
        assert!(matches!(error, EngineError::Population(_)), "{sql}: {error}");
    }
}

#[tokio::test]
async fn errors_say_what_and_where() {
    let text = async |sql: &str| ask(sql).await.unwrap_err().to_string();
    assert_eq!(text("select * from nothing").await, "there is no table `nothing`; known tables: t");
    let column = text("select y from t").await;
    assert!(column.contains('y') && column.starts_with("the query does not fit: "), "{column}");
    let typed = text("select struct(x) from t").await;
    assert!(typed.contains("struct"), "{typed}");
    let interval = text("select now() - timestamp '2024-01-01T00:00:00Z' as age").await;
    assert!(interval.contains("column `age` has type"), "{interval}");
    let twice = text("select x, x as x from t").await;
    assert!(twice.contains('x'), "{twice}");
    assert!(text("select 1 / 0").await.to_lowercase().contains("divide by zero"));
    assert!(text("selec 1").await.starts_with("the query does not fit: "));
}
