#!/bin/sh
# Every check that is not a test; all of them run, and the failed ones are named at the end.
set -u
cd "$(dirname "$0")/.."

# The checks look at the sources only: no data of a running product is opened.
DATA_DIR=$(mktemp -d)
export DATA_DIR
trap 'rm -rf "$DATA_DIR"' EXIT

python=.venv/bin/python
failed=""
check() { # check <name> <command ...>: silent unless it fails
    name=$1
    shift
    if output=$("$@" 2>&1 </dev/null); then
        echo "ok    $name"
    else
        printf '%s\n' "$output"
        echo "FAIL  $name"
        failed="$failed $name"
    fi
}

no_local_addresses() { # an index address or a path of one machine would break every other machine
    ! git grep -n -I -i -E 'registry\.npm[j]s|pypi\.[o]rg|python[h]osted|--(extra-)?index-[u]rl [h]ttp|["'\'' =]/([h]ome|[r]oot)/'
}

check format $python -m ruff format --check --quiet .
check lint $python -m ruff check --quiet .
check types $python -m mypy
check script-types node_modules/.bin/tsc --project tsconfig.json
check worker-types node_modules/.bin/tsc --project tsconfig.worker.json
check script-lint node_modules/.bin/biome check --error-on-warnings --log-level=warn
check templates $python -m djlint templates --lint --quiet
check migrations $python manage.py makemigrations --check --dry-run
check settings $python manage.py check
check translations $python scripts/translations.py check
check imports $python -m pytest -p no:randomly tests/test_house.py
check vendored $python scripts/vendor.py --check
check addresses no_local_addresses

[ -z "$failed" ] || { echo "Failed:$failed" && exit 1; }
