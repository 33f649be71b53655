#!/bin/sh
# Installs the locked script checkers, and a peer of the benchmarks, into node_modules, once per lock file. The product itself needs no node.
set -eu
cd "$(dirname "$0")/.."

stamp=node_modules/prepared
wanted=$(sha256sum <package-lock.json)
[ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && exit
echo "Installing the script checkers ..."
# Not `npm ci`: it refuses a lock without the binaries for other systems, which not every registry holds.
npm install --no-save --no-audit --no-fund --loglevel=error >/dev/null
echo "$wanted" >"$stamp"
