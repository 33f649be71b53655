#!/bin/sh
# Makes .venv what the lock files say: `prepare.sh run` for the product, `prepare.sh dev` for its tests and checks.
# The stamp in .venv names what it was made from, so that nothing is done twice.
set -eu
cd "$(dirname "$0")/.."

kind=$1
stamp=.venv/prepared
if [ "$kind" = run ] && grep -qs '^dev ' "$stamp"; then
    kind=dev # what was prepared for development stays so
fi
wanted="$kind $(cat requirements/uv.txt "requirements/$kind.txt" | sha256sum | cut -c 1-64) $PWD"

find_python() {
    for candidate in python3.11 python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "Lampfield needs Python 3.11 or newer, and found neither python3.11 nor a newer python3." >&2
    exit 1
}

create_venv() {
    python=$(find_python)
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        # Debian keeps this part of Python in a package of its own.
        scripts/apt_install.sh "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    fi
    echo "Preparing Python ($("$python" --version)) in .venv ..."
    "$python" -m venv --clear .venv
}

install_packages() {
    echo "Installing $(grep -c '^[a-z]' "requirements/$kind.txt") locked packages ..."
    quiet_pip="env PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip --quiet install --require-hashes"
    # uv is many times faster than pip, but reads no pip.conf: where it finds no index, pip does the work.
    if $quiet_pip --requirement requirements/uv.txt 2>/dev/null &&
        env UV_HTTP_TIMEOUT=15 UV_HTTP_RETRIES=1 .venv/bin/uv pip sync --quiet --python .venv/bin/python --require-hashes \
            requirements/uv.txt "requirements/$kind.txt"; then
        return
    fi
    echo "uv could not install them; pip does it now, which takes longer ..."
    $quiet_pip --requirement "requirements/$kind.txt"
}

if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    if ! grep -qs " $PWD\$" .venv/created || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        create_venv
        echo "created in $PWD" >.venv/created
    fi
    rm -f "$stamp"
    install_packages
    echo "$wanted" >"$stamp"
fi
.venv/bin/python scripts/compile_translations.py
