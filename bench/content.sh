#!/usr/bin/env bash
# How fast the content answers: overlap of every pair of frameworks, assessment of 2,000 controls. RUNS=200 bench/content.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cargo build --release --locked --quiet -p attestry-catalog --example content
"${CARGO_TARGET_DIR:-target}/release/examples/content"
