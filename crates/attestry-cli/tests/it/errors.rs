//! What is wrong, where, what to do; and the exit code that says whose it is.

use crate::call::Home;

/// The call fails with this code, and its message says all of this.
#[track_caller]
fn fails(home: &Home, args: &[&str], code: i32, says: &[&str]) {
    let called = home.call(args);
    assert_eq!(called.code, code, "{args:?}\n{}\n{}", called.out, called.err);
    for part in says {
        assert!(called.err.contains(part), "`{part}` in:\n{}", called.err);
    }
    assert!(called.out.is_empty(), "{}", called.out);
}

#[test]
fn wrong_arguments_are_the_callers_and_exit_with_2() {
    let home = Home::empty();
    fails(&home, &["stauts"], 2, &["status"]);
    fails(&home, &["status", "--period", "2026-01-01"], 2, &["is no period", "FROM..TO"]);
    fails(&home, &["status", "--as-of", "yesterday"], 2, &["is no day"]);
    fails(&home, &["init", "--name", "Acme", "--owner", "ana@acme.example"], 2, &["expected a form like"]);
    fails(&home, &["ingest", "change"], 2, &["FILE"]);
    fails(&home, &["status", "--fail-on", "sad"], 2, &["possible values"]);
}

#[test]
fn without_a_workspace_the_way_to_one_is_said() {
    let home = Home::empty();
    fails(
        &home,
        &["status"],
        2,
        &["error: there is no workspace in `.attestry`", "help: make one with `attestry init`"],
    );
    assert!(!home.path(".attestry").exists(), "asking makes nothing");
}

#[test]
fn init_refuses_what_it_does_not_know_before_it_makes_anything() {
    let home = Home::empty();
    let init = ["init", "--name", "Acme", "--owner", "Ana <ana@acme.example>"];
    fails(
        &home,
        &[&init[..], &["--framework", "soc3"]].concat(),
        2,
        &["there is no framework `soc3`", "soc2"],
    );
    fails(
        &home,
        &[&init[..], &["--framework", "soc2:secrecy"]].concat(),
        2,
        &["no category `soc2:secrecy`", "privacy"],
    );
    fails(&home, &[&init[..], &["--time-zone", "Mars/Olympus"]].concat(), 2, &["is no time zone"]);
    fails(&home, &["status"], 2, &["there is no workspace"]);
}

#[test]
fn a_workspace_is_made_once() {
    let home = Home::with_workspace();
    fails(&home, &["init", "--name", "Acme", "--owner", "Ana <ana@acme.example>"], 2, &["main"]);
}

#[test]
fn unknown_names_are_answered_with_the_nearest() {
    let home = Home::with_workspace();
    fails(&home, &["explain", "CC8.11"], 2, &["there is no requirement `CC8.11`", "soc2:CC8.1"]);
    fails(&home, &["test", "change-review"], 2, &["change-review", "change-reviewed"]);
    fails(&home, &["catalog", "show", "CHG-1"], 2, &["CHG-01"]);
    fails(&home, &["status", "--workspace", "other"], 2, &["there is no workspace `other`", "main"]);
    fails(
        &home,
        &["apply", "none", "--as", "bob@acme.example"],
        2,
        &["bob@acme.example", "ana@acme.example"],
    );
    home.write("x.ndjson", "{}\n");
    fails(&home, &["ingest", "chnge", "x.ndjson"], 2, &["there is no stream `chnge`", "change"]);
}

#[test]
fn sql_that_does_not_fit_is_the_askers_and_what_writes_is_refused() {
    let home = Home::with_workspace();
    fails(&home, &["sql", "SELECT * FROM nowhere"], 2, &["there is no table `nowhere`"]);
    fails(&home, &["sql", "DROP TABLE control"], 2, &["refused"]);
    fails(&home, &["sql", "COPY control TO '/tmp/out.csv'"], 2, &["refused"]);
}

#[test]
fn a_query_that_runs_for_ever_is_stopped_and_exits_with_3() {
    let home = Home::with_workspace();
    let cross = ["requirement"; 12].join(" CROSS JOIN ");
    let sql = format!("SELECT count(*) FROM {}", named(&cross));
    let called = home.call_with(&["sql", &sql], &[("ATTESTRY_QUERY_SECONDS", "1")]);
    assert_eq!(called.code, 3, "{}", called.err);
    assert!(called.err.contains("longer than 1 s") || called.err.contains("memory"), "{}", called.err);
}

/// The same table many times, each under a name of its own.
fn named(tables: &str) -> String {
    let parts = tables.split(" CROSS JOIN ").enumerate();
    parts.map(|(at, table)| format!("{table} t{at}")).collect::<Vec<_>>().join(" CROSS JOIN ")
}

#[test]
fn bad_records_are_refused_with_row_and_rule_and_nothing_is_taken() {
    let home = Home::with_workspace();
    home.write("bad.csv", "change_id,repository,merged_at,author_key\nc1,shop,soon,a1\n");
    fails(&home, &["ingest", "change", "bad.csv"], 2, &["bad.csv", "merged_at", "soon"]);
    home.write("wrong.csv", "change,repository,merged_at,author_key\nc1,shop,2026-01-01T00:00:00Z,a1\n");
    fails(&home, &["ingest", "change", "wrong.csv"], 2, &["wrong.csv", "change"]);
    std::fs::write(home.path("cut.ndjson.gz"), [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab]).unwrap();
    fails(
        &home,
        &["ingest", "change", "cut.ndjson.gz", "--format", "ndjson"],
        2,
        &["cut.ndjson.gz", "compressed data"],
    );
    fails(&home, &["ingest", "change", "missing.csv"], 2, &["missing.csv"]);
    assert_eq!(home.json(&["sql", "SELECT count(*) AS n FROM change"])["rows"][0][0], 0);
}

#[test]
fn nobody_can_say_that_days_to_come_are_complete() {
    let home = Home::with_workspace();
    home.write("x.ndjson", "");
    let called = home.call(&["ingest", "change", "x.ndjson", "--covers", "2999-01-01..2999-02-01"]);
    assert_eq!(called.code, 2, "{}", called.out);
    assert!(called.err.contains("cannot be complete yet"), "{}", called.err);
}

#[test]
fn verbs_that_act_take_no_other_instant() {
    let home = Home::with_workspace();
    fails(&home, &["apply", "files", "--at", "3"], 2, &["acts now"]);
}

#[test]
fn a_damaged_object_fails_the_verification_by_name() {
    let home = Home::with_workspace();
    let objects = walk(&home.path(".attestry/objects"));
    let path = objects.first().expect("the catalog is an object");
    let mut bytes = std::fs::read(path).unwrap();
    bytes[0] ^= 1;
    let mut permissions = std::fs::metadata(path).unwrap().permissions();
    #[expect(clippy::permissions_set_readonly_false, reason = "a file of this test alone")]
    permissions.set_readonly(false);
    std::fs::set_permissions(path, permissions).unwrap();
    std::fs::write(path, bytes).unwrap();
    let called = home.call(&["verify"]);
    assert_eq!(called.code, 1, "{}", called.err);
    let digest = path.file_name().unwrap().to_string_lossy().into_owned();
    assert!(called.out.contains(&digest), "`{digest}` in:\n{}", called.out);
}

fn walk(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}
