import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import t from "tap";
import { type Cgroups, type JailGroup, MemoryTaken } from "../../src/sandbox/cgroup.ts";
import { removeGroup } from "../../src/sandbox/cgroup-files.ts";
import { delegatedCgroups } from "../../src/sandbox/cgroup-v2.ts";
import { findCgroups } from "../../src/sandbox/find-cgroups.ts";

const SOURCE = join(import.meta.dir, "../../src/sandbox");
const LIMITS = { memory_mb: 64, cpu: 1, processes: 10, scratch_mb: 8, open_files: 64 };

/** Only the two refusals of a machine that offers nothing are a reason to skip: any other error is a failure. */
let cgroups: Cgroups | null = null;
let refusal = "";
try {
	cgroups = findCgroups(false);
} catch (error) {
	refusal = (error as Error).message;
	if (!/^(This machine has no|No) control group/.test(refusal)) throw error;
}
const need = cgroups ? {} : { skip: "no delegated cgroup v2 here" };

// A removal's pauses keep no process alive, and here is no server that lives on.
const alive = setInterval(() => {}, 60_000);
t.teardown(() => clearInterval(alive));

/** Where a group is: nsjail is told. */
const folder = (group: JailGroup) => group.nsjailArguments[2] as string;

/** Runs a Python program in a group, the way nsjail puts a jail there; its exit code, null after a signal. */
async function run(group: JailGroup, code: string): Promise<number | null> {
	const inner = join(folder(group), "NSJAIL.test");
	mkdirSync(inner, { recursive: true });
	const script = `echo $$ > ${inner}/cgroup.procs && exec /usr/bin/python3 -I -S -c "$1"`;
	const program = Bun.spawn(["/bin/sh", "-c", script, "sh", code]);
	await program.exited;
	return program.signalCode ? null : program.exitCode;
}

t.test(
	"a refusal says what to do instead",
	cgroups ? { skip: "a group is delegated here" } : {},
	async (t) => {
		t.match(refusal, /systemd-run --scope -p 'Delegate=cpu memory pids'|kernel parameters/);
		t.match(refusal, /--without-cgroups/);
	},
);

t.test("a program within its limits is measured, also after the removal", need, async (t) => {
	const group = (cgroups as Cgroups).create("measured", LIMITS, 100);
	const running = run(group, "x = b'x' * (20 << 20); sum(range(1_000_000)); import time; time.sleep(1)");
	let used = 0;
	for (const end = performance.now() + 10_000; used <= 20 && performance.now() < end; await Bun.sleep(10))
		used = (cgroups as Cgroups).usedMb() ?? 0;
	t.ok(used > 20 && used < 400, `all use ${used} MiB while it runs`);
	t.equal(await running, 0);
	const measured = group.measure();
	t.ok((measured?.peak_memory_mb ?? 0) > 20 && (measured?.peak_memory_mb ?? 99) < 60);
	t.ok((measured?.cpu_ms ?? 0) > 5);
	t.equal(group.cpuMs(), measured?.cpu_ms);
	t.equal(group.ranOutOfMemory(), false);
	t.equal(group.refusedProcesses(), 0);
	await group.remove();
	t.notOk(existsSync(folder(group)), "the group is gone");
	t.same(group.measure(), measured);
	t.equal(group.cpuMs(), measured?.cpu_ms);
});

t.test("a group's weight is the one that it was made with, until it is told another", need, async (t) => {
	const group = (cgroups as Cgroups).create("weighed", LIMITS, 250);
	const weight = () => Number(readFileSync(join(folder(group), "cpu.weight"), "utf8"));
	t.equal(weight(), 250);
	group.weigh(1);
	t.equal(weight(), 1);
	await group.remove();
	group.weigh(100);
	const beside = (name: string) => readFileSync(join(dirname(folder(group)), name, "cpu.weight"), "utf8");
	t.ok(
		Number(beside("../supervisor")) > Number(beside(".")),
		"the server weighs more than all jails together",
	);
});

