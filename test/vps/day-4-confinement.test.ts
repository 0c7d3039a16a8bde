import { readFileSync } from "node:fs";
import t from "tap";
import { execute, must, on, until, up } from "./machine.ts";

const PROBE = "/usr/local/lib/probe.py";
const REPORT = "/var/lib/brig/report";
const DROP_IN = "/etc/systemd/system/brig.service.d";

t.test(
	"who takes the server over gets nowhere: not root, no other user, no file of theirs, no other process",
	async (t) => {
		const program = readFileSync(new URL("./programs/in-the-servers-place.py", import.meta.url), "utf8");
		const pattern = await must("cat /proc/sys/kernel/core_pattern");
		await must(`cat > ${PROBE}`, program);
		const command = (await must("sed -n 's/^ExecStart=//p' /etc/systemd/system/brig.service")).replace(
			/ \/usr\/local\/bin\/brig serve$/,
			` /usr/bin/python3 ${PROBE} ${REPORT}`,
		);
		t.match(command, PROBE);
		await must(
			`mkdir -p ${DROP_IN}; cat > ${DROP_IN}/probe.conf`,
			`[Service]\nExecStart=\nExecStart=${command}\nRestart=no\n`,
		);
		t.teardown(async () => {
			await must(
				`rm -rf ${DROP_IN} ${PROBE} ${REPORT} ${REPORT}.own; systemctl daemon-reload; systemctl restart brig`,
			);
			await up();
		});
		await must(
			`systemctl stop brig; systemctl daemon-reload; touch ${REPORT}.own; chown brig: ${REPORT}.own; systemctl start brig`,
		);
		await until(`test -s ${REPORT}`);
		const { no_new_privs, "uid map": map, ...tried } = JSON.parse(await must(`cat ${REPORT}`));
		t.equal(no_new_privs, "1");
		t.equal(map.filter(Boolean).length, 2, "its own id and those of the sandboxes");
		t.ok(Object.keys(tried).length >= 25);
		for (const [attempt, came] of Object.entries(tried)) t.not(came, "done", `${attempt}: ${came}`);
		t.equal(await must("cat /proc/sys/kernel/core_pattern"), pattern);
	},
);

t.test("no process of the service has a capability in the machine's own user namespace", async (t) => {
	await execute("python", "1");
	const processes = (
		await must(
			"for pid in $(find /sys/fs/cgroup/system.slice/brig.service -name cgroup.procs | xargs cat); do echo $pid $(readlink /proc/$pid/ns/user) $(sed -n 's/^CapEff:\\s*//p; s/^NoNewPrivs:\\s*/nnp/p' /proc/$pid/status) $(cat /proc/$pid/comm); done",
		)
	)
		.split("\n")
		.map((line) => line.split(" "));
	const host = await must("readlink /proc/1/ns/user");
	t.ok(processes.length >= 2);
	for (const [pid, namespace, capabilities, privileges, name] of processes) {
		t.equal(privileges, "nnp1", `${name} ${pid} gains no privileges`);
		// The wrapper waits outside of the namespace that it has made; it reads from nobody.
		if (namespace === host)
			t.equal(name, "nsjail", `${name} ${pid} in the machine's user namespace ${capabilities}`);
	}
	t.equal(processes.filter(([, namespace]) => namespace === host).length, 1, "only the wrapper");
});

t.test("a sandbox's user can't read the service's files", async (t) => {
	for (const file of ["brig.db", "seal.key", "brig.sock", "run"]) {
		const { code } = await on(
			`setpriv --reuid=1900000007 --regid=1900000007 --clear-groups cat /var/lib/brig/${file}`,
		);
		t.not(code, 0, file);
	}
	const { code } = await on("setpriv --reuid=1900000007 --regid=1900000007 --clear-groups ls /var/lib/brig");
	t.not(code, 0, "nor list the folder");
});

t.test("settings, unit and executable belong to root, and nobody else may write them", async (t) => {
	const files =
		"/usr/local/bin/brig /etc/brig/brig.toml /etc/systemd/system/brig.service /usr/local/lib/brig/outer-namespace.cfg";
	for (const line of (await must(`stat -c '%n %u %a' ${files}`)).split("\n")) t.match(line, / 0 (755|644)$/);
});
