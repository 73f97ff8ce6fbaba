//! Foreign files through a map.

use super::*;
use crate::import::MapError;

const NESTED: &str = r#"
columns:
  ticket: "issue.number"
  opened_at: { column: issue.created, format: "%d/%m/%Y %H:%M" }
  due_on: { column: due, format: "%m/%d/%y" }
  urgent: { column: impact, values: { "1 - High": true, "2 - Low": false } }
  note: { constant: imported }
constants: { score: 1 }
time_zone: Europe/Berlin
ignore: ["*"]
null_values: ["?"]
"#;

#[test]
fn nested_fields_formats_values_constants_and_zones_are_read() {
    let lines = r#"{"issue":{"number":17,"created":"12/05/2026 10:30","more":{}},"due":"05/13/26","impact":"1 - High","x":1}
{"issue":{"number":18,"created":"29/02/2024 23:59"},"due":"?","impact":"2 - Low"}"#;
    let table = one(read_with(NESTED, Format::Ndjson, lines.as_bytes()).unwrap());
    let text = |text: &str| Value::Text(text.to_owned());
    let first = [
        text("17"),
        Value::Timestamp(1_778_574_600_000_000),
        Value::Date(20_586),
        Value::Null,
        Value::Float(1.0),
        Value::Boolean(true),
        text("imported"),
    ];
    assert_eq!(table.row(0), first);
    assert_eq!(table.value(1, "due_on"), Value::Null);
    assert_eq!(table.value(1, "opened_at"), Value::Timestamp(1_709_247_540_000_000));
    let unlisted = lines.replace("2 - Low", "9");
    assert!(refusal(read_with(NESTED, Format::Ndjson, unlisted.as_bytes())).contains("`9` is not among"));
}

#[test]
fn csv_columns_are_renamed_and_the_rest_only_ignored_by_name() {
    let map = "columns: { ticket: \"Number\" }\nignore: [Extra]\ndelimiter: \";\"\nencoding: windows-1252";
    let csv = b"Number;opened_at;Extra;note\nT;2026-05-12T08:30:00Z;x;M\xfcller \x80 5\n";
    let table = one(read_with(map, Format::Csv, csv).unwrap());
    assert_eq!(table.value(0, "note"), Value::Text("Müller € 5".to_owned()));
    let other = refusal(read_with(map, Format::Csv, b"Number;opened_at;Other\n"));
    assert!(other.contains("no column `Other`"), "{other}");
    let typo = refusal(read_with("columns: { note: Nots }", Format::Csv, b"ticket,opened_at,note\n"));
    assert!(typo.contains("`note`"), "{typo}");
}

#[test]
fn epochs_are_read_in_the_stated_unit() {
    for (format, number) in [
        ("epoch_seconds", "1778574600"),
        ("epoch_millis", "1778574600000"),
        ("epoch_micros", "\"1778574600000000\""),
        ("epoch_nanos", "1778574600000000999"),
    ] {
        let map = format!("columns: {{ opened_at: {{ column: at, format: {format} }} }}");
        let json = format!("{{\"ticket\":\"T\",\"at\":{number}}}");
        let table = one(read_with(&map, Format::Ndjson, json.as_bytes()).unwrap());
        assert_eq!(table.value(0, "opened_at"), Value::Timestamp(1_778_574_600_000_000), "{format}");
    }
}

#[test]
fn a_local_time_that_never_was_is_refused_and_one_that_was_twice_is_the_earlier() {
    let at = |local: &str| {
        let json = format!("{{\"ticket\":\"T\",\"opened_at\":\"{local}\"}}");
        read_with("time_zone: Europe/Berlin", Format::Ndjson, json.as_bytes())
    };
    assert!(refusal(at("2026-03-29T02:30:00")).contains("clock was put forward"));
    let twice = one(at("2026-10-25 02:30:00").unwrap());
    assert_eq!(twice.value(0, "opened_at"), Value::Timestamp(1_792_888_200_000_000));
    let offset = one(at("2026-10-25 02:30:00+01:00").unwrap());
    assert_eq!(offset.value(0, "opened_at"), Value::Timestamp(1_792_891_800_000_000));
}

#[test]
fn a_map_that_contradicts_itself_or_the_stream_is_refused() {
    let cases = [
        ("colums: {}", "colums"),
        ("columns: { note: { column: a, constant: b } }", "either `column` or `constant`"),
        ("columns: { note: {} }", "either `column` or `constant`"),
        ("columns: { note: a }\nconstants: { note: b }", "under `columns` and under `constants`"),
        ("time_zone: Mars/Olympus", "is no time zone"),
        ("delimiter: \"ab\"", "one plain character"),
        ("columns: [", "cannot be read"),
    ];
    for (map, part) in cases {
        let error = Map::parse(map).unwrap_err().to_string();
        assert!(error.contains(part) && !error.contains('\n'), "{map}: {error}");
    }
    let target = read_with("columns: { tiket: a }", Format::Ndjson, b"").unwrap_err();
    assert!(
        matches!(&target, ImportError::Map(MapError::UnknownTarget { nearest: Some(name), .. }) if name == "ticket")
    );
    let value = refusal(read_with("constants: { urgent: perhaps }", Format::Ndjson, b""));
    assert!(value.contains("`perhaps` is neither true nor false"), "{value}");
}

#[test]
fn parquet_columns_are_cast_where_nothing_is_lost() {
    use attestry_stats::Column;
    let table = |reopened: Column| {
        let opened = Column::Text(vec![Some("2026-05-12T08:30:00Z".to_owned())]);
        let columns =
            [("ticket", Column::Integer(vec![Some(17)])), ("opened_at", opened), ("reopened", reopened)];
        Table::new(columns.into_iter().map(|(name, column)| (name.to_owned(), column)).collect()).unwrap()
    };
    let read = |reopened| {
        let tables_in = [Ok::<_, std::fmt::Error>(table(reopened))];
        tables(&stream(), None, "t", tables_in.into_iter()).collect::<Result<Vec<_>, _>>()
    };
    let good = one(read(Column::Float(vec![Some(2.0)])).unwrap());
    assert_eq!(
        good.row(0)[..4],
        [
            Value::Text("17".to_owned()),
            Value::Timestamp(1_778_574_600_000_000),
            Value::Null,
            Value::Integer(2)
        ]
    );
    assert!(refusal(read(Column::Float(vec![Some(2.5)]))).contains("record 1, column `reopened`: `2.5`"));
}
