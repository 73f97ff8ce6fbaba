//! Records from any program that prints them, one JSON object a line.

use std::ops::Range;
use std::process::Stdio;
use std::time::Duration;

use attestry_domain::id::StreamId;
use attestry_domain::time::Instant;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// Most bytes that a program may print.
const MOST_BYTES: u64 = 1 << 30;
/// Most of its complaints that are kept, in bytes.
const COMPLAINTS: u64 = 8 << 10;

/// A program to run.
#[derive(Debug, Clone)]
pub struct Program {
    /// The program, with its arguments.
    pub words: Vec<String>,
    /// The stream it prints records of.
    pub stream: StreamId,
    /// The range it is asked for, handed to it as `ATTESTRY_FROM` and `ATTESTRY_TO`.
    pub range: Option<Range<Instant>>,
    /// How long it may run.
    pub within: Duration,
}

impl Program {
    /// What was run, so that another person can run it again.
    pub fn query(&self) -> String {
        let range = self.range.as_ref();
        let range = range.map(|range| format!("ATTESTRY_FROM={} ATTESTRY_TO={} ", range.start, range.end));
        format!("{}{}", range.unwrap_or_default(), self.words.join(" "))
    }

    /// Runs it and gives what it printed.
    ///
    /// # Errors
    /// In words: when it does not start, prints too much, takes too long, or ends otherwise than with 0. Then
    /// nothing of what it printed counts.
    pub async fn run(&self) -> Result<Vec<u8>, String> {
        let (name, rest) = self.words.split_first().ok_or("no program is named")?;
        let mut command = Command::new(name);
        command
            .args(rest)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command.env("ATTESTRY_STREAM", self.stream.as_str());
        if let Some(range) = &self.range {
            command.env("ATTESTRY_FROM", range.start.to_string()).env("ATTESTRY_TO", range.end.to_string());
        }
        let child = command.spawn().map_err(|error| format!("`{name}` does not start: {error}"))?;
        let ran = timeout(self.within, finish(child)).await;
        let (printed, complaints, status) = ran
            .map_err(|_| {
                format!("`{name}` took longer than {} seconds and was stopped", self.within.as_secs())
            })?
            .map_err(|error| format!("`{name}` cannot be read: {error}"))?;
        if !status.success() {
            let said = String::from_utf8_lossy(&complaints).trim().to_owned();
            let said =
                if said.is_empty() { "it said nothing".to_owned() } else { format!("it said: {said}") };
            return Err(format!("`{name}` ended with {status}; {said}"));
        }
        if printed.len() as u64 > MOST_BYTES {
            return Err(format!(
                "`{name}` printed more than {} MiB; ask for less at a time",
                MOST_BYTES >> 20
            ));
        }
        Ok(printed)
    }
}

async fn finish(mut child: Child) -> std::io::Result<(Vec<u8>, Vec<u8>, std::process::ExitStatus)> {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (printed, complaints) = tokio::join!(read(stdout, MOST_BYTES + 1), drain(stderr));
    let printed = printed?;
    if printed.len() as u64 > MOST_BYTES {
        child.kill().await?;
    }
    let status = child.wait().await?;
    Ok((printed, complaints?, status))
}

async fn read(input: Option<impl AsyncRead + Unpin>, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(input) = input {
        input.take(most).read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}

/// The first complaints; the rest is read and dropped, so that the program does not wait for a reader.
async fn drain(input: Option<impl AsyncRead + Unpin>) -> std::io::Result<Vec<u8>> {
    let mut first = Vec::new();
    if let Some(mut input) = input {
        (&mut input).take(COMPLAINTS).read_to_end(&mut first).await?;
        tokio::io::copy(&mut input, &mut tokio::io::sink()).await?;
    }
    Ok(first)
}
