//! Every refusal names the file, the place, the column, the value and the rule.

use super::*;

fn line(json: &str) -> String {
    refusal(read(Format::Ndjson, json.as_bytes()))
}

#[test]
fn a_truncated_gzip_is_refused_and_the_rows_before_it_are_no_import() {
    let whole = gzip(LINES.as_bytes());
    let cells = gzip(CELLS.as_bytes());
    for cut in [1, 8, 9, 40, 90, 130] {
        let error = read(Format::Ndjson, &whole[..whole.len() - cut]).unwrap_err();
        assert!(matches!(error, ImportError::Truncated { .. }), "{cut}: {error}");
        let error = read(Format::Csv, &cells[..cells.len() - cut]).unwrap_err();
        assert!(matches!(error, ImportError::Truncated { .. }), "{cut}: {error}");
        assert_eq!(
            error.to_string(),
            "`t`: the file ends in the middle of its compressed data; fetch or copy it again"
        );
    }
}

#[test]
fn a_damaged_gzip_is_refused() {
    let mut bytes = gzip(LINES.as_bytes());
    let at = bytes.len() - 6;
    bytes[at] ^= 0xff;
    assert!(matches!(read(Format::Ndjson, &bytes).unwrap_err(), ImportError::Damaged { .. }));
    let trailing = [gzip(LINES.as_bytes()), b"rubbish and more".to_vec()].concat();
    assert!(matches!(read(Format::Ndjson, &trailing).unwrap_err(), ImportError::Damaged { .. }));
}

