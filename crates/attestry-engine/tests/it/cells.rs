use crate::{LIMITS, named, request, worker, write};
use attestry_engine::{
    CellsRequest, EngineError, FileFormat, FileRef, Limits, Source, count_cells, encode_segment,
    parquet_chunks, run,
};
use attestry_stats::{Column, Table, Value};
use flate2::write::GzEncoder;
use std::io::Write;
use std::path::Path;

fn cells(file: FileRef, format: FileFormat, by: &[&str]) -> CellsRequest {
    let by = by.iter().map(|name| (*name).to_owned()).collect();
    CellsRequest { file, format, label: Some("y".into()), prediction: Some("p".into()), by, limits: LIMITS }
}

const CSV: &str = "sex,y,p,score\nF,1,true,0.5\nF,1.0,True,0.1\nM,0,false,0.2\n,0,1,0.3\nM,,0,0.4\n";

fn gzip(text: &str) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(text.as_bytes()).unwrap();
    out.finish().unwrap()
}

fn row(sex: Option<&str>, label: Option<bool>, prediction: bool, count: i64) -> Vec<Value> {
    let text = sex.map_or(Value::Null, |sex| Value::Text(sex.into()));
    vec![text, label.map_or(Value::Null, Value::Boolean), Value::Boolean(prediction), Value::Integer(count)]
}

#[tokio::test]
async fn csv_and_gzip_count_the_same_and_keep_what_is_absent() {
    let folder = tempfile::tempdir().unwrap();
    let plain = write(folder.path(), "a.csv", CSV.as_bytes());
    let packed = write(folder.path(), "a.csv.gz", &gzip(CSV));
    let one = count_cells(cells(plain.clone(), FileFormat::Csv, &["sex"])).await.unwrap();
    let two = count_cells(cells(packed.clone(), FileFormat::CsvGzip, &["sex"])).await.unwrap();
    assert_eq!(one, two);
    assert_eq!(
        worker().count_cells(cells(packed.clone(), FileFormat::CsvGzip, &["sex"])).await.unwrap(),
        two
    );
    let expected = [
        row(None, Some(false), true, 1),
        row(Some("F"), Some(true), true, 2),
        row(Some("M"), None, false, 1),
        row(Some("M"), Some(false), false, 1),
    ];
    assert_eq!((0..one.len()).map(|at| one.row(at)).collect::<Vec<_>>(), expected);
    let names: Vec<&str> = one.fields().iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["sex", "label", "prediction", "count"]);

    let score =
        CellsRequest { prediction: Some("score".into()), ..cells(plain.clone(), FileFormat::Csv, &[]) };
    let error = count_cells(score).await.unwrap_err();
    assert!(matches!(&error, EngineError::Value { column, .. } if column == "score"), "{error}");
    let error = count_cells(cells(plain.clone(), FileFormat::Csv, &["gender"])).await.unwrap_err();
    assert!(error.to_string().contains("`gender`; known columns: sex, y, p, score"), "{error}");
    let few = Limits { rows: 2, ..LIMITS };
    let error = count_cells(CellsRequest { limits: few, ..cells(plain, FileFormat::Csv, &["sex"]) })
        .await
        .unwrap_err();
    assert!(error.to_string().contains("more than 2 cells"), "{error}");

    let source = Source::Dataset { files: vec![packed], format: FileFormat::CsvGzip };
    let sql = "select sum(score) as s, count(y) as y from a where sex = 'F'";
    let typed = run(request(sql, vec![named("a", source)])).await.unwrap();
    assert_eq!(typed.table.row(0), [Value::Float(0.6), Value::Integer(2)]);
}

#[tokio::test]
async fn a_truncated_gzip_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = gzip(CSV);
    let cut = write(folder.path(), "cut.csv.gz", &bytes[..bytes.len() - 9]);
    assert!(count_cells(cells(cut, FileFormat::CsvGzip, &["sex"])).await.is_err());
}

#[tokio::test]
async fn parquet_is_read_in_chunks_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let rows = 70_000;
    let table = Table::new(vec![
        ("g".into(), Column::Integer((0..rows).map(|n| Some(n % 3)).collect())),
        ("y".into(), Column::Boolean((0..rows).map(|n| Some(n % 2 == 0)).collect())),
        ("p".into(), Column::Float((0..rows).map(|n| Some((n % 2) as f64)).collect())),
        ("d".into(), Column::Date((0..rows).map(|_| None).collect())),
    ])
    .unwrap();
    let file = write(folder.path(), "x.parquet", &encode_segment("x", 7, &table, &[]).unwrap().main);
    let chunks: Vec<Table> = parquet_chunks(&file.path).unwrap().collect::<Result<_, _>>().unwrap();
    assert!(chunks.iter().all(|chunk| chunk.len() <= 65_536) && chunks.len() == 2);
    assert_eq!(chunks.iter().map(Table::len).sum::<usize>(), 70_000);
    assert_eq!(chunks[1].value(0, "g"), Value::Integer(65_536 % 3));
    let counted = count_cells(cells(file.clone(), FileFormat::Parquet, &["g"])).await.unwrap();
    assert_eq!(counted.len(), 6);
    assert_eq!(
        counted.row(0),
        [Value::Text("0".into()), Value::Boolean(false), Value::Boolean(true), Value::Integer(11_667)]
    );
    let source = Source::Dataset { files: vec![file.clone(), file], format: FileFormat::Parquet };
    let twice =
        run(request("select count(*) as n, count(d) as d from x", vec![named("x", source)])).await.unwrap();
    assert_eq!(twice.table.row(0), [Value::Integer(140_000), Value::Integer(0)]);
    assert!(matches!(parquet_chunks(Path::new("/nonexistent")).map(drop), Err(EngineError::File { .. })));
}

#[tokio::test]
async fn a_published_census_extract_is_counted() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../attestry-stats/tests/data/adult.csv.gz");
    let bytes = std::fs::read(&path).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "adult.csv.gz", &bytes);
    let request =
        CellsRequest { label: None, prediction: None, ..cells(file, FileFormat::CsvGzip, &["sex", "race"]) };
    let counted = count_cells(request).await.unwrap();
    let total: i64 = (0..counted.len()).map(|row| counted.value(row, "count").as_integer().unwrap()).sum();
    assert_eq!((counted.len(), total), (10, 48_842));
}
