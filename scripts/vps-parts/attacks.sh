#!/usr/bin/env bash
# Runs inside the virtual machine, from the drive that scripts/vps made: the attack suite, then its table and its sum.
# What is written here goes to scripts/vps by the second serial line; the first is the kernel's.
set -uo pipefail
cd "$(dirname "$0")"

export HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export BRIG_TEST_TABLE=/run/table BRIG_SOAK_REPORT=/run/soak BRIG_SOAK_EXECUTIONS=500
# Emulated, nsjail with Python takes about a second instead of 20 ms.
export BRIG_TEST_PATIENCE=10
: >"$BRIG_TEST_TABLE" >"$BRIG_SOAK_REPORT"

echo "vps: $(. /etc/os-release && echo "$PRETTY_NAME"), Linux $(uname -r), $(systemctl --version | head -1 | cut -d' ' -f1,2), $(python3 --version)"
# How it goes on, attack by attack: a file of tests takes minutes.
tail -q -n +1 -f "$BRIG_TEST_TABLE" "$BRIG_SOAK_REPORT" | sed -u 's/^/vps: so far\t/' &

status=0
: >/run/sums
# Runs the test files $@.
run_tests() {
	node_modules/@oven/bun-linux-x64/bin/bun test/run.ts "$@" | tee /run/report
	[ "${PIPESTATUS[0]}" -eq 0 ] || status=1
	tail -1 /run/report >>/run/sums
}

# The attacks have every server of theirs run as the installed service does; the other tests start it themselves.
mapfile -t attacks < <(grep '^test/attack/' files)
mapfile -t others < <(grep -v '^test/attack/' files)
if [ ${#attacks[@]} -gt 0 ]; then
	if ./brig install >/run/install.log 2>&1; then
		systemctl stop brig
		BRIG_TEST_SERVICE=1 BRIG_TEST_EXECUTABLE=/usr/local/bin/brig run_tests "${attacks[@]}"
		# Here is everything that an attack needs: one that is skipped has not been tried.
		if tail -1 /run/report | grep -q skipped; then status=1; fi
	else
		cat /run/install.log
		status=1
		echo "0 passed, 1 failed" >>/run/sums
	fi
fi
if [ ${#others[@]} -gt 0 ]; then
	install -m 0755 brig /usr/local/bin/brig
	BRIG_TEST_SCOPE=1 BRIG_TEST_EXECUTABLE=/usr/local/bin/brig run_tests "${others[@]}"
fi
echo "vps: status $status"
sleep 2
sed 's/^/vps: attack\t/' "$BRIG_TEST_TABLE"
sed 's/^/vps: sum /' /run/sums
systemctl --no-block poweroff
