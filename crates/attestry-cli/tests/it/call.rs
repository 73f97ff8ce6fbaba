//! A home folder and calls of the binary in it.

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A folder that goes away with its test.
pub(crate) struct Home {
    dir: TempDir,
}

/// What a call left.
pub(crate) struct Called {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Home {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// A workspace of Ana Diaz with SOC 2 and ISO/IEC 42001 in scope.
    pub(crate) fn with_workspace() -> Self {
        let home = Self::empty();
        let called = home.call(&[
            "init",
            "--name",
            "Acme",
            "--owner",
            "Ana Diaz <ana@acme.example>",
            "--time-zone",
            "America/New_York",
            "--framework",
            "soc2:availability",
            "--framework",
            "iso42001",
        ]);
        assert_eq!(called.code, 0, "{}", called.err);
        home
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file in the folder.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// The text of a file in the folder.
    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Calls the binary in the folder; what it prints is no terminal, 100 columns wide.
    pub(crate) fn call(&self, args: &[&str]) -> Called {
        self.call_with(args, &[])
    }

    /// The same with variables of the environment.
    pub(crate) fn call_with(&self, args: &[&str], variables: &[(&str, &str)]) -> Called {
        let output: Output = Command::new(env!("CARGO_BIN_EXE_attestry"))
            .args(args)
            .current_dir(self.dir.path())
            .env_clear()
            .env("COLUMNS", "100")
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        Called {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The document that a call with `--json` prints.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let called = self.call(&[args, &["--json"]].concat());
        assert_eq!(called.code, 0, "{}", called.err);
        serde_json::from_str(&called.out).unwrap_or_else(|error| panic!("{error}: {}", called.out))
    }
}
