#!/usr/bin/env bash
# Runs inside the virtual machine, from the drive that scripts/vps made: the attack suite, then its table and its sum.
# What is written here goes to scripts/vps by the second serial line; the first is the kernel's.
set -uo pipefail
cd "$(dirname "$0")"

export HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export BRIG_TEST_SCOPE=1 BRIG_TEST_TABLE=/run/table BRIG_TEST_EXECUTABLE=/usr/local/bin/brig
export BRIG_SOAK_EXECUTIONS=500 BRIG_SOAK_REPORT=/run/soak
# Emulated, nsjail with Python takes about a second instead of 20 ms.
export BRIG_TEST_PATIENCE=10
install -m 0755 brig "$BRIG_TEST_EXECUTABLE"
: >"$BRIG_TEST_TABLE" >"$BRIG_SOAK_REPORT"

echo "vps: $(. /etc/os-release && echo "$PRETTY_NAME"), Linux $(uname -r), $(systemctl --version | head -1 | cut -d' ' -f1,2), $(python3 --version)"
mapfile -t words <words
# How it goes on, attack by attack: a file of tests takes minutes.
tail -q -n +1 -f "$BRIG_TEST_TABLE" "$BRIG_SOAK_REPORT" | sed -u 's/^/vps: so far\t/' &
node_modules/@oven/bun-linux-x64/bin/bun test/run.ts "${words[@]}" | tee /run/report
echo "vps: status ${PIPESTATUS[0]}"
sleep 2
sed 's/^/vps: attack\t/' "$BRIG_TEST_TABLE"
echo "vps: sum $(tail -1 /run/report)"
systemctl --no-block poweroff
