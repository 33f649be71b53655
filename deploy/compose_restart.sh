#!/bin/sh
# A rolling restart of the workers in compose.yaml, or of those that are named: one after the other, each when the one
# before is healthy. A worker that is told to end sends its windows to the others first.
set -eu
cd "$(dirname "$0")"

[ $# -gt 0 ] || set -- worker-1 worker-2
for worker in "$@"; do
    docker compose -f compose.yaml up --detach --no-deps --force-recreate --wait "$worker"
done
