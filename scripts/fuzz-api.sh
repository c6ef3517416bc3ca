#!/usr/bin/env bash
# Asks a real station everything that its OpenAPI document allows, and much that it does not: no answer may be a failure of
# the server, or one that the document does not tell of. Usage: scripts/fuzz-api.sh [SEED]
set -euo pipefail
cd "$(dirname "$0")/.."

seed=${1:-20261124}
tools=target/schemathesis
version=4.32.5
if [[ ! -x $tools/bin/schemathesis ]] || [[ $(cat "$tools/version" 2>/dev/null) != "$version" ]]; then
    rm -rf "$tools"
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"
    echo "$version" >"$tools/version"
fi

town=$(mktemp -d)
cleanup() {
    [[ -z ${station:-} ]] || { kill -TERM "$station" 2>/dev/null && wait "$station" || true; }
    rm -rf "$town"
}
trap cleanup EXIT
mkdir "$town/data"
cat >"$town/loa.toml" <<'TOML'
[console]
listen = "127.0.0.1:0"
[[zone]]
id = "thi-tran"
name = "Cụm loa"
[zone.output]
kind = "null"
TOML
loa() { target/debug/loa --config "$town/loa.toml" --data "$town/data" "$@"; }

sox -n -r 16000 -c 1 "$town/tin.wav" synth 3 sine 440 gain -12
loa clip add "$town/tin.wav" --title "Một cửa" --approve-by "Nguyễn Văn An" >/dev/null
loa slot add sang-0500 --name "Bản tin sáng" --at "0 5 * * *" --element rotation:1 >/dev/null
# The program itself, not a shell around it: it is told to end by its number.
target/debug/loa --config "$town/loa.toml" --data "$town/data" run >"$town/station.log" 2>&1 &
station=$!
for _ in {1..200}; do
    loa status >/dev/null 2>&1 && break
    sleep 0.05
done
url=$(loa status --json | sed -n 's/.*"console": "\([^"]*\)".*/\1/p')
loa user add quan-tri --role admin,approver,operator --json >/dev/null
token=$(loa token add fuzz --account quan-tri --role admin,approver,operator --json | sed -n 's/.*"secret": "\([^"]*\)".*/\1/p')

# Events never end, and uploads speak tus: both have tests of their own. What would send the caller away, by ending its account
# or its token, is left to the tests of accounts.
echo "fuzz: seed $seed"
"$tools/bin/schemathesis" run "$url/api/v1/openapi.json" --header "Authorization: Bearer $token" \
    --exclude-path-regex '/events$|/restart$|/backup|/uploads/|/accounts/|/tokens/|/settings/reload' --seed "$seed" --max-examples "${FUZZ_EXAMPLES:-25}" \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
    --request-timeout 20 --workers 1 --no-color || {
    grep -E "ERROR|panicked" "$town/station.log" | tail -20 >&2 || true
    echo "fuzz: again with scripts/fuzz-api.sh $seed" >&2
    exit 1
}
kill -0 "$station"
