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
# Whoever needs one of these servers starts it for itself; Debian would start it for good. 101: not allowed.
no_services=/usr/sbin/policy-rc.d
if [ ! -e "$no_services" ]; then
    trap '$as_root rm -f "$no_services"; rm -f "$log"' EXIT
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$no_services" >/dev/null
    $as_root chmod 755 "$no_services"
fi
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
