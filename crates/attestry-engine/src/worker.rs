//! One query in a child process: a stack overflow, exhausted memory or a kill ends the query and nothing else.
//!
//! The child is the same program under another command: it reads one request from standard input, confines itself, answers on
//! standard output and ends. The parent gives it an empty environment and a deadline.

mod confine;
mod wire;

use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitCode, ExitStatus, Stdio};
use std::time::Duration;

use attestry_stats::Table;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

pub use confine::apply_limits;
use wire::{Answer, Job};

use crate::cells::count_cells_unchecked;
use crate::error::{EngineError, Stop};
use crate::files;
use crate::request::{CellsRequest, Limits, Request, Response};
use crate::session::run_unchecked;

/// How long past its limit a child may take before it is killed.
const GRACE: Duration = Duration::from_secs(2);
/// Most that is read from a child beyond its memory limit, in bytes.
const ANSWER: u64 = 64 << 20;
/// Most of a child's last words that is kept, in bytes.
const WORDS: u64 = 4096;

/// How to start a child that calls [`serve_stdin`]. Cheap to clone; every call starts a child of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
}

impl Worker {
    /// Answers a query in a child.
    pub async fn run(&self, request: Request) -> Result<Response, EngineError> {
        let files = request.tables.iter().flat_map(|table| files::of(&table.source)).cloned().collect();
        verify(files).await?;
        match self.call(Job::Query(request)).await? {
            Answer::Query(response) => Ok(response),
            Answer::Cells(_) => Err(EngineError::Worker("it answered something else".to_owned())),
        }
    }

    /// Counts the cells of a dataset in a child.
    pub async fn count_cells(&self, request: CellsRequest) -> Result<Table, EngineError> {
        verify(vec![request.file.clone()]).await?;
        match self.call(Job::Cells(request)).await? {
            Answer::Cells(table) => Ok(table),
            Answer::Query(_) => Err(EngineError::Worker("it answered something else".to_owned())),
        }
    }

    async fn call(&self, job: Job) -> Result<Answer, EngineError> {
        let limits = job.limits();
        let message = wire::encode_job(job)?;
        let mut child = self.spawn()?;
        let deadline = Duration::from_secs(limits.seconds) + GRACE;
        let talked = tokio::time::timeout(deadline, talk(&mut child, &message, limits)).await;
        let Ok(talked) = talked else {
            // Killed when dropped anyway; this way it is also reaped.
            let _gone = child.kill().await;
            return Err(EngineError::Stopped(Stop::Time { seconds: limits.seconds }));
        };
        let (status, answer, words) = talked?;
        if status.success() {
            wire::decode_answer(&answer)
        } else {
            Err(EngineError::Stopped(why(status, &words, limits)))
        }
    }

    fn spawn(&self) -> Result<Child, EngineError> {
        Command::new(&self.program)
            .args(&self.args)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| {
                EngineError::Worker(format!("`{}` does not start: {error}", self.program.display()))
            })
    }
}

async fn verify(files: Vec<crate::FileRef>) -> Result<(), EngineError> {
    tokio::task::spawn_blocking(move || files.iter().try_for_each(files::verify))
        .await
        .map_err(|error| EngineError::Worker(error.to_string()))?
}

async fn talk(
    child: &mut Child,
    message: &[u8],
    limits: Limits,
) -> Result<(ExitStatus, Vec<u8>, String), EngineError> {
    let failed = |error: std::io::Error| EngineError::Worker(error.to_string());
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let say = async move {
        // A child that dies while being talked to is judged by how it died.
        if let Some(mut stdin) = stdin {
            let _dead = stdin.write_all(message).await;
        }
    };
    let most = (limits.memory_bytes as u64).saturating_add(ANSWER);
    let ((), answer, words) = tokio::join!(say, listen(stdout, most), listen(stderr, WORDS));
    let (answer, words) = (answer.map_err(failed)?, words.map_err(failed)?);
    let status = child.wait().await.map_err(failed)?;
    Ok((status, answer, String::from_utf8_lossy(&words).into_owned()))
}

/// Reads to the end, keeps what is within the bound and throws the rest away.
async fn listen(from: Option<impl AsyncRead + Unpin>, most: u64) -> std::io::Result<Vec<u8>> {
    let mut heard = Vec::new();
    if let Some(mut from) = from {
        (&mut from).take(most).read_to_end(&mut heard).await?;
        tokio::io::copy(&mut from, &mut tokio::io::sink()).await?;
    }
    Ok(heard)
}

const SIGABRT: i32 = 6;
const SIGKILL: i32 = 9;
const SIGXCPU: i32 = 24;

fn why(status: ExitStatus, words: &str, limits: Limits) -> Stop {
    match status.signal() {
        Some(SIGXCPU) => Stop::Cpu { seconds: limits.seconds },
        Some(SIGABRT) if words.contains("memory allocation") => Stop::memory(limits.memory_bytes),
        // Nobody but the kernel kills it, and the kernel does when memory runs out.
        Some(SIGKILL) => Stop::memory(limits.memory_bytes),
        signal => Stop::Crash { signal },
    }
}

/// The child: one request from standard input, one answer to standard output.
pub fn serve_stdin() -> ExitCode {
    let outcome = wire::read_job(&mut std::io::stdin().lock()).and_then(|job| {
        apply_limits(job.limits())?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        runtime.map_err(|error| EngineError::Worker(error.to_string()))?.block_on(answer(job))
    });
    match wire::write_answer(&mut std::io::stdout().lock(), outcome) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

async fn answer(job: Job) -> Result<Answer, EngineError> {
    match job {
        Job::Query(request) => run_unchecked(request).await.map(Answer::Query),
        Job::Cells(request) => count_cells_unchecked(request).await.map(Answer::Cells),
    }
}
