# What the measurements share. Sourced, not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bench=$PWD/bench
scratch=$(mktemp -d)
server=
trap 'if [[ -n $server ]]; then kill "$server" 2>/dev/null || true; fi; rm -rf "$scratch"' EXIT

fail() {
    echo "$*" >&2
    exit 1
}

# Sets `attestry`: the binary that ATTESTRY names, else the release build of this tree.
find_binary() {
    attestry=${ATTESTRY:-}
    if [[ -z $attestry ]]; then
        cargo build --release --locked --quiet
        attestry=${CARGO_TARGET_DIR:-target}/release/attestry
    fi
    [[ -x $attestry ]] || fail "\`$attestry\` cannot be run"
}

# Says what was measured, and where.
headline() {
    local model
    model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
    printf '%s\n%s · %s, %s cores, %s MiB, load %s\n' "$1" "$("$attestry" --version)" "${model:-unknown processor}" \
        "$(nproc)" "$(awk '/^MemTotal/ {print int($2 / 1024)}' /proc/meminfo)" "$(cut -d' ' -f1 /proc/loadavg)"
}

# A demo of fixed days, so that two runs measure the same.
make_demo() {
    "$attestry" --home "$scratch/demo" demo --no-serve --until 2026-06-30 >"$scratch/demo.log" 2>&1 ||
        { cat "$scratch/demo.log" >&2; fail 'the demo could not be made'; }
}

# Seconds that a command takes; its output goes to $scratch/output.
seconds_of() {
    local begun ended
    begun=$(date +%s%N)
    "$@" >"$scratch/output" 2>&1 || { cat "$scratch/output" >&2; fail "failed: $*"; }
    ended=$(date +%s%N)
    awk -v ns=$((ended - begun)) 'BEGIN { printf "%.2f", ns / 1e9 }'
}
