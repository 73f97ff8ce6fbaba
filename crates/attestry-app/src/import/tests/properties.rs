//! What holds for all bytes and all tables.

use attestry_stats::{Column, Field};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

use super::*;

fn cell(kind: ColumnType, required: bool) -> BoxedStrategy<Value> {
    let value = match kind {
        ColumnType::Text => "[ -~äß€\n\"]{1,12}".prop_map(Value::Text).boxed(),
        ColumnType::Integer => any::<i64>().prop_map(Value::Integer).boxed(),
        ColumnType::Float => decimal().prop_map(Value::Float).boxed(),
        ColumnType::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        ColumnType::Timestamp => {
            (-62_000_000_000_000_000..253_000_000_000_000_000i64).prop_map(Value::Timestamp).boxed()
        }
        ColumnType::Date => (-700_000..2_900_000i32).prop_map(Value::Date).boxed(),
    };
    if required { value } else { prop_oneof![1 => Just(Value::Null), 3 => value].boxed() }
}

/// Doubles of at most 15 digits, which every reader reads alike.
fn decimal() -> impl Strategy<Value = f64> {
    let digits = -999_999_999_999_999..999_999_999_999_999i64;
    (digits, 0..20).prop_map(|(digits, places)| format!("{digits}e-{places}").parse().unwrap())
}

fn any_table() -> impl Strategy<Value = Table> {
    let columns = stream().columns;
    let row: Vec<_> = columns.iter().map(|column| cell(column.kind, column.required)).collect();
    let fields: Vec<Field> = columns.iter().map(|column| Field::new(&column.name, column.kind)).collect();
    prop::collection::vec(row, 1..20).prop_map(move |rows| {
        let mut table = Table::empty(fields.clone());
        rows.into_iter().for_each(|row| table.push_row(row).unwrap());
        table
    })
}

fn time(value: &Value) -> Option<String> {
    match value {
        Value::Timestamp(micros) => Some(Timestamp::from_microsecond(*micros).unwrap().to_string()),
        Value::Date(days) => Some((Date::constant(1970, 1, 1) + days.days()).to_string()),
        _ => None,
    }
}

fn as_ndjson(table: &Table) -> String {
    let member = |row: usize, field: &Field| {
        let value = table.value(row, &field.name);
        let json = match &value {
            Value::Null => serde_json::Value::Null,
            Value::Text(text) => text.as_str().into(),
            Value::Integer(number) => (*number).into(),
            Value::Float(number) => (*number).into(),
            Value::Boolean(truth) => (*truth).into(),
            _ => time(&value).into(),
        };
        (field.name.clone(), json)
    };
    let line = |row| {
        let members: serde_json::Map<_, _> = table.fields().iter().map(|field| member(row, field)).collect();
        serde_json::Value::Object(members).to_string() + "\n"
    };
    (0..table.len()).map(line).collect()
}

fn as_csv(table: &Table) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(table.fields().iter().map(|field| &field.name)).unwrap();
    for row in 0..table.len() {
        let cell = |value: &Value| match value {
            Value::Null => String::new(),
            Value::Text(text) => text.clone(),
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => number.to_string(),
            Value::Boolean(truth) => truth.to_string(),
            _ => time(value).unwrap(),
        };
        writer.write_record(table.row(row).iter().map(cell)).unwrap();
    }
    writer.into_inner().unwrap()
}

/// A reader that gives one byte at a time.
struct Drops<'a>(&'a [u8]);

impl std::io::Read for Drops<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = buffer.len().min(1);
        self.0.read(&mut buffer[..length])
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_table_written_as_ndjson_and_csv_reads_back_equal(table in any_table()) {
        let lines = read(Format::Ndjson, as_ndjson(&table).as_bytes()).unwrap();
        let cells = read(Format::Csv, &as_csv(&table)).unwrap();
        prop_assert_eq!(&lines[0].table, &table);
        prop_assert_eq!(lines, cells);
    }

    #[test]
    fn digests_do_not_depend_on_gzip_nor_on_how_bytes_arrive(table in any_table()) {
        let text = as_ndjson(&table);
        let plain = read(Format::Ndjson, text.as_bytes()).unwrap();
        let zipped = gzip(text.as_bytes());
        prop_assert_eq!(&read(Format::Ndjson, &zipped).unwrap(), &plain);
        let drops: Result<Vec<_>, _> = records(&stream(), Format::Ndjson, None, "t", Drops(&zipped)).collect();
        prop_assert_eq!(drops.unwrap(), plain);
    }

    #[test]
    fn a_change_of_any_cell_changes_the_digest(table in any_table(), row in any::<prop::sample::Index>()) {
        let at = row.index(table.len());
        let columns = table.clone().into_columns().into_iter().map(|(name, mut column)| {
            if let (Column::Text(cells), "ticket") = (&mut column, name.as_str()) {
                cells[at].as_mut().unwrap().push('x');
            }
            (name, column)
        });
        let other = Table::new(columns.collect()).unwrap();
        prop_assert_ne!(crate::import::chunk_digest(&stream(), &table), crate::import::chunk_digest(&stream(), &other));
    }

    #[test]
    fn any_bytes_are_read_or_refused_and_never_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        fragments in prop::collection::vec(
            prop::sample::select(vec!["{", "}", "[", "]", "\"Records\"", ":", ",", "\"", "\\", "\n", "ticket", "opened_at", "1", "\u{fe}"]),
            0..40,
        ),
        encoded in any::<bool>(),
    ) {
        let map = Map::parse("encoding: windows-1252\ntime_zone: UTC\nignore: [\"*\"]").unwrap();
        let text = fragments.concat();
        for bytes in [bytes.as_slice(), text.as_bytes(), &gzip(text.as_bytes()), &[&[0x1f, 0x8b], bytes.as_slice()].concat()] {
            Format::sniff("x", bytes);
            for format in [Format::Ndjson, Format::Csv, Format::CloudTrail, Format::Parquet] {
                let map = (encoded && format != Format::CloudTrail).then_some(&map);
                for chunk in records(&stream(), format, map, "t", bytes) {
                    let _text = chunk.map_err(|error| error.to_string());
                }
            }
        }
        let _map = Map::parse(&text);
    }

    #[test]
    fn any_text_as_a_time_or_a_number_is_read_or_refused(text in "[0-9TtZz:+.eE\\- \\[\\]%/a-zä]{0,30}") {
        let json = serde_json::json!({"ticket": "T", "opened_at": text, "due_on": text, "reopened": text, "score": text});
        let _either = read(Format::Ndjson, json.to_string().as_bytes());
        let map = format!("columns: {{ opened_at: {{ column: opened_at, format: {} }} }}", serde_json::json!(text));
        if let Ok(map) = Map::parse(&map) {
            let bytes = json.to_string();
            let _either: Result<Vec<_>, _> = records(&stream(), Format::Ndjson, Some(&map), "t", bytes.as_bytes()).collect();
        }
    }
}
