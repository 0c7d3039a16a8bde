/**
 * Control groups that are not what a server needs, or that another program changes under it. Needs systemd and
 * cgroup v2 (BRIG_TEST_SCOPE), as the virtual machines of scripts/vps have them.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import t from "tap";
import { PATIENCE } from "../patience.ts";
import { EXECUTABLE, makeDataFolder, outerEnv, startBrig, type TestBrig } from "../server.ts";
import { api, execute, waitingSandboxes } from "./support.ts";
import { health, sentence } from "./surroundings.ts";

const need = process.env.BRIG_TEST_SCOPE
	? {}
	: { skip: "systemd and a delegated cgroup v2 are needed, which BRIG_TEST_SCOPE=1 promises" };
const MOUNT = "/sys/fs/cgroup";
const MIB = 1024 * 1024;
const UNLIMITED = ["-p", "Delegate=cpu memory pids"];
const CONTROLLERS = "cpu memory pids";

t.setTimeout(240_000 * PATIENCE);

/** `brig serve` in a scope with these properties, where it must refuse to start; what it says. */
async function refusal(t: Parameters<typeof makeDataFolder>[0], properties: string[]): Promise<string> {
	const child = Bun.spawn(
		[
			"systemd-run",
			"--quiet",
			"--scope",
			...properties,
			EXECUTABLE,
			"serve",
			"--data",
			makeDataFolder(t),
			"--listen",
			"127.0.0.1:0",
		],
		{
			stdio: ["ignore", "ignore", "pipe"],
			env: outerEnv(),
			timeout: 60_000 * PATIENCE,
			killSignal: "SIGKILL",
		},
	);
	const [code, stderr] = await Promise.all([child.exited, new Response(child.stderr).text()]);
	if (code !== 1) throw new Error(`exit ${code}, not 1:\n${stderr}`);
	return stderr;
}

/** The group that a server divides. */
function groupOf({ process: { pid } }: TestBrig): string {
	const own = /^0::(\/.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, "utf8"))?.[1] ?? "";
	return dirname(join(MOUNT, own));
}

const read = (...path: string[]) => readFileSync(join(...path), "utf8").trim();
const write = (value: string, ...path: string[]) => writeFileSync(join(...path), value);

