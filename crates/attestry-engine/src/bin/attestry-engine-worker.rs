//! A child process for one query: what the tests run; the product runs itself.

use std::process::ExitCode;

fn main() -> ExitCode {
    attestry_engine::worker::serve_stdin()
}
