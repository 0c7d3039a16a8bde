import { chmodSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { doctor, empty, notRoot, scratch } from "../doctor/support.ts";
import { EXECUTABLE, makeDataFolder, outerEnv } from "../server.ts";
import { brig } from "./brig.ts";

const NAMES = [
	"kernel",
	"systemd",
	"user-namespaces",
	"control-groups",
	"python",
	"libraries",
	"memory",
	"disk",
	"clock",
	"id-ranges",
	"configuration",
	"data-folder",
	"key-file",
	"database",
	"certificate",
	"listen",
	"port",
	"server",
	"jail-python",
	"jail-typescript",
	"hostile-probe",
];

t.test("--json is every check by name, and nothing is made or left", async (t) => {
	const TMPDIR = scratch(t);
	chmodSync(TMPDIR, 0o711);
	const data = join(scratch(t), "data");
	const { code, checks } = await doctor({ data, env: { TMPDIR } });
	t.same(
		checks.map(({ name }) => name),
		NAMES,
	);
	for (const check of checks) {
		t.same(Object.keys(check), ["name", "status", "detail", "remedy"], check.name);
		t.match(check, { status: /^(ok|warn|fail)$/, detail: /\S/ }, check.name);
		t.equal(check.remedy === null, check.status === "ok", `${check.name} has a remedy unless it is well`);
	}
	t.equal(code, checks.some(({ status }) => status === "fail") ? 1 : 0);
	t.notOk(existsSync(data));
	t.same(readdirSync(TMPDIR), []);
});

t.test("on a machine that has everything no check fails, and it exits 0", { skip: notRoot }, async (t) => {
	const groups = "/sys/fs/cgroup";
	const broken = `${empty("/run")} mkdir -p /run/systemd/system
		${empty(groups)} echo "cpu memory pids" > ${groups}/cgroup.controllers`;
	const { code, checks } = await doctor({ data: makeDataFolder(t), broken });
	t.same(
		checks.filter(({ status }) => status === "fail"),
		[],
	);
	t.equal(code, 0);
});

t.test("people get a table, the remedies and a sum", async (t) => {
	const data = makeDataFolder(t);
	writeFileSync(join(data, "seal.key"), "short", { mode: 0o600 });
	const { code, stdout, stderr } = await brig(["doctor", "key-file", "kernel", "server", "--data", data]);
	t.equal(code, 1);
	t.equal(stderr, "");
	t.match(
		stdout,
		/^CHECK +STATUS +DETAIL\nkernel +ok +Linux .*\nkey-file +fail +\S.*\nserver +warn +no server runs/,
	);
	t.match(stdout, /\nkey-file: fail: \S+seal\.key has 5 bytes instead of 32\n {2}Put the right one back /);
	t.match(stdout, /\nserver: warn: .*\n {2}\S/);
	t.notMatch(stdout, /\nkernel: /, "what is well needs no remedy");
	t.match(stdout, /\n1 ok, 1 warning, 1 failed\n$/);
	t.equal((await brig(["doctor", "kernel"])).code, 0);
});

t.test("a check that there is not is misuse, with the one that was meant", async (t) => {
	const { code, stdout, stderr } = await brig(["doctor", "key-fil"]);
	t.same([code, stdout], [2, ""]);
	t.match(stderr, /There is no check "key-fil"\.\n {2}Did you mean key-file\?/);
	t.match((await brig(["doctor", "nothing-like-it"])).stderr, /They are kernel, systemd, /);
});

t.test("interrupted, it removes what it has made", async (t) => {
	const TMPDIR = scratch(t);
	chmodSync(TMPDIR, 0o711);
	const child = Bun.spawn([EXECUTABLE, "doctor", "--data", join(TMPDIR, "none")], {
		stdio: ["ignore", "pipe", "ignore"],
		env: { ...outerEnv(), TMPDIR },
	});
	const made = () => readdirSync(TMPDIR).some((name) => name.startsWith("brig-doctor-"));
	while (child.exitCode === null && !made()) await Bun.sleep(1);
	child.kill("SIGTERM");
	t.equal(await child.exited, 130);
	t.equal(await new Response(child.stdout).text(), "");
	t.same(readdirSync(TMPDIR), []);
});
