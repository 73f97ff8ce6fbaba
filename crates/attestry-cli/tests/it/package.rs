//! What an auditor takes home, written and checked from the outside.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use serde_json::Value;

use crate::call::Home;

/// A year of history, its package, and what was said about it.
static PACKED: LazyLock<(Home, Value)> = LazyLock::new(|| {
    let home = Home::empty();
    let called = home.call(&["demo", "--no-serve", "--until", "2026-10-31"]);
    assert_eq!(called.code, 0, "{}", called.err);
    let written = home.json(&["package", "audit.zip"]);
    (home, written)
});

fn faults(called: &str) -> Vec<Value> {
    let document: Value = serde_json::from_str(called).unwrap();
    document["report"]["faults"].as_array().unwrap().clone()
}

/// Where the bytes of a file lie in the package, as an archive reader that is not ours says.
fn place_of(home: &Home, name: &str) -> usize {
    let script = "import sys, zipfile\n\
        z = zipfile.ZipFile(sys.argv[1]); i = z.getinfo(sys.argv[2]); f = open(sys.argv[1], 'rb')\n\
        f.seek(i.header_offset + 26); h = f.read(4)\n\
        print(i.header_offset + 30 + int.from_bytes(h[:2], 'little') + int.from_bytes(h[2:], 'little'))";
    let said = Command::new("python3").args(["-c", script]).arg(home.path("audit.zip")).arg(name).output();
    let said = said.unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).unwrap().trim().parse().unwrap()
}

#[test]
fn a_demo_is_packed_holds_without_its_workspace_and_names_the_file_of_a_flipped_byte() {
    let (home, written) = &*PACKED;
    let log = written["log"].as_str().unwrap().to_owned();
    assert!(written["package"]["objects"].as_u64().unwrap() > 100, "{written}");
    let again = home.call(&["package", "audit.zip"]);
    assert_eq!(again.code, 2, "{}", again.out);
    assert!(again.err.contains("is there already"), "{}", again.err);

    let checked = home.json(&["verify", "audit.zip", "--log-key", &log, "--home", "nowhere"]);
    assert_eq!(checked["holds"], true);
    let report = &checked["report"];
    assert_eq!(
        (&report["events"], &report["files"]),
        (&written["package"]["events"], &written["package"]["files"])
    );
    assert_eq!(report["log_key_given"], true);
    assert!(!home.path("nowhere").exists(), "no workspace is opened");
    let page = home.call(&["verify", "audit.zip"]);
    assert_eq!(page.code, 0, "{}", page.err);
    assert!(page.out.contains("agrees with itself; give --log-key"), "{}", page.out);

    let bytes = std::fs::read(home.path("audit.zip")).unwrap();
    let names = ["index.csv", "index.html", "VERIFY.md", "events/000000.jsonl", "checkpoint", "manifest"];
    for name in names {
        let file = if name == "manifest" { "manifest.json" } else { name };
        let mut flipped = bytes.clone();
        flipped[place_of(home, file) + 40] ^= 1;
        std::fs::write(home.path("flipped.zip"), flipped).unwrap();
        let called = home.call(&["verify", "flipped.zip", "--log-key", &log, "--json"]);
        assert_eq!(called.code, 1, "{name}: {}", called.err);
        let faults = faults(&called.out);
        let named = |fault: &Value| fault["place"].as_str().unwrap().starts_with(name);
        assert!(faults.iter().any(named), "{name}: {faults:#?}");
    }

    let other = "elsewhere+00000000+AdmzR9bTdtYgNqlFPAzvsF8DdhiZGkfzHLx5vHM9Jbpz";
    let called = home.call(&["verify", "audit.zip", "--log-key", other]);
    assert_eq!(called.code, 2, "{}", called.out);
    assert_eq!(home.call(&["verify", "none.zip"]).code, 2);
}

