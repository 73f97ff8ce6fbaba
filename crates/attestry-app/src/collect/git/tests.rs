//! Against repositories that the `git` command makes.

use std::path::Path;
use std::process::Command;

use attestry_stats::{Table, Value};
use tempfile::TempDir;

use super::person::Person;
use super::{CollectError, GitCollection, GitOptions, collect};

const ADA: &str = "Ada <ada@example.com>";
const BEN: &str = "Ben <Ben@example.com>";
const CLEO: &str = "Cleo <cleo@example.com>";
const HUB: &str = "GitHub <noreply@github.com>";

/// A repository under construction; every commit is a minute after the one before.
struct Work {
    folder: TempDir,
    minute: u32,
}

impl Work {
    fn new() -> Self {
        let work = Self { folder: TempDir::new().unwrap(), minute: 0 };
        work.git(&["init", "-q", "-b", "main"], &[]);
        work.git(&["remote", "add", "origin", "https://secret@example.com/acme/api.git"], &[]);
        work
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn git(&self, arguments: &[&str], environment: &[(&str, &str)]) -> String {
        let output = Command::new("git")
            .args([
                "-c",
                "commit.gpgsign=false",
                "-c",
                "core.hooksPath=/dev/null",
                "-c",
                "advice.detachedHead=false",
            ])
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("HOME", self.path())
            .envs(environment.iter().copied())
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn run(&mut self, arguments: &[&str], author: &str, committer: &str) -> String {
        self.minute += 1;
        let at = format!("2026-05-12T08:{:02}:00Z", self.minute);
        let (author, committer) = (Person::parse(author).unwrap(), Person::parse(committer).unwrap());
        let environment = [
            ("GIT_AUTHOR_NAME", author.name.as_str()),
            ("GIT_AUTHOR_EMAIL", &author.mail),
            ("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z"),
            ("GIT_COMMITTER_NAME", &committer.name),
            ("GIT_COMMITTER_EMAIL", &committer.mail),
            ("GIT_COMMITTER_DATE", &at),
        ];
        self.git(arguments, &environment);
        self.git(&["rev-parse", "HEAD"], &[])
    }

    fn commit(&mut self, author: &str, committer: &str, message: &str) -> String {
        self.run(&["commit", "-q", "--allow-empty", "-m", message], author, committer)
    }

    fn merge(&mut self, branch: &str, author: &str, committer: &str, message: &str) -> String {
        self.run(&["merge", "-q", "--no-ff", "-m", message, branch], author, committer)
    }

    fn switch(&self, arguments: &[&str]) {
        self.git(&[&["checkout", "-q"], arguments].concat(), &[]);
    }

    fn collect(&self) -> GitCollection {
        collect(self.path(), GitOptions::default()).unwrap()
    }
}

fn texts(table: &Table, column: &str) -> Vec<String> {
    (0..table.len()).map(|row| table.value(row, column).as_text().unwrap().to_owned()).collect()
}

/// Reviewer, verdict and basis of each review of a commit.
fn reviews(collection: &GitCollection, commit: &str) -> Vec<(String, String, String)> {
    let table = &collection.reviews;
    let text = |row, name| table.value(row, name).as_text().unwrap().to_owned();
    (0..table.len())
        .filter(|row| text(*row, "change_id").ends_with(commit))
        .map(|row| (text(row, "reviewer"), text(row, "verdict"), text(row, "basis")))
        .collect()
}

fn review(reviewer: &str, verdict: &str, basis: &str) -> (String, String, String) {
    (reviewer.to_owned(), verdict.to_owned(), basis.to_owned())
}

fn key(person: &str) -> String {
    Person::parse(person).unwrap().key()
}

mod changes;
mod edges;
