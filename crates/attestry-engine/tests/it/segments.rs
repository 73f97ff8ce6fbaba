use crate::{named, request, write};
use attestry_engine::{
    EngineError, FileRef, NamedTable, Response, SegmentFile, Source, StreamKind, encode_segment,
    parquet_chunks, run,
};
use attestry_stats::{Column, ColumnType, Field, Table, Value};
use std::path::Path;

fn people(ids: &[&str], names: &[&str], ages: &[i64]) -> Table {
    let text = |cells: &[&str]| Column::Text(cells.iter().map(|cell| Some((*cell).to_owned())).collect());
    let ages = Column::Integer(ages.iter().copied().map(Some).collect());
    Table::new(vec![("id".into(), text(ids)), ("name".into(), text(names)), ("age".into(), ages)]).unwrap()
}

fn segment(folder: &Path, name: &str, n: i64, table: &Table) -> SegmentFile {
    let encoded = encode_segment(name, n * 1_000_000, table, &["name".to_owned()]).unwrap();
    assert_eq!(encoded.rows, table.len() as u64);
    SegmentFile {
        segment: name.to_owned(),
        n,
        main: write(folder, &format!("{name}.parquet"), &encoded.main),
        personal: encoded.personal.map(|bytes| write(folder, &format!("{name}.personal.parquet"), &bytes)),
    }
}

fn segment_without_names(folder: &Path, name: &str, n: i64, table: &Table) -> SegmentFile {
    let encoded = encode_segment(name, n * 1_000_000, table, &[]).unwrap();
    let main = write(folder, &format!("{name}.parquet"), &encoded.main);
    SegmentFile { segment: name.to_owned(), n, main, personal: None }
}

fn stream(kind: StreamKind, segments: Vec<SegmentFile>) -> NamedTable {
    ordered(kind, None, segments)
}

fn ordered(kind: StreamKind, order: Option<&str>, segments: Vec<SegmentFile>) -> NamedTable {
    let fields = vec![
        Field::new("id", ColumnType::Text),
        Field::new("name", ColumnType::Text),
        Field::new("age", ColumnType::Integer),
    ];
    let (key, personal) = (vec!["id".to_owned()], vec!["name".to_owned()]);
    let order = order.map(str::to_owned);
    named("person", Source::Stream { fields, key, kind, order, personal, segments })
}

async fn ask(sql: &str, table: NamedTable) -> Result<Response, EngineError> {
    run(request(sql, vec![table])).await
}

