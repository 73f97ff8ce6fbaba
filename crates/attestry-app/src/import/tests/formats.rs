//! The same records in every dress.

use super::*;

#[test]
fn ndjson_csv_gzip_and_tables_of_the_same_records_have_the_same_digest() {
    let lines = read(Format::Ndjson, LINES.as_bytes()).unwrap();
    let table = lines[0].table.clone();
    let zipped = [gzip(&LINES.as_bytes()[..40]), gzip(&LINES.as_bytes()[40..])].concat();
    let halves = [Ok::<_, std::fmt::Error>(table.clone())];
    assert_eq!(read(Format::Csv, CELLS.as_bytes()).unwrap(), lines);
    assert_eq!(read(Format::Ndjson, &zipped).unwrap(), lines);
    assert_eq!(
        tables(&stream(), None, "t", halves.into_iter()).collect::<Result<Vec<_>, _>>().unwrap(),
        lines
    );
}

#[test]
fn cells_take_the_types_of_their_columns() {
    let table = one(read(Format::Ndjson, LINES.as_bytes()).unwrap());
    let row = [
        Value::Text("T-1".to_owned()),
        Value::Timestamp(1_778_574_600_000_000),
        Value::Date(20_586),
        Value::Integer(2),
        Value::Float(0.5),
        Value::Boolean(true),
        Value::Text("a, \"b\"\nc".to_owned()),
    ];
    assert_eq!(table.row(0), row);
    assert_eq!(table.value(1, "opened_at"), Value::Timestamp(1_778_574_660_000_000));
    assert_eq!(table.value(1, "note"), Value::Null);
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    for (format, text) in [(Format::Csv, CELLS), (Format::Ndjson, LINES)] {
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        assert_eq!(read(format, &marked).unwrap(), read(format, text.as_bytes()).unwrap());
    }
}

#[test]
fn chunks_are_cut_after_65_536_records_wherever_the_tables_were_cut() {
    let text: String = (0..70_000)
        .map(|at| format!("{{\"ticket\":\"T-{at}\",\"opened_at\":\"2026-05-12T08:30:00Z\"}}\n"))
        .collect();
    let chunks = read(Format::Ndjson, text.as_bytes()).unwrap();
    assert_eq!(
        chunks.iter().map(|chunk| (chunk.first_row, chunk.table.len())).collect::<Vec<_>>(),
        [(0, 65_536), (65_536, 4_464)]
    );
    let again = chunks.iter().rev().map(|chunk| Ok::<_, std::fmt::Error>(chunk.table.clone()));
    let recut: Vec<_> = tables(&stream(), None, "t", again).collect::<Result<_, _>>().unwrap();
    assert_eq!(recut.iter().map(|chunk| chunk.table.len()).collect::<Vec<_>>(), [65_536, 4_464]);
    assert_ne!(recut[0].digest, chunks[0].digest);
}

#[test]
fn an_import_can_move_to_another_thread() {
    let chunks = records(&stream(), Format::Ndjson, None, "t", LINES.as_bytes());
    let count = std::thread::spawn(move || chunks.map(|chunk| chunk.unwrap().table.len()).sum::<usize>());
    assert_eq!(count.join().unwrap(), 2);
}

#[test]
fn an_empty_file_of_lines_has_no_chunks() {
    assert!(read(Format::Ndjson, b"").unwrap().is_empty());
    assert!(read(Format::Csv, b"ticket,opened_at\n").unwrap().is_empty());
}

#[test]
fn keys_repeat_with_the_key_and_contents_with_the_contents() {
    let lines = concat!(
        r#"{"ticket":"A","opened_at":"2026-05-12T08:30:00Z"}"#,
        "\n",
        r#"{"ticket":"A","opened_at":"2026-05-12T10:30:00+02:00"}"#,
        "\n",
        r#"{"ticket":"A","opened_at":"2026-05-12T08:30:01Z"}"#,
        "\n",
        r#"{"ticket":"B","opened_at":"2026-05-12T08:30:00Z"}"#,
    );
    let table = one(read(Format::Ndjson, lines.as_bytes()).unwrap());
    let digests = key_digests(&stream(), &table);
    assert_eq!(digests[0], digests[1]);
    assert_eq!(digests[0].0, digests[2].0);
    assert_ne!(digests[0].1, digests[2].1);
    assert_ne!(digests[0].0, digests[3].0);
}

#[test]
fn digests_outlive_a_new_optional_column() {
    let table = one(read(Format::Ndjson, LINES.as_bytes()).unwrap());
    let mut wider = stream();
    wider.columns.insert(0, StreamColumn { name: "a_new_one".to_owned(), ..wider.columns[6].clone() });
    let again: Vec<_> =
        records(&wider, Format::Ndjson, None, "t", LINES.as_bytes()).map(Result::unwrap).collect();
    assert_eq!(key_digests(&wider, &again[0].table), key_digests(&stream(), &table));
}

#[test]
fn event_times_are_the_first_and_the_last() {
    let table = one(read(Format::Ndjson, LINES.as_bytes()).unwrap());
    let (first, last) = event_times(&stream(), &table).unwrap();
    assert_eq!(
        (first.to_string(), last.to_string()),
        ("2026-05-12T08:30:00Z".into(), "2026-05-12T08:31:00Z".into())
    );
    assert_eq!(event_times(&stream(), &Table::empty(Vec::new())), None);
}

#[test]
fn formats_are_told_by_their_bytes_first_and_their_names_second() {
    let event = br#"{"eventVersion":"1.08","userIdentity":{"type":"Root"}}"#;
    let cases: [(&str, &[u8], Option<Format>); 10] = [
        ("x", b"PAR1\x15", Some(Format::Parquet)),
        ("x.csv", LINES.as_bytes(), Some(Format::Ndjson)),
        ("x", CELLS.as_bytes(), Some(Format::Csv)),
        ("x", &gzip(CELLS.as_bytes()), Some(Format::Csv)),
        ("x.json", event, Some(Format::CloudTrail)),
        ("x", &gzip(event)[..gzip(event).len() - 8], Some(Format::CloudTrail)),
        ("x.json", b" { \"Records\": [", Some(Format::CloudTrail)),
        ("x.CSV.gz", b"one\n", Some(Format::Csv)),
        ("x.txt", b"one\n", None),
        ("x", b"", None),
    ];
    for (name, head, format) in cases {
        assert_eq!(Format::sniff(name, head), format, "{name} {}", String::from_utf8_lossy(head));
    }
}
