import t from "tap";
import { must, on, traces } from "./machine.ts";

t.test("uninstall keeps the data, and install finds it again", async (t) => {
	const before = await must("ls -A /var/lib/brig/seal.key /var/lib/brig/brig.db /etc/brig/brig.toml");
	await must("brig uninstall");
	t.equal((await on("systemctl cat brig")).code, 1);
	t.equal((await on("command -v brig")).code, 1);
	t.equal(await must("ls -A /var/lib/brig/seal.key /var/lib/brig/brig.db /etc/brig/brig.toml"), before);
	t.match(JSON.parse(await must("/root/brig install --json")), { before: null, keys: null });
});

t.test("--purge asks first, and without a terminal does nothing", async (t) => {
	const { code, stderr } = await on("brig uninstall --purge");
	t.equal(code, 2);
	t.match(stderr, "--yes");
	t.equal(await must("systemctl is-active brig"), "active");
});

t.test("--purge --yes leaves nothing at all but the owner's own files", async (t) => {
	await must("touch /etc/brig/own.pem");
	t.match((await on("brig uninstall --purge --yes")).stderr, "/etc/brig stays");
	t.same(
		(await must("ls -A /etc/brig")).split("\n").filter((file) => !file.endsWith(".pem")),
		[],
	);
	await must("rm -r /etc/brig");
	const left = await traces();
	t.same(
		left.split("\n").filter((line) => /^\/\S*brig(?!-machine)/.test(line)),
		[],
		"no file",
	);
	t.notMatch(left, /^brig:/m, "no user, no group, no ids");
	t.match(left, /^1024$/m, "ports as they were");
	t.equal(await must("ps -eo user:32=,uid=,args= | awk '$1 == \"brig\" || $2 >= 1900000000' | wc -l"), "0");
	t.equal((await on("ls -d /sys/fs/cgroup/system.slice/brig.service /run/brig")).stdout, "");
});