fn texts(response: &Response, column: &str) -> Vec<Option<String>> {
    (0..response.table.len())
        .map(|row| response.table.value(row, column).as_text().map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn segments_come_back_as_they_went_in_with_their_personal_columns() {
    let folder = tempfile::tempdir().unwrap();
    let table = people(&["b", "a"], &["Bo", "Al"], &[2, 1]);
    let one = segment(folder.path(), "s1", 1, &table);
    let again = encode_segment("s1", 1_000_000, &table, &["name".to_owned()]).unwrap();
    assert_eq!(std::fs::read(&one.main.path).unwrap(), again.main);
    let main = parquet_chunks(&one.main.path).unwrap().next().unwrap().unwrap();
    assert!(main.column("name").is_none(), "personal data in the main object");
    let two = segment(folder.path(), "s2", 2, &people(&["c"], &["Cy"], &[3]));
    let source = stream(StreamKind::Append, vec![two, one]);
    let all = ask("select * from person order by id", source.clone()).await.unwrap();
    let names: Vec<&str> = all.table.fields().iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["id", "name", "age", "recorded_at", "_segment", "_row"]);
    assert_eq!(all.table.row(0)[..3], [Value::Text("a".into()), Value::Text("Al".into()), Value::Integer(1)]);
    assert_eq!(
        all.table.row(0)[3..],
        [Value::Timestamp(1_000_000), Value::Text("s1".into()), Value::Integer(1)]
    );
    assert_eq!(all.rows, 3);
    let one =
        ask("select name from person where _segment = 's1' and _row = 0", source.clone()).await.unwrap();
    assert_eq!(texts(&one, "name"), [Some("Bo".to_owned())]);
    let sum = ask("select sum(age) as s from person where id <> 'c'", source.clone()).await.unwrap();
    assert_eq!(sum.table.value(0, "s"), Value::Integer(3));
    let counted = ask("select count(*) as n from person", source).await.unwrap();
    assert_eq!(counted.table.value(0, "n"), Value::Integer(3));
}

#[tokio::test]
async fn the_newest_record_of_a_key_counts() {
    let folder = tempfile::tempdir().unwrap();
    let old = segment(folder.path(), "z-old", 5, &people(&["a", "b", "b"], &["Al", "Bo", "Bob"], &[1, 2, 3]));
    let new = segment(folder.path(), "a-new", 9, &people(&["a"], &["Ally"], &[4]));
    let source = stream(StreamKind::Upsert, vec![new, old.clone()]);
    let rows = ask("select * from person order by id", source.clone()).await.unwrap();
    assert_eq!(texts(&rows, "name"), [Some("Ally".to_owned()), Some("Bob".to_owned())]);
    let ages = ask("select id, age from person where age < 4 order by id", source.clone()).await.unwrap();
    assert_eq!(ages.rows, 1, "a replaced record answers no filter");
    assert_eq!(
        ask("select count(*) as n from person", source).await.unwrap().table.value(0, "n"),
        Value::Integer(2)
    );
    let before =
        ask("select age from person where id = 'a'", stream(StreamKind::Upsert, vec![old])).await.unwrap();
    assert_eq!(before.table.value(0, "age"), Value::Integer(1));
}

#[tokio::test]
async fn an_older_state_that_was_written_later_replaces_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let first = people(&["a", "a", "b", "c"], &["Al", "Alan", "Bo", "Cy"], &[9, 5, 5, 5]);
    let first = segment(folder.path(), "s1", 1, &first);
    let late = people(&["a", "b", "c", "c"], &["Allan", "Bob", "Cyd", "Cyn"], &[7, 5, 6, 6]);
    let late = segment(folder.path(), "s2", 2, &late);
    let source = ordered(StreamKind::Upsert, Some("age"), vec![late.clone(), first.clone()]);
    let rows = ask("select name, age, _segment, _row from person order by id", source.clone()).await.unwrap();
    let found: Vec<String> = texts(&rows, "name").into_iter().flatten().collect();
    assert_eq!(found, ["Al", "Bob", "Cyn"], "the highest age, among equals the later written");
    assert_eq!(rows.table.value(0, "_segment"), Value::Text("s1".into()));
    let count = ask("select count(*) as n from person", source).await.unwrap();
    assert_eq!(count.table.value(0, "n"), Value::Integer(3));
    let by_name = ordered(StreamKind::Upsert, Some("name"), vec![first.clone(), late.clone()]);
    let rows = ask("select age from person where id = 'a'", by_name).await.unwrap();
    assert_eq!(rows.table.value(0, "age"), Value::Integer(7), "a personal column orders too: Allan");
    let append = ordered(StreamKind::Append, Some("age"), vec![first.clone(), late]);
    assert_eq!(ask("select id from person", append).await.unwrap().rows, 8);
    let unknown = ordered(StreamKind::Upsert, Some("changed_at"), vec![first]);
    let error = ask("select id from person", unknown).await.unwrap_err();
    assert!(error.to_string().contains("`changed_at`"), "{error}");
}

#[tokio::test]
async fn a_record_without_the_order_is_older_than_any_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let known = segment(folder.path(), "s1", 1, &people(&["a"], &["Al"], &[1]));
    let table = Table::new(vec![
        ("id".into(), Column::Text(vec![Some("a".into()), Some("b".into()), Some("b".into())])),
        ("age".into(), Column::Integer(vec![None; 3])),
    ]);
    let unknown = segment_without_names(folder.path(), "s2", 2, &table.unwrap());
    let source = ordered(StreamKind::Upsert, Some("age"), vec![known, unknown]);
    let rows = ask("select id, age, _row from person order by id", source).await.unwrap();
    assert_eq!(rows.table.row(0)[1..], [Value::Integer(1), Value::Integer(0)]);
    assert_eq!(rows.table.row(1)[1..], [Value::Null, Value::Integer(2)]);
}

#[tokio::test]
async fn erased_personal_columns_read_null() {
    let folder = tempfile::tempdir().unwrap();
    let mut one = segment(folder.path(), "s1", 1, &people(&["a"], &["Al"], &[1]));
    let two = segment(folder.path(), "s2", 2, &people(&["b"], &["Bo"], &[2]));
    let three = segment(folder.path(), "s3", 3, &people(&["c"], &["Cy"], &[3]));
    one.personal = None;
    std::fs::remove_file(&three.personal.as_ref().unwrap().path).unwrap();
    let sql = "select id, name, age from person order by id";
    let rows = ask(sql, stream(StreamKind::Append, vec![one.clone(), two, three])).await.unwrap();
    assert_eq!(texts(&rows, "name"), [None, Some("Bo".to_owned()), None]);
    assert_eq!(rows.table.value(2, "age"), Value::Integer(3));
    let alone = ask(sql, stream(StreamKind::Upsert, vec![one])).await.unwrap();
    assert_eq!(texts(&alone, "name"), [None]);
}

