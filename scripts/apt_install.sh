#!/bin/sh
# Installs the Debian packages named as arguments, or says what to do when this user may not.
set -eu

if [ "$(id -u)" = 0 ]; then
    as_root=""
elif sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    echo "Missing system packages. Please install them:  sudo apt-get install $*" >&2
    exit 1
fi
if ! command -v apt-get >/dev/null; then
    echo "Missing system packages, and no apt-get here to install them: $*" >&2
    exit 1
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
        install --no-install-recommends "$@" </dev/null >>"$log" 2>&1
}

echo "Installing system packages: $* ..."
# The package lists may be absent or stale; they are fetched only when the first try shows it.
if ! install "$@"; then
    $as_root apt-get -q -o DPkg::Lock::Timeout=300 update </dev/null >>"$log" 2>&1 || true
    if ! install "$@"; then
        tail -n 20 "$log" >&2
        echo "apt-get could not install: $*" >&2
        exit 1
    fi
fi
