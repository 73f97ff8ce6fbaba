#!/usr/bin/env bash
# How fast a million records come in, and how fast the same million is recognised. ROWS=1000000 bench/ingest.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
find_binary
rows=${ROWS:-1000000}
home=$scratch/home
file=$scratch/change.ndjson

# A year of changes by 400 people in 50 repositories, the same on each run.
awk -v rows="$rows" 'BEGIN {
    for (i = 0; i < rows; i++) {
        a = (i * 7919) % 400; c = (i * 104729) % 400
        printf "{\"change_id\":\"change-%09d\",\"repository\":\"bench/repository-%02d\",\"commit\":\"%040x\",", i, i % 50, i
        printf "\"merged_at\":\"2025-%02d-%02dT%02d:%02d:%02dZ\",", i % 12 + 1, i % 28 + 1, i % 24, i % 60, (i * 7) % 60
        printf "\"title\":\"Change %d of the measurement\",\"author_key\":\"%016x\",", i, a
        printf "\"author\":\"Person %d <p%d@example.com>\",\"committer\":\"Person %d <p%d@example.com>\",", a, a, c, c
        printf "\"is_merge\":%s,\"signature_present\":%s}\n", i % 3 ? "true" : "false", i % 5 ? "false" : "true"
    }
}' >"$file"

"$attestry" --home "$home" init --name Bench --owner 'Bo Bench <bo@example.com>' --framework soc2 >/dev/null
count() { "$attestry" --home "$home" sql 'SELECT count(*) AS n FROM change'; }

headline "$rows NDJSON records, $(($(stat -c %s "$file") >> 20)) MiB"
for turn in 'first time' 'the same again'; do
    seconds=$(seconds_of "$attestry" --home "$home" ingest change "$file")
    awk -v turn="$turn" -v rows="$rows" -v s="$seconds" \
        'BEGIN { printf "%-15s %8.2f s %10.0f records/s\n", turn, s, rows / s }'
    cat "$scratch/output"
    count
done
printf '%-15s %8s s\n' 'verify' "$(seconds_of "$attestry" --home "$home" verify)"
printf '%-15s %8s MiB\n' 'home' "$(du -sm "$home" | cut -f1)"