#[tokio::test]
async fn a_file_that_is_not_what_it_should_be_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut one = segment(folder.path(), "s1", 1, &people(&["a"], &["Al"], &[1]));
    one.main.digest = "00".repeat(32);
    let error =
        ask("select id from person", stream(StreamKind::Append, vec![one.clone()])).await.unwrap_err();
    assert!(matches!(&error, EngineError::Digest { path, .. } if path.ends_with("s1.parquet")), "{error}");
    std::fs::remove_file(&one.main.path).unwrap();
    let error = ask("select id from person", stream(StreamKind::Append, vec![one])).await.unwrap_err();
    assert!(matches!(&error, EngineError::File { .. }), "{error}");
}

#[tokio::test]
async fn a_changed_file_is_checked_again() {
    let folder = tempfile::tempdir().unwrap();
    let one = segment(folder.path(), "s1", 1, &people(&["a"], &["Al"], &[1]));
    let source = stream(StreamKind::Append, vec![one.clone()]);
    assert!(ask("select id from person", source.clone()).await.is_ok());
    let mut bytes = std::fs::read(&one.main.path).unwrap();
    bytes.push(0);
    std::fs::write(&one.main.path, bytes).unwrap();
    assert!(matches!(ask("select id from person", source).await, Err(EngineError::Digest { .. })));
}

#[tokio::test]
async fn a_stream_without_segments_is_an_empty_table() {
    for kind in [StreamKind::Append, StreamKind::Upsert] {
        let rows = ask("select id, name, recorded_at, _row from person", stream(kind, vec![])).await.unwrap();
        assert_eq!((rows.rows, rows.table.fields().len()), (0, 4));
        let count =
            ask("select count(*) as n, sum(age) as s from person", stream(kind, vec![])).await.unwrap();
        assert_eq!(count.table.row(0), [Value::Integer(0), Value::Null]);
    }
}

#[tokio::test]
async fn a_column_added_later_is_null_in_older_segments() {
    let folder = tempfile::tempdir().unwrap();
    let table = Table::new(vec![("id".into(), Column::Text(vec![Some("a".into())]))]).unwrap();
    let encoded = encode_segment("s0", 0, &table, &[]).unwrap();
    assert!(encoded.personal.is_none());
    let main: FileRef = write(folder.path(), "s0.parquet", &encoded.main);
    let segments = vec![SegmentFile { segment: "s0".into(), n: 1, main, personal: None }];
    let rows = ask("select * from person", stream(StreamKind::Append, segments)).await.unwrap();
    assert_eq!(rows.table.row(0)[..3], [Value::Text("a".into()), Value::Null, Value::Null]);
}

#[tokio::test]
async fn many_segments_are_one_table() {
    let folder = tempfile::tempdir().unwrap();
    let segments = (0..120).map(|n| {
        let ids: Vec<String> = (0..50).map(|id| format!("{id}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        segment(folder.path(), &format!("s{n:03}"), n, &people(&ids, &ids, &[n; 50]))
    });
    let segments: Vec<SegmentFile> = segments.collect();
    let sql = "select count(*) as n, min(age) as low, max(age) as high, count(name) as names from person";
    let all = ask(sql, stream(StreamKind::Append, segments.clone())).await.unwrap();
    assert_eq!(all.table.row(0), [6000, 0, 119, 6000].map(Value::Integer));
    let newest = ask(sql, stream(StreamKind::Upsert, segments.clone())).await.unwrap();
    assert_eq!(newest.table.row(0), [50, 119, 119, 50].map(Value::Integer));
    let mut backwards = segments;
    let places: Vec<i64> = backwards.iter().map(|segment| segment.n).collect();
    backwards.iter_mut().zip(places.iter().rev()).for_each(|(segment, n)| segment.n = *n);
    let newest = ask(sql, ordered(StreamKind::Upsert, Some("age"), backwards)).await.unwrap();
    assert_eq!(newest.table.row(0), [50, 119, 119, 50].map(Value::Integer));
}