#[test]
fn a_guide_an_index_and_the_queries_are_in_it_for_people_without_our_programs() {
    let (home, _) = &*PACKED;
    let script = "import csv, hashlib, io, json, re, sys, zipfile\n\
        z = zipfile.ZipFile(sys.argv[1]); names = sorted(z.namelist())\n\
        rows = list(csv.DictReader(io.StringIO(z.read('index.csv').decode())))\n\
        assert sorted(r['path'] for r in rows) == names, set(names) ^ {r['path'] for r in rows}\n\
        for n in names:\n\
        \x20   if n.startswith('objects/'):\n\
        \x20       assert n.split('/')[1].split('.')[0] == hashlib.sha256(z.read(n)).hexdigest(), n\n\
        html = z.read('index.html').decode()\n\
        assert '<script' not in html and 'src=' not in html and '@import' not in html\n\
        for to in re.findall('href=\"([^\"]*)\"', html):\n\
        \x20   assert to in names, to\n\
        for n in ['tests/change-reviewed/population.sql', 'tests/change-reviewed/exceptions.sql', 'tests/change-reviewed/test.yaml']:\n\
        \x20   assert z.read(n), n\n\
        assert '\\u25d0 exceptions' in html and 'prefers-color-scheme' in html\n\
        guide = z.read('VERIFY.md').decode()\n\
        assert 'attestry verify' in guide and 'sumdb' in guide and '@KEY@' not in guide\n\
        runs = [r for r in rows if r['path'].endswith('population.sql')]\n\
        assert runs and all(r['events'] for r in runs)\n";
    let said = Command::new("python3").args(["-c", script]).arg(home.path("audit.zip")).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

#[test]
fn a_package_of_an_audit_has_its_title_and_an_unknown_audit_lists_those_there_are() {
    let (home, _) = &*PACKED;
    let unknown = home.call(&["package", "a.zip", "--engagement", "01ARZ3NDEKTSV4RRFFQ69G5FAV"]);
    assert_eq!(unknown.code, 2, "{}", unknown.out);
    assert!(unknown.err.contains("there is no audit") && unknown.err.contains("soc2"), "{}", unknown.err);
    let near = unknown.err.split("nearest: ").nth(1).unwrap();
    let id: String = near.chars().take_while(char::is_ascii_alphanumeric).collect();
    let written = home.json(&["package", "a.zip", "--engagement", &id]);
    assert!(written["package"]["title"].as_str().unwrap().contains(" by "), "{written}");
    let log = written["log"].as_str().unwrap();
    assert_eq!(home.json(&["verify", "a.zip", "--log-key", log])["holds"], true);
}

/// A program that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.0.kill().and_then(|()| self.0.wait());
    }
}

#[test]
fn a_witness_of_another_machine_cosigns_and_finds_an_old_copy_put_back() {
    let home = Home::with_workspace();
    let verified = home.json(&["verify"]);
    let log = verified["log"].as_str().unwrap();
    let made = home.json(&["witness", "key", "--name", "auditor.example/w", "--key", "w.key"]);
    let witness = made["key"].as_str().unwrap();
    assert_eq!(home.json(&["witness", "trust", log, "--state", "w.json"])["added"], true);
    let mut serving = Command::new(env!("CARGO_BIN_EXE_attestry"));
    serving.args(["witness", "serve", "--listen", "127.0.0.1:0", "--state"]).arg(home.path("w.json"));
    let serving = serving.arg("--key").arg(home.path("w.key")).stdout(Stdio::piped()).spawn();
    let mut serving = Running(serving.unwrap());
    let mut line = String::new();
    BufReader::new(serving.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = format!("http{}", line.trim().split("http").nth(1).unwrap());

    let copy = |from: &str, to: &str| {
        let copied = Command::new("cp").arg("-r").args([home.path(from), home.path(to)]).status().unwrap();
        assert!(copied.success());
    };
    copy(".attestry", "old");
    home.write(
        "i.csv",
        "incident_id,opened_at,updated_at,severity\ni-1,2026-02-01T08:00:00Z,2026-02-01T08:00:00Z,high\n",
    );
    assert_eq!(home.call(&["ingest", "incident", "i.csv"]).code, 0);
    let cosigned = home.json(&["cosign", &url, "--witness-key", witness]);
    assert_eq!(cosigned["signed_by"].as_array().unwrap().len(), 2, "{cosigned}");
    let live = home.call(&["verify", "--witness-key", witness]);
    assert!(live.code == 0 && live.out.contains("cosignatures of witnesses: 1"), "{}", live.out);
    home.json(&["package", "audit.zip", "--period", "2026-01-01..2026-03-01"]);
    let checked = home.json(&["verify", "audit.zip", "--log-key", log, "--witness-key", witness]);
    let signatures = checked["report"]["signatures"].as_array().unwrap();
    assert!(signatures.iter().any(|one| one["kind"] == "witness" && one["size"] == cosigned["size"]));

    let back = home.call(&["cosign", &url, "--witness-key", witness, "--home", "old"]);
    assert_eq!(back.code, 3, "{}", back.out);
    assert!(back.err.contains("an old copy was put back"), "{}", back.err);
}
