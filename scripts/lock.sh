#!/bin/sh
# Writes the hash-locked requirements/*.txt and package-lock.json; pins stay unless UPGRADE=1.
set -eu
cd "$(dirname "$0")/.."

for kind in uv run dev; do # dev is constrained by run's result
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        --no-emit-index-url --no-emit-find-links ${UPGRADE:+--upgrade} \
        "requirements/$kind.in" --output-file "requirements/$kind.txt"
done
npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund --loglevel=error >/dev/null