/** The groups of the sandboxes that live. */
const live = (group: string) =>
	readdirSync(join(group, "jails"), { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map(({ name }) => join(group, "jails", name));

/** Every process in a group and below it; none in one that has just gone. */
function processes(group: string): number[] {
	try {
		const own = read(group, "cgroup.procs").split("\n").filter(Boolean).map(Number);
		const inner = readdirSync(group, { withFileTypes: true }).filter((entry) => entry.isDirectory());
		return [...own, ...inner.flatMap(({ name }) => processes(join(group, name)))];
	} catch (error) {
		if (["ENOENT", "ENODEV"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
		throw error;
	}
}

/** Resolves when `holds` does. */
async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
	for (let tries = 0; tries < 600 * PATIENCE; tries++) {
		if (await holds()) return;
		await Bun.sleep(25);
	}
	throw new Error(`still not: ${what}`);
}

/** False for what the kernel refuses at the moment: the server's own probe has a sandbox now and then. */
function succeeds(work: () => void): boolean {
	try {
		work();
		return true;
	} catch {
		return false;
	}
}

/** Resolves when two sandboxes wait, one for each language, and none is starting or ending. */
const pooled = (brig: TestBrig, group: string) =>
	until("two sandboxes wait", async () => (await waitingSandboxes(brig)) === 2 && live(group).length === 2);

/** Whether the limits of a sandbox are in force: memory, processes and CPU, by programs that want more. */
const BOMB = "x = b'x' * (400 << 20)\nresult = len(x)";
const FORKS = `import os, time
made = 0
try:
    for _ in range(200):
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        made += 1
except OSError:
    pass
result = made`;

/** What becomes of the two: a status, and how many processes there were. */
async function limits(brig: TestBrig): Promise<[string, number]> {
	const bomb = await execute(brig, "python", BOMB);
	const forks = await execute(brig, "python", FORKS);
	return [bomb.body.status, forks.body.result];
}

t.test(
	"a group that systemd keeps to itself is not divided, and the right command is shown",
	need,
	async (t) => {
		const said = await refusal(t, []);
		t.match(
			said,
			/^brig: No control group is delegated to this process \(systemd keeps \/sys\/fs\/cgroup\/\S+ to itself\)/,
		);
		t.match(said, /\n {2}systemd-run --scope -p 'Delegate=cpu memory pids' \S*brig serve --data /);
	},
);

t.test("a controller that is missing is named", need, async (t) => {
	const slice = "brigtest.slice";
	const unit = join("/run/systemd/system", slice);
	const reload = () => Bun.spawnSync(["systemctl", "daemon-reload"]);
	mkdirSync(dirname(unit), { recursive: true });
	writeFileSync(unit, "[Slice]\nDisableControllers=cpu\n");
	reload();
	t.teardown(() => {
		Bun.spawnSync(["systemctl", "stop", slice]);
		rmSync(unit, { force: true });
		reload();
	});
	const said = await refusal(t, ["--slice", slice, ...UNLIMITED]);
	t.match(said, /^brig: No control group is delegated to this process \(\S+ has no controller cpu\)/);
});

t.test("a group with too little memory is refused with what bounds it", need, async (t) => {
	const said = sentence(await refusal(t, [...UNLIMITED, "-p", "MemoryMax=400M"]));
	t.match(
		said,
		/^brig: Sandboxes would have less than 256 MiB together .* and a limit of 400 MiB on its control group \(MemoryMax=\): /,
	);
});

t.test(
	"a function with more memory than all sandboxes have fails at once with both figures",
	need,
	async (t) => {
		const brig = await startBrig(t, { args: ["--warm", "0"] });
		const group = groupOf(brig);
		const all = Number(read(group, "jails/memory.max")) / MIB;
		const source = { code: "def f() -> int:\n    return 1\n", limits: { memory_mb: 2048 } };
		t.equal((await api(brig, "PUT", "functions/s.f", source)).status, 201);
		const unit = group.split("/").at(-1) ?? "";
		const set = (value: string) =>
			Bun.spawnSync(["systemctl", "set-property", "--runtime", unit, `MemoryMax=${value}`]);
		set("1000M");
		await until("systemd has lowered the limit", () => Number(read(group, "memory.max")) === 1000 * MIB);
		const start = performance.now();
		t.match(await api(brig, "POST", "functions/s.f/call", {}), {
			status: 503,
			body: {
				error: {
					code: "no_sandbox",
					message:
						/a sandbox with 2048 MiB of memory is more than the 744 MiB that all sandboxes .*: lower the function's memory_mb/,
				},
			},
		});
		t.ok(performance.now() - start < 1_500 * PATIENCE, "nothing waits for what can't come");
		t.match(
			await execute(
				brig,
				"python",
				"from functions import s\ntry:\n    s.f()\nexcept Exception as error:\n    result = [error.type, error.message]",
			),
			{
				body: { status: "ok", result: ["NoSandbox", /2048 MiB/] },
			},
		);
		t.equal(
			read(group, "jails/memory.max"),
			String(744 * MIB),
			"the server keeps its share of the lower limit",
		);
		t.equal(await health(brig), 200, "the machine can't help it");

		set("400M");
		await until("systemd has lowered the limit", () => Number(read(group, "memory.max")) === 400 * MIB);
		t.match(await execute(brig, "python", "return 1"), {
			status: 503,
			body: { error: { message: /256 MiB of memory is more than the 144 MiB/ } },
		});
		set("infinity");
		await until("systemd has lifted the limit", () => read(group, "memory.max") === "max");
		t.match(await execute(brig, "python", "return 2"), { body: { status: "ok", result: 2 } });
		t.equal(Number(read(group, "jails/memory.max")) / MIB, all);
	},
);

/** What another program may do to the groups of a server without sandboxes. */
const CHANGES: [string, (group: string) => void][] = [
	["the limit of memory lifted", (group) => write("max", group, "jails/memory.max")],
	["the limit of memory lowered", (group) => write(String(32 * MIB), group, "jails/memory.max")],
	["the limit of processes lowered", (group) => write("1", group, "jails/pids.max")],
	[
		"the controllers of jails/ taken away",
		(group) => write("-cpu -memory -pids", group, "jails/cgroup.subtree_control"),
	],
	[
		"all controllers taken away",
		(group) => {
			write("-cpu -memory -pids", group, "jails/cgroup.subtree_control");
			write("-cpu -memory -pids", group, "cgroup.subtree_control");
		},
	],
	["jails/ removed", (group) => rmdirSync(join(group, "jails"))],
];

t.test(
	"a tree that another program has changed is put right, and every limit is in force",
	need,
	async (t) => {
		const brig = await startBrig(t, { args: ["--warm", "0"] });
		const group = groupOf(brig);
		const before = read(group, "jails/memory.max");
		for (const [what, change] of CHANGES) {
			await until("no sandbox is left", () => live(group).length === 0);
			await until(what, () => succeeds(() => change(group)));
			t.match(await execute(brig, "python", "return 1"), { body: { status: "ok", result: 1 } }, what);
			t.equal(read(group, "jails/memory.max"), before, what);
			t.equal(read(group, "jails/cgroup.subtree_control"), CONTROLLERS, what);
		}
		const [status, processes] = await limits(brig);
		t.equal(status, "out_of_memory");
		t.ok(processes > 10 && processes <= 64, `${processes} processes`);
		t.equal(await health(brig), 200);
		t.notMatch(brig.stderr(), /sandbox_failed/);
	},
);

t.test(
	"a tree that can't be put right is the reason of each failure, and health says so until it can",
	need,
	async (t) => {
		const brig = await startBrig(t, { args: ["--warm", "0"] });
		const group = groupOf(brig);
		await until("no sandbox is left", () => live(group).length === 0);
		write("0", group, "jails/cgroup.max.descendants");
		const reason =
			/^No sandbox could be started: the control group \S+ can't be divided any more \(.*\): another program has changed it/;
		for (const language of ["python", "typescript"])
			t.match(await execute(brig, language, "return 1"), {
				status: 503,
				body: { error: { code: "no_sandbox", message: reason } },
			});
		t.equal(await health(brig), 503);
		write("max", group, "jails/cgroup.max.descendants");
		t.match(await execute(brig, "python", "return 1"), { body: { status: "ok" } });
		t.equal(await health(brig), 200);
	},
);

/** What another program may do to sandboxes that wait. */
const HARMS: [string, (group: string, jail: string) => void][] = [
	["frozen", (_group, jail) => write("1", jail, "cgroup.freeze")],
	["killed", (_group, jail) => write("1", jail, "cgroup.kill")],
	[
		"moved out of its limits",
		(group, jail) => {
			for (const pid of processes(jail)) write(String(pid), group, "supervisor/cgroup.procs");
		},
	],
	["without its limit of memory", (_group, jail) => write("max", jail, "memory.max")],
	["without its limit of processes", (_group, jail) => write("max", jail, "pids.max")],
	["without its limit of CPU", (_group, jail) => write("max", jail, "cpu.max")],
	["without controllers", (_group, jail) => write("-cpu -memory -pids", jail, "cgroup.subtree_control")],
];

t.test("a sandbox that waits and is harmed is never used with less than its limits", need, async (t) => {
	const brig = await startBrig(t, { args: ["--warm", "1"] });
	const group = groupOf(brig);
	for (const [what, harm] of HARMS) {
		await pooled(brig, group);
		const before = live(group);
		for (const jail of before) harm(group, jail);
		t.match(await execute(brig, "python", BOMB), { status: 200, body: { status: "out_of_memory" } }, what);
		t.match(await execute(brig, "typescript", "return 6 * 7"), { body: { status: "ok", result: 42 } }, what);
		await pooled(brig, group);
		if (what !== "without controllers")
			await until(`${what}: none of them is left`, () => !before.some((jail) => existsSync(jail)));
	}
	t.equal(await health(brig), 200);
	t.notMatch(brig.stderr(), /sandbox_failed/);
});

t.test(
	"a sandbox that is killed from outside while it runs is sandbox_failed, and the next works",
	need,
	async (t) => {
		const brig = await startBrig(t, { args: ["--warm", "0"] });
		const group = groupOf(brig);
		await until("no sandbox is left", () => live(group).length === 0);
		const running = execute(brig, "python", "import time\nprint('begun', flush=True)\ntime.sleep(60)");
		await until("it runs", () => live(group).some((jail) => processes(jail).length >= 2));
		await Bun.sleep(1_000 * PATIENCE);
		for (const jail of live(group)) write("1", jail, "cgroup.kill");
		t.match(await running, {
			status: 200,
			body: { status: "sandbox_failed", stdout: "begun\n", error: { type: "SandboxFailed" } },
		});
		t.match((await api(brig, "GET", "executions?limit=1")).body.executions, [{ status: "sandbox_failed" }]);
		t.match(await execute(brig, "python", "return 1"), { body: { status: "ok" } });
		await until("no group is left", () => live(group).length === 0);
	},
);
