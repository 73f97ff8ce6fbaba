//! A process that is killed while it takes records in.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROWS: u64 = 140_000;

fn attestry(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_attestry"));
    command.arg("--home").arg(home).env_remove("ATTESTRY_HOME").env("NO_COLOR", "1");
    command
}

fn done(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}\n{out}\n{err}");
    out.into_owned()
}

fn new_home(home: &Path) {
    let owner = ["--name", "Crash Test", "--owner", "Ana Diaz <ana@example.com>"];
    done(attestry(home).arg("init").args(owner));
}

/// Three chunks of changes.
fn changes(path: &Path) {
    let mut text = String::new();
    for row in 0..ROWS {
        let (minute, second) = (row / 60 % 60, row % 60);
        let (day, hour) = (1 + row / 3_600 % 28, row / 90_000);
        writeln!(
            text,
            "{{\"change_id\":\"r#{row}\",\"repository\":\"r\",\"author_key\":\"k{}\",\"title\":\"change {row}\",\
             \"merged_at\":\"2026-02-{day:02}T{hour:02}:{minute:02}:{second:02}Z\"}}",
            row % 40
        )
        .unwrap();
    }
    std::fs::write(path, text).unwrap();
}

fn count(home: &Path) -> (u64, u64) {
    let sql = "SELECT count(*) AS n, count(DISTINCT change_id) AS keys FROM change";
    let answer: serde_json::Value =
        serde_json::from_str(&done(attestry(home).args(["--json", "sql", sql]))).unwrap();
    let row = &answer["rows"][0];
    let number = |cell: &serde_json::Value| cell.as_u64().or_else(|| cell.as_str()?.parse().ok()).unwrap();
    match row {
        serde_json::Value::Array(cells) => (number(&cells[0]), number(&cells[1])),
        named => (number(&named["n"]), number(&named["keys"])),
    }
}

#[test]
fn a_process_killed_during_ingest_loses_nothing_acknowledged_and_the_same_ingest_completes_it() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("changes.ndjson");
    changes(&input);

    let whole = folder.path().join("whole");
    new_home(&whole);
    let start = Instant::now();
    done(attestry(&whole).args(["ingest", "change"]).arg(&input));
    let took = start.elapsed();
    assert_eq!(count(&whole), (ROWS, ROWS));

    for part in [2_u32, 5, 7, 9] {
        let home = folder.path().join(format!("killed-{part}"));
        new_home(&home);
        let mut child = attestry(&home)
            .args(["ingest", "change"])
            .arg(&input)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(
            u64::try_from(took.as_millis()).unwrap() * u64::from(part) / 10,
        ));
        child.kill().unwrap();
        let killed = !child.wait().unwrap().success();

        done(attestry(&home).arg("verify"));
        let (rows, keys) = count(&home);
        assert_eq!(rows, keys, "killed after {part} tenths: a row came twice");
        assert!(killed || rows == ROWS, "an ingest that ended well holds everything");
        done(attestry(&home).args(["ingest", "change"]).arg(&input));
        assert_eq!(count(&home), (ROWS, ROWS), "killed after {part} tenths, then taken in again");
        done(attestry(&home).arg("verify"));
    }
}
