import t, { type Test } from "tap";
import { download, must, on, traces } from "./machine.ts";

t.before(() => download("brig", "/root/brig"));

/** Installs on a machine that `prepare` has broken; the sentence, when everything is as it was. */
async function refused(
	t: Test,
	prepare: string,
	restore: string,
	install = "/root/brig install",
): Promise<string> {
	await must(prepare);
	try {
		const before = await traces();
		const { code, stderr } = await on(install);
		t.equal(code, 1, stderr);
		t.equal(await traces(), before, "the machine is as it was");
		return stderr;
	} finally {
		await must(restore);
	}
}

t.test("without Python it says which package to install", async (t) => {
	const said = await refused(t, "mv /usr/bin/python3 /root/python3", "mv /root/python3 /usr/bin/python3");
	t.match(said, "apt install python3");
});

/** A machine that lacks something, for one command: what it mounts and unmounts is seen by that command alone. */
const where = (lack: string) => `unshare --mount sh -c '${lack}; exec /root/brig install'`;

t.test("without systemd it says so, where systemctl is missing too", async (t) => {
	const hidden = "mount --bind /dev/null /usr/bin/systemctl; mount -t tmpfs none /run/systemd";
	t.match(await refused(t, "true", "true", where(hidden)), /systemd/);
});

t.test("without cgroup v2 it says what to change", async (t) => {
	const old = "umount --lazy /sys/fs/cgroup; mount -t tmpfs none /sys/fs/cgroup";
	t.match(await refused(t, "true", "true", where(old)), /cgroup.?v2|unified/i);
});

t.test("without user namespaces it names the setting", async (t) => {
	const setting = "/proc/sys/user/max_user_namespaces";
	const before = await must(`cat ${setting}`);
	const said = await refused(t, `echo 0 > ${setting}`, `echo ${before} > ${setting}`);
	t.match(said, "user.max_user_namespaces");
});

t.test("with the port taken it says by what to find out", async (t) => {
	const said = await refused(
		t,
		"systemd-run --quiet --unit=taken python3 -m http.server --bind 127.0.0.1 8484; until curl -s 127.0.0.1:8484 >/dev/null; do sleep 0.5; done",
		"systemctl stop taken",
	);
	t.match(said, "ss -ltnp");
});

t.test("on a read-only /usr/local it says so", async (t) => {
	const said = await refused(
		t,
		"mount --bind /usr/local /usr/local && mount -o remount,ro,bind /usr/local",
		"umount /usr/local",
	);
	t.match(said, /\/usr\/local\S* can't be written to/);
});

t.test("with somebody else's data folder it leaves that alone", async (t) => {
	const said = await refused(
		t,
		"mkdir /var/lib/brig && touch /var/lib/brig/mine && chown -R nobody: /var/lib/brig",
		"rm -r /var/lib/brig",
	);
	t.match(said, "belongs to the user id 65534");
});

t.test("with data of a newer version it says which executable it needs", async (t) => {
	const said = await refused(
		t,
		`mkdir /var/lib/brig && python3 -c 'import sqlite3; sqlite3.connect("/var/lib/brig/brig.db").execute("PRAGMA user_version = 1000")'`,
		"rm -r /var/lib/brig",
	);
	t.match(said, "written by a newer Brig");
});

t.test("with a user brig who may log in it takes nobody's place", async (t) => {
	const said = await refused(t, "useradd --shell /bin/bash brig", "userdel brig");
	t.match(said, "rename the user");
});

t.test("a public address without TLS is refused before anything is touched", async (t) => {
	const before = await traces();
	const { code, stderr } = await on("/root/brig install --listen 0.0.0.0:8484");
	t.equal(code, 2);
	t.match(stderr, "--plain-http");
	t.equal(await traces(), before);
});

t.test("an ordinary user is told to use sudo", async (t) => {
	const { code, stderr } = await on(
		"cp /root/brig /tmp/brig && setpriv --reuid=nobody --clear-groups /tmp/brig install; code=$?; rm /tmp/brig; exit $code",
	);
	t.equal(code, 1);
	t.match(stderr, "sudo");
});

t.test("interrupted, it puts everything back", async (t) => {
	const before = await traces();
	const { code, stderr } = await on(
		"/root/brig install & pid=$!; until [ -e /etc/systemd/system/brig.service ]; do sleep 0.1; done; kill -INT $pid; wait $pid",
	);
	t.equal(code, 1, stderr);
	t.match(stderr, "Interrupted by SIGINT");
	t.equal(await traces(), before);
});
