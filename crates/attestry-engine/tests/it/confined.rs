use attestry_engine::Limits;
use attestry_engine::worker::apply_limits;
use std::io::ErrorKind;
use std::process::Command;

/// Runs in a process of its own, started by the test below.
#[test]
#[ignore = "confines its whole process"]
fn inside() {
    let folder = tempfile::tempdir().unwrap();
    apply_limits(Limits { rows: 1, memory_bytes: 64 << 20, seconds: 60 }).unwrap();
    let refused = |what: &str, kind: ErrorKind| assert_eq!(kind, ErrorKind::PermissionDenied, "{what}");
    refused("connect", std::net::TcpStream::connect("127.0.0.1:9").unwrap_err().kind());
    refused("listen", std::net::TcpListener::bind("127.0.0.1:0").unwrap_err().kind());
    refused("unix", std::os::unix::net::UnixListener::bind(folder.path().join("s")).unwrap_err().kind());
    refused("spawn", Command::new("/bin/true").spawn().unwrap_err().kind());
    refused("create", std::fs::File::create(folder.path().join("f")).unwrap_err().kind());
    refused("remove", std::fs::remove_dir(folder.path()).unwrap_err().kind());
    assert!(std::fs::read("/proc/self/status").is_ok());
    assert_eq!(std::thread::spawn(|| 7).join().unwrap(), 7);
    assert!(Vec::<u8>::new().try_reserve_exact(4 << 30).is_err());
    // The folder stays: it cannot be removed from here.
    std::mem::forget(folder);
}

#[test]
fn a_confined_process_reaches_no_network_no_program_and_no_file_to_write() {
    let program = std::env::current_exe().unwrap();
    let args = ["--ignored", "--exact", "confined::inside", "--test-threads=1", "--nocapture"];
    let done = Command::new(program).args(args).output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && said.contains("1 passed"), "{said}");
}