#[test]
fn an_unknown_column_is_refused_with_the_nearest_name() {
    assert_eq!(
        line(r#"{"ticket":"T","opened_at":"2026-05-12T08:30:00Z","urgnt":true}"#),
        "`t`, line 1: stream `ticket` has no column `urgnt`; the nearest is `urgent`; rename it, or say in a map what becomes of it"
    );
    let csv = refusal(read(Format::Csv, b"ticket,opened at\n"));
    assert!(csv.contains("line 1") && csv.contains("`opened at`") && csv.contains("`opened_at`"), "{csv}");
}

#[test]
fn missing_and_repeated_columns_are_refused() {
    let missing = refusal(read(Format::Csv, b"ticket,urgent\nT,1\n"));
    assert_eq!(missing, "`t` lacks column `opened_at`; the file has columns `ticket`, `urgent`");
    let twice = refusal(read(Format::Csv, b"ticket,opened_at,ticket\n"));
    assert!(twice.contains("two columns called `ticket`"), "{twice}");
    let json = line(r#"{"ticket":"T","opened_at":"2026-05-12T08:30:00Z","ticket":"U"}"#);
    assert_eq!(json, "`t`: line 1, column `ticket`: `U` is stated a second time in this record");
}

#[test]
fn up_to_twenty_errors_come_at_once_and_then_reading_stops() {
    let text: String =
        (0..5).map(|_| "{\"ticket\":\"T\",\"opened_at\":\"yesterday\",\"urgent\":\"maybe\"}\n").collect();
    let error = read(Format::Ndjson, text.as_bytes()).unwrap_err();
    assert!(matches!(error, ImportError::Rows { more: false, .. }));
    assert_eq!(error.rows().len(), 10);
    assert_eq!(error.rows()[3].place, Place::Line(2));
    assert_eq!(
        error.rows()[3].to_string(),
        "line 2, column `urgent`: `maybe` is neither true nor false; expected true, false, 1 or 0"
    );
    let endless = text.repeat(1000);
    let error = read(Format::Ndjson, endless.as_bytes()).unwrap_err();
    assert!(matches!(error, ImportError::Rows { more: true, .. }));
    assert_eq!(error.rows().len(), 20);
}

#[test]
fn nothing_comes_after_an_error() {
    let stream = stream();
    let mut chunks = records(&stream, Format::Ndjson, None, "t", &b"nonsense\n{}"[..]);
    assert!(chunks.next().unwrap().is_err());
    assert!(chunks.next().is_none());
}

#[test]
fn values_of_another_type_are_refused() {
    let cases = [
        ("opened_at", "\"2026-05-12T08:30:00\"", "has no offset"),
        ("opened_at", "\"2026-05-12\"", "is no instant"),
        ("opened_at", "\"2026-02-30T08:30:00Z\"", "is no instant"),
        ("opened_at", "\"2026-05-12T08:30:00[Europe/Berlin]\"", "is no instant"),
        ("opened_at", "1778574600", "is a number, not an instant"),
        ("opened_at", "null", "needs one"),
        ("due_on", "\"2026-05-12T08:30:00Z\"", "is no day"),
        ("due_on", "\"12.05.2026\"", "is no day"),
        ("reopened", "1.5", "is no whole number"),
        ("reopened", "9223372036854775808", "is no whole number"),
        ("reopened", "\"9007199254740993.0\"", "is no whole number"),
        ("reopened", "true", "is no whole number"),
        ("score", "\"NaN\"", "is no finite number"),
        ("score", "\"1e400\"", "is no finite number"),
        ("urgent", "2", "is neither true nor false"),
        ("note", "true", "is no text"),
        ("note", "{\"a\":1}", "is an object or a list"),
        ("note", "[1]", "is an object or a list"),
        ("ticket", "\"\"", "needs one"),
    ];
    for (column, value, rule) in cases {
        let mut row = vec![("ticket", "\"T\""), ("opened_at", "\"2026-05-12T08:30:00Z\"")];
        row.retain(|(name, _)| *name != column);
        row.push((column, value));
        let members: Vec<String> = row.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        let text = line(&format!("{{{}}}", members.join(",")));
        assert!(
            text.contains(&format!("line 1, column `{column}`")) && text.contains(rule),
            "{column} {value}: {text}"
        );
    }
}

#[test]
fn broken_json_is_refused_with_line_and_column() {
    assert_eq!(
        line("\n{\"ticket\" \"T\"}"),
        "`t`: line 2: `{\"ticket\" \"T\"}` is no valid JSON at column 11"
    );
    assert_eq!(line("{\"ticket\":"), "`t`: line 1: `{\"ticket\":` ends in the middle of a JSON object");
    assert_eq!(line("17"), "`t`: line 1: `17` is no JSON object");
    assert!(line("{} {}").contains("is no valid JSON"));
    assert!(line("[{}]").contains("not a list"));
}

#[test]
fn text_that_is_no_utf_8_is_refused() {
    let json = refusal(read(Format::Ndjson, b"{\"ticket\":\"M\xfcller\"}"));
    assert!(json.contains("line 1") && json.contains("not UTF-8 at byte 13"), "{json}");
    let csv = refusal(read(Format::Csv, b"ticket,opened_at\nM\xfcller,2026-05-12T08:30:00Z\n"));
    assert!(csv.contains("line 2, column `ticket`") && csv.contains("not UTF-8"), "{csv}");
    assert!(refusal(read(Format::Csv, b"\xff\xfet\0i\0")).contains("UTF-16"));
}

#[test]
fn records_of_another_length_and_quotes_left_open_are_refused() {
    let short = refusal(read(Format::Csv, b"ticket,opened_at\n\nT,2026-05-12T08:30:00Z,x\n"));
    assert!(short.contains("line 3") && short.contains("3 cells where the header has 2"), "{short}");
    let open = b"ticket,opened_at,note\nT,2026-05-12T08:30:00Z,\"a\nU,2026-05-12T08:30:00Z,b\n";
    assert!(refusal(read(Format::Csv, open)).contains("never closed"));
}

#[test]
fn csv_lines_are_counted_as_an_editor_counts_them() {
    let file = "ticket,opened_at,note\n\nT,2026-05-12T08:30:00Z,\"a\nb\"\nU,never,\"a\nb\"\n\n\nV,never,c\nW,never,d";
    for text in [
        file.to_owned(),
        file.replace('\n', "\r\n"),
        format!("{file}\n"),
        file.replace('\n', "\r\n") + "\r\n",
    ] {
        let error = read(Format::Csv, text.as_bytes()).unwrap_err();
        let lines: Vec<_> = error.rows().iter().map(|row| row.place).collect();
        assert_eq!(lines, [Place::Line(5), Place::Line(9), Place::Line(10)], "{text:?}");
    }
}

#[test]
fn a_decoder_that_fails_and_an_undecoded_parquet_file_are_refused() {
    let failing = [Err::<Table, _>("no footer")];
    let text = refusal(tables(&stream(), None, "t", failing.into_iter()).collect());
    assert_eq!(text, "`t` cannot be decoded: no footer");
    assert!(refusal(read(Format::Parquet, b"PAR1")).contains("decoded"));
}
