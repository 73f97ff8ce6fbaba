//! The binary `attestry`.

use std::process::ExitCode;

fn main() -> ExitCode {
    attestry_cli::main()
}
