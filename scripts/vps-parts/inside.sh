#!/usr/bin/env bash
# Runs inside the virtual machine, from the drive that scripts/vps made: the attack suite, its table, its exit status.
# The second serial line goes to scripts/vps; the first is the kernel's.
set -uo pipefail
exec >/dev/ttyS1 2>&1
stty -F /dev/ttyS1 raw -echo
cd /opt/brig
# shellcheck source=/dev/null
. ./settings

bun=node_modules/@oven/bun-linux-x64/bin/bun
export HOME=/root BRIG_TEST_SCOPE=1 BRIG_TEST_PATIENCE=10 BRIG_TEST_EXECUTABLE=/usr/local/bin/brig
export BRIG_TEST_TABLE=/tmp/table BRIG_TEST_JOBS=1
: >"$BRIG_TEST_TABLE"
# A user has it on a disk that it may be started from, as root's own.
install -m 0755 brig "$BRIG_TEST_EXECUTABLE"

echo "vps: $(. /etc/os-release && echo "$PRETTY_NAME"), Linux $(uname -r), systemd $(systemctl --version | sed -n '1s/systemd \([0-9]*\).*/\1/p'), $(python3 --version)"
# shellcheck disable=SC2086
$bun test/run.ts ${WORDS:-test/attack} >/tmp/report
status=$?
