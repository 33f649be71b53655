#!/bin/sh
# Installs what `test`, `bench` or `check` (first argument) needs beside Python, if it is missing.
set -eu
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin:/sbin

missing=""
need() { # need <package> <command or file>
    command -v "$2" >/dev/null 2>&1 || ls $2 >/dev/null 2>&1 || missing="$missing $1"
}

case $1 in
test)
    need chromium /usr/bin/chromium
    need redis-server redis-server
    need fonts-liberation /usr/share/fonts/truetype/liberation # the text of measured and pictured pages
    need iproute2 ip
    need postgresql "/usr/lib/postgresql/*/bin/postgres"
    need sip-tester sipp
    need nginx-light nginx
    need systemd systemd-analyze
    need gcc gcc # the benchmarks' load generator
    need libc6-dev /usr/include/stdio.h
    ;;
bench)
    need redis-server redis-server
    need redis-tools redis-benchmark
    need postgresql "/usr/lib/postgresql/*/bin/postgres"
    need ejabberd /usr/share/doc/ejabberd
    need nodejs node
    need npm npm
    ;;
check)
    need gettext xgettext
    need nodejs node
    need npm npm
    ;;
esac
[ -z "$missing" ] || scripts/apt_install.sh $missing
