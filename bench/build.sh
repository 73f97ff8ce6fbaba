#!/usr/bin/env bash
# How long a clean build takes, and which crates cost most. PROFILE=dev for the other profile. bench/build.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=$(mktemp -d)
trap 'rm -rf "$target"' EXIT
profile=${PROFILE:-release}

# What is downloaded is no part of the measure.
cargo fetch --locked --quiet
export CARGO_TARGET_DIR=$target CARGO_INCREMENTAL=0
TIMEFORMAT='%R %U %S'
spent=$({ time cargo build --locked --profile "$profile" --timings >"$target/log" 2>&1; } 2>&1) ||
    { cat "$target/log" >&2; exit 1; }

printf 'clean build, profile %s, %s, %s cores\n' "$profile" "$(rustc --version)" "$(nproc)"
awk -v spent="$spent" 'BEGIN { split(spent, s, " "); printf "%.1f minutes; %.0f CPU seconds\n\n", s[1] / 60, s[2] + s[3] }'
echo 'the ten dearest crates, in seconds from start to end of each unit (build scripts included)'
# The report holds one JSON object for each unit, one key a line.
awk '
    /^const UNIT_DATA = \[/ { units = 1 }
    units && /^\];?$/ { units = 0 }
    units && /^    "name": / { gsub(/[",]/, ""); name = $2 }
    units && /^    "version": / { gsub(/[",]/, ""); name = name " " $2 }
    units && /^    "duration": / { gsub(/,/, ""); spent[name] += $2 }
    END { for (name in spent) printf "%8.1f  %s\n", spent[name], name }
' "$target/cargo-timings/cargo-timing.html" | sort -rn | sed -n '1,10p'
