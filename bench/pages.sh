#!/usr/bin/env bash
# How fast the pages of the demo are at the server. Needs wrk and curl. SECONDS_EACH=10 bench/pages.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v wrk >/dev/null || fail 'wrk is missing: it is in the packages of most systems'
command -v curl >/dev/null || fail 'curl is missing'
find_binary
make_demo

address=127.0.0.1:${PORT:-18042}
"$attestry" --home "$scratch/demo" serve --listen "$address" >"$scratch/served" 2>&1 &
server=$!

# The server prints a one-time link. Its page asks for a password; setting one signs in.
link=
for ((i = 0; i < 100; i++)); do
    link=$(grep -aoE "http://[^ ]+/login/[A-Za-z0-9_-]+" "$scratch/served" | head -n 1 || true)
    [[ -n $link ]] && break
    kill -0 "$server" 2>/dev/null || { cat "$scratch/served" >&2; fail 'the server ended'; }
    sleep 0.1
done
[[ -n $link ]] || { cat "$scratch/served" >&2; fail 'the server printed no one-time link'; }

declare -A cookies=()
keep_cookies() {
    local line pair
    while IFS= read -r line; do
        pair=${line#*: }
        pair=${pair%%;*}
        cookies[${pair%%=*}]=${pair#*=}
    done < <(tr -d '\r' <"$scratch/headers" | grep -i '^set-cookie: ' || true)
    cookie=
    for name in "${!cookies[@]}"; do cookie+="${cookie:+; }$name=${cookies[$name]}"; done
}
field() { sed -n "s/.*name=\"$1\"[^>]* value=\"\([^\"]*\)\".*/\1/p" "$scratch/page" | head -n 1; }

curl --silent --show-error --dump-header "$scratch/headers" --output "$scratch/page" "$link"
keep_cookies
password=$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')
curl --silent --show-error --dump-header "$scratch/headers" --output "$scratch/answer" --header "Cookie: $cookie" \
    --header "Origin: http://$address" --data-urlencode "csrf=$(field csrf)" --data-urlencode "email=$(field email)" \
    --data-urlencode "password=$password" --data-urlencode "again=$password" "$link"
keep_cookies

measure() {
    local name=$1 path=$2 connections=$3 code result
    code=$(curl --silent --output /dev/null --write-out '%{http_code}' --header "Cookie: $cookie" "http://$address$path")
    [[ $code == 200 ]] || fail "$path answered $code"
    result=$(wrk --threads 1 --connections "$connections" --duration "${SECONDS_EACH:-10}s" --timeout 10s \
        --script "$bench/pages.lua" --header "Cookie: $cookie" "http://$address$path" | sed -n 's/^RESULT //p')
    printf '%-30s %11s  %s\n' "$name" "$connections" "$result"
}

headline 'pages of the demo'
printf '%-30s %11s  %9s %9s %9s %10s %6s\n' page connections 'p50 ms' 'p90 ms' 'p99 ms' 'answers/s' bad
for connections in 1 8; do
    measure 'overview' '/' "$connections"
    measure 'framework soc2' '/frameworks/soc2' "$connections"
    measure 'framework iso42001' '/frameworks/iso42001' "$connections"
    measure 'requirement CC8.1' '/requirements/soc2:CC8.1' "$connections"
    measure 'requirement A.6.2.4' '/requirements/iso42001:A.6.2.4' "$connections"
    measure 'control CHG-01' '/controls/CHG-01' "$connections"
done
