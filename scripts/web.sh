#!/usr/bin/env bash
# Builds and tests the console. Usage: scripts/web.sh build|test|check|e2e ...
# Node's packages are fetched when the lock file is newer than what is there.
set -euo pipefail
cd "$(dirname "$0")/../web"

node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' 2>/dev/null || {
    echo "web: the console needs Node 20 or later (https://nodejs.org); the station itself builds without it" >&2
    exit 1
}
if [[ ! -e node_modules/.package-lock.json || package-lock.json -nt node_modules/.package-lock.json ]]; then
    npm ci --no-progress --loglevel=error
fi

# Rebuilt only if something it is made of changed.
build() {
    local made=dist/index.html
    if [[ ! -e $made ]] || [[ -n $(find src messages static scripts package-lock.json ./*.js ./*.ts ../docs/openapi.json \
        -newer "$made" -not -path '*/paraglide/*' -print -quit) ]]; then
        echo "web: building the console"
        npm run --silent build >node_modules/.build.log 2>&1 || { cat node_modules/.build.log >&2; exit 1; }
    fi
}

for task in "$@"; do
    case $task in
        build) build ;;
        test) npm test --silent ;;
        check) npm run --silent check && npm run --silent lint && build && npm run --silent size ;;
        e2e) build && npm run --silent e2e ;;
        *) echo "web: there is no task $task" >&2; exit 2 ;;
    esac
done
