#!/usr/bin/env bash
# How long `verify` takes over the demo: every event, tile, checkpoint and object. bench/verify.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
find_binary
headline 'verify over the demo'
printf '%-15s %8s s\n' 'make the demo' "$(seconds_of "$attestry" --home "$scratch/demo" demo --no-serve --until 2026-06-30)"
printf '%-15s %8s MiB\n' 'its home' "$(du -sm "$scratch/demo" | cut -f1)"
for turn in 'verify, 1st' 'verify, 2nd' 'verify, 3rd'; do
    printf '%-15s %8s s\n' "$turn" "$(seconds_of "$attestry" --home "$scratch/demo" verify)"
done
cat "$scratch/output"
