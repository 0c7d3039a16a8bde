import t from "tap";
import { jailMounts, type Mount } from "../../src/sandbox/mounts.ts";

const parts = { inside: "/data/bin/x/inside", executable: "/data/bin/brig" };
const everything = () => true;
const targets = (mounts: Mount[]) => mounts.map((mount) => mount.target);

t.test("only the TypeScript jail has the executable", async (t) => {
	const python = jailMounts("python", parts, 64, everything);
	const typescript = jailMounts("typescript", parts, 64, everything);
	t.notOk(targets(python).includes("/opt/brig"));
	t.same(
		typescript.filter(({ target }) => target === "/opt/brig"),
		[{ kind: "bind", source: parts.executable, target: "/opt/brig" }],
	);
	t.same(
		typescript.filter(({ target }) => target !== "/opt/brig"),
		python,
	);
});

t.test("nothing of the host is writable, and of its /etc only the certificates are there", async (t) => {
	const mounts = jailMounts("typescript", parts, 64, everything);
	const binds = mounts.filter((mount) => mount.kind === "bind");
	t.same(
		binds.filter(({ device }) => !device).map(({ source }) => source),
		[
			"/usr/bin",
			"/usr/lib",
			"/usr/lib64",
			"/usr/share/zoneinfo",
			"/etc/ssl/certs",
			parts.inside,
			parts.executable,
		],
	);
	t.same(
		binds.filter(({ device }) => device).map(({ source }) => source),
		["/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"],
	);
	const texts = mounts.filter((mount) => mount.kind === "text");
	t.same(targets(texts), ["/etc/passwd", "/etc/group", "/etc/hosts", "/etc/nsswitch.conf"]);
	for (const { content } of texts) t.notMatch(content, /root|0:0/);
});

t.test("each place is mounted once, and what is above it comes first", async (t) => {
	const all = targets(jailMounts("typescript", parts, 64, everything));
	t.equal(new Set(all).size, all.length);
	for (const [index, target] of all.entries()) {
		const above = all.findIndex((other) => target.startsWith(`${other}/`));
		t.ok(above < index, target);
	}
});

t.test("scratch space is bounded in bytes and files", async (t) => {
	const mounts = jailMounts("python", parts, 17, everything).filter((mount) => mount.kind === "tmpfs");
	const options = Object.fromEntries(mounts.map((mount) => [mount.target, mount]));
	for (const target of ["/tmp", "/work"])
		t.match(options[target], { options: "size=17m,nr_inodes=4096,mode=1777", writable: true });
	t.match(options["/dev/shm"], { options: /size=16m,nr_inodes=\d+/, writable: true });
	t.match(options["/dev"], { options: /size=64k/, writable: false });
	t.equal(mounts.length, 4);
});

t.test("folders that a machine lacks are left out", async (t) => {
	const lacking = ["/usr/lib64", "/usr/share/zoneinfo"];
	const all = targets(jailMounts("python", parts, 64, (path) => !lacking.includes(path)));
	t.notOk(all.includes("/usr/lib64") || all.includes("/lib64") || all.includes("/usr/share/zoneinfo"));
	t.ok(all.includes("/usr/lib") && all.includes("/lib") && all.includes("/bin"));
});
