//! A PostgreSQL server for tests: the one that `ATTESTRY_TEST_POSTGRES` names, else a private one that ends with the
//! test process.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// Starts a server of its own that listens on a socket in a new folder, tells the folder, and takes both away when its
/// input ends: also when the test process was killed.
const SCRIPT: &str = r#"
dir=$(mktemp -d) || exit 1
"$1/initdb" -D "$dir/data" -U postgres -A trust --no-sync -E UTF8 --locale=C >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
"$1/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=off -c max_connections=300 >"$dir/log" 2>&1 &
server=$!
until "$1/pg_isready" -q -h "$dir"; do
    kill -0 $server 2>/dev/null || { cat "$dir/log" >&2; exit 1; }
    sleep 0.05
done
echo "$dir"
cat >/dev/null
kill -INT $server
wait $server
rm -rf "$dir"
"#;

/// The address of the server without a database name, as text before and after where the name goes; `None` when
/// there is no PostgreSQL, which in continuous integration is a failure.
pub(crate) fn server() -> Option<&'static (String, String)> {
    static SERVER: OnceLock<Option<(String, String)>> = OnceLock::new();
    SERVER.get_or_init(find).as_ref()
}

fn find() -> Option<(String, String)> {
    if let Ok(url) = std::env::var("ATTESTRY_TEST_POSTGRES") {
        let (before, options) = url
            .split_once('?')
            .map_or((url.as_str(), String::new()), |(before, options)| (before, format!("?{options}")));
        let (before, _) =
            before.rsplit_once('/').expect("ATTESTRY_TEST_POSTGRES is like postgres://HOST/NAME");
        return Some((format!("{before}/"), options));
    }
    let folder = binaries().and_then(|binaries| start(&binaries));
    if folder.is_none() {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "PostgreSQL is missing, and CI must not go without"
        );
        eprintln!("PostgreSQL half skipped: set ATTESTRY_TEST_POSTGRES or install its server");
    }
    folder.map(|folder| ("postgres://postgres@localhost/".to_owned(), format!("?host={folder}")))
}

fn binaries() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> =
        std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|e| e.path()).collect();
    found.sort();
    found.into_iter().rev().map(|version| version.join("bin")).find(|bin| bin.join("postgres").exists())
}

fn start(binaries: &std::path::Path) -> Option<String> {
    let root =
        std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    // PostgreSQL refuses to run as root.
    let mut command = if root { Command::new("runuser") } else { Command::new("sh") };
    if root {
        command.args(["-u", "postgres", "--", "sh"]);
    }
    command.args(["-c", SCRIPT, "sh"]).arg(binaries).current_dir("/");
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child: Child = child.inspect_err(|error| eprintln!("{error}")).ok()?;
    let mut folder = String::new();
    BufReader::new(child.stdout.take()?).read_line(&mut folder).ok()?;
    // Its input stays open until this process ends.
    std::mem::forget(child);
    let folder = folder.trim().to_owned();
    (!folder.is_empty()).then_some(folder)
}
