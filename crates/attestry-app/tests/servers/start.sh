#!/usr/bin/env bash
# start.sh NAME PORT: a real server on loopback, filled, until this script's input ends. See README.md.
set -euo pipefail
name=$1 port=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${ATTESTRY_TEST_SERVERS:-$here/../../../../target/servers}
requirements=$here/$name.txt
[[ -f $requirements ]] || { echo "no server \`$name\`: there is no $requirements" >&2; exit 2; }
python=${PYTHON:-python3}
"$python" -c 'import sys, venv; assert sys.version_info >= (3, 11)' 2>/dev/null ||
    { echo "Python 3.11 or newer with venv is missing: install it, or name it in PYTHON" >&2; exit 3; }

mkdir -p "$root"
root=$(cd "$root" && pwd)
venv=$root/$name
made=$venv/made-from
(
    # One at a time: tests that run side by side share the environment.
    flock 9
    if ! cmp -s "$requirements" "$made"; then
        rm -rf "$venv"
        "$python" -m venv "$venv"
        "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$requirements" >&2 ||
            { echo "Python packages cannot be installed" >&2; exit 3; }
        cp "$requirements" "$made"
    fi
) 9>"$root/$name.lock"

work=$(mktemp -d)
server=
finish() {
    [[ -z $server ]] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 143' TERM INT

export PATH=$venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost
log=$root/$name.log
cd "$work"
case $name in
mlflow)
    export MLFLOW_DISABLE_TELEMETRY=true DO_NOT_TRACK=true MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false
    mlflow server --workers 1 --host 127.0.0.1 --port "$port" --backend-store-uri "sqlite:///$work/ml.db" \
        --artifacts-destination "$work/artifacts" >"$log" 2>&1 9>&- </dev/null &
    alive=http://127.0.0.1:$port/health
    ;;
moto)
    export MOTO_IAM_LOAD_MANAGED_POLICIES=true
    moto_server -H 127.0.0.1 -p "$port" >"$log" 2>&1 9>&- </dev/null &
    alive=http://127.0.0.1:$port/moto-api/data.json
    ;;
esac
server=$!

for ((tries = 0; tries < 240; tries++)); do
    kill -0 "$server" 2>/dev/null || { echo "the server ended:" >&2; tail -n 20 "$log" >&2; exit 4; }
    python - "$alive" <<'PY' 2>/dev/null && break
import sys, urllib.request
urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sys.argv[1], timeout=2)
PY
    sleep 0.5
done
((tries < 240)) || { echo "the server did not answer within two minutes:" >&2; tail -n 20 "$log" >&2; exit 4; }

given=$(python "$here/fill_$name.py" "http://127.0.0.1:$port" 2>"$root/$name-fill.log" | tail -n 1) ||
    { tail -n 20 "$root/$name-fill.log" >&2; exit 5; }
echo "READY $given"
cat >/dev/null