t.test("a memory bomb in a child ends the whole group, and is told apart", need, async (t) => {
	const group = (cgroups as Cgroups).create("bomb", LIMITS, 100);
	const code = "import os, time\nif os.fork() == 0:\n b'x' * (200 << 20)\ntime.sleep(60)";
	t.equal(await run(group, code), null, "the parent, which used nothing, is killed too");
	t.ok(group.ranOutOfMemory());
	await group.remove();
	t.ok(group.ranOutOfMemory(), "still known after the removal");
});

t.test("a fork bomb ends at the limit of processes", need, async (t) => {
	const group = (cgroups as Cgroups).create("forks", LIMITS, 100);
	t.equal(group.refusedProcesses(), 0);
	const code = `import os, time
for n in range(100):
 try:
  if os.fork() == 0: time.sleep(60)
 except OSError: os._exit(n)
os._exit(100)`;
	// The interpreter itself and the two that a jail has for its own count too.
	t.equal(await run(group, code), LIMITS.processes + 2 - 1);
	t.ok((group.refusedProcesses() ?? 0) > 0, "the kernel has counted what it refused");
	await group.remove();
	t.notOk(existsSync(folder(group)), "the sleepers are killed and the group is gone");
});

t.test("the limits of live groups never exceed what there is, and a removal gives back", need, async (t) => {
	const { create } = cgroups as Cgroups;
	const held: JailGroup[] = [];
	let thrown: unknown;
	while (!thrown) {
		try {
			held.push(create(`held${held.length}`, { ...LIMITS, memory_mb: 256 }, 100));
		} catch (error) {
			thrown = error;
		}
	}
	t.ok(thrown instanceof MemoryTaken);
	await held.pop()?.remove();
	held.push(create("again", { ...LIMITS, memory_mb: 256 }, 100));
	await Promise.all(held.map((group) => group.remove()));
});

t.test("a second server does not take the group over", need, async (t) => {
	const other = `import { findCgroups } from "${SOURCE}/find-cgroups.ts"; findCgroups(false)`;
	const second = Bun.spawnSync([process.execPath, "-e", other]);
	t.match(second.stderr.toString(), /another brig server already uses it/);
});

t.test("what a killed server left is ended by the next one", need, async (t) => {
	const probe = (cgroups as Cgroups).create("probe", LIMITS, 100);
	const group = join(dirname(folder(probe)), "nested");
	await probe.remove();
	mkdirSync(group);
	t.teardown(() => removeGroup(group));
	const killed = Bun.spawn([process.execPath, "-e", abandon(group)], { stdout: "pipe" });
	const sleeper = Number(await new Response(killed.stdout).text());
	await killed.exited;
	t.equal(killed.signalCode, "SIGKILL");
	t.ok(existsSync(`/proc/${sleeper}`), "its jail lives on");
	delegatedCgroups(group);
	t.notOk(existsSync(join(group, "jails/j-left")));
	t.notOk(existsSync(`/proc/${sleeper}`) && !readFileSync(`/proc/${sleeper}/stat`, "utf8").includes(") Z "));
});

/** A server that makes a jail with one sleeper in it, prints the sleeper's id and is killed. */
const abandon = (group: string) => `
	import { mkdirSync, writeFileSync } from "node:fs";
	import { delegatedCgroups } from "${SOURCE}/cgroup-v2.ts";
	delegatedCgroups("${group}").create("left", ${JSON.stringify(LIMITS)}, 100);
	mkdirSync("${group}/jails/j-left/NSJAIL.test");
	const sleeper = Bun.spawn(["sleep", "60"], { stdio: ["ignore", "ignore", "ignore"] });
	writeFileSync("${group}/jails/j-left/NSJAIL.test/cgroup.procs", String(sleeper.pid));
	console.log(sleeper.pid);
	process.kill(process.pid, "SIGKILL");`;
