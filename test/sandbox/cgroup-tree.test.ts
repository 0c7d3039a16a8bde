/**
 * What the server makes of a tree of control groups that others change, on plain folders: the kernel's part is in
 * cgroup-v2.test.ts and test/exe/surroundings-cgroups.test.ts.
 */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { type Cgroups, type JailGroup, MemoryBeyond, MemoryTaken } from "../../src/sandbox/cgroup.ts";
import { delegatedCgroups } from "../../src/sandbox/cgroup-v2.ts";
import { JailError } from "../../src/sandbox/jail-error.ts";

interface Test {
	teardown(action: () => unknown): unknown;
}

const MIB = 1024 * 1024;
/** What the server keeps of a limit on its group. */
const SERVER_MIB = 256;
const LIMITS = { memory_mb: 64, cpu: 0.5, processes: 10, scratch_mb: 8, open_files: 64 };
const limits = (memory_mb: number) => ({ ...LIMITS, memory_mb });
const NOBODY = 0x7fffffff;

/** A folder with the files that a delegated group has, whose sandboxes may have `mb` together. */
function makeGroup(t: Test, mb: number): string {
	const group = mkdtempSync(join(tmpdir(), "brig-group-"));
	t.teardown(() => rmSync(group, { recursive: true, force: true }));
	const files = { "cgroup.procs": "", "memory.max": String((mb + SERVER_MIB) * MIB), "pids.max": "1000" };
	for (const [name, text] of Object.entries(files)) writeFileSync(join(group, name), text);
	mkdirSync(join(group, "jails"));
	writeFileSync(join(group, "jails/memory.peak"), "0");
	return group;
}

const read = (group: string, file: string) => readFileSync(join(group, file), "utf8");

/** Ends a jail's group as the kernel would let it. */
async function end(group: string, id: string, jail: JailGroup): Promise<void> {
	rmSync(join(group, "jails", `j-${id}`), { recursive: true });
	await jail.remove();
}

/** What a call throws. */
function thrown(work: () => unknown): unknown {
	try {
		work();
	} catch (error) {
		return error;
	}
	return null;
}

t.test("a group with too little memory is refused with what bounds it", async (t) => {
	const group = makeGroup(t, 44);
	t.match(
		thrown(() => delegatedCgroups(group)),
		{
			message:
				/^Sandboxes would have less than 256 MiB together .* and a limit of 300 MiB on its control group \(MemoryMax=\): .* Give it more\.$/,
		},
	);
});

t.test(
	"one sandbox with more memory than all may have is refused for good, one too many for now",
	async (t) => {
		const group = makeGroup(t, 400);
		const cgroups = delegatedCgroups(group);
		t.equal(cgroups.memoryMb, 400);
		t.match(
			thrown(() => cgroups.create("1", limits(2048), 100)),
			new MemoryBeyond(2048, 400),
		);
		t.match(
			new MemoryBeyond(2048, 400).reason,
			/^a sandbox with 2048 MiB of memory is more than the 400 MiB .*: lower the function's memory_mb/,
		);
		const held = cgroups.create("2", limits(300), 100);
		t.ok(thrown(() => cgroups.create("3", limits(300), 100)) instanceof MemoryTaken);
		t.equal(cgroups.freeMb(), 100);
		await end(group, "2", held);
		t.equal(cgroups.freeMb(), 400);
		t.equal(read(group, "jails/memory.max"), String(400 * MIB));
	},
);

t.test("a limit above that changes while the server runs counts from then on", async (t) => {
	const group = makeGroup(t, 400);
	const cgroups = delegatedCgroups(group);
	writeFileSync(join(group, "memory.max"), String((100 + SERVER_MIB) * MIB));
	t.equal(cgroups.memoryMb, 100);
	t.match(
		thrown(() => cgroups.create("1", limits(256), 100)),
		new MemoryBeyond(256, 100),
	);
	t.equal(read(group, "jails/memory.max"), String(100 * MIB), "the server keeps its share");
	writeFileSync(join(group, "memory.max"), String((800 + SERVER_MIB) * MIB));
	cgroups.create("2", limits(700), 100);
	t.equal(read(group, "jails/memory.max"), String(800 * MIB));
});

t.test("what all sandboxes use is the kernel's count of their group, as long as there is one", async (t) => {
	const group = makeGroup(t, 400);
	const { usedMb } = delegatedCgroups(group);
	t.equal(usedMb(), null);
	writeFileSync(join(group, "jails/memory.current"), `${3 * MIB + 4096}\n`);
	t.equal(usedMb(), 3 + 4096 / MIB);
	rmSync(join(group, "jails"), { recursive: true });
	t.equal(usedMb(), null);
});

/** What another program may do to the tree. */
const CHANGES: [string, (group: string) => void][] = [
	["lifts the limit of memory", (group) => writeFileSync(join(group, "jails/memory.max"), "max")],
	["lowers the limit of memory", (group) => writeFileSync(join(group, "jails/memory.max"), "1048576")],
	["lowers the limit of processes", (group) => writeFileSync(join(group, "jails/pids.max"), "5")],
	[
		"takes controllers away",
		(group) => writeFileSync(join(group, "jails/cgroup.subtree_control"), "cpu pids"),
	],
	["removes jails/", (group) => rmSync(join(group, "jails"), { recursive: true })],
	[
		"removes supervisor/ and jails/",
		(group) => ["supervisor", "jails"].map((name) => rmSync(join(group, name), { recursive: true })),
	],
	[
		"puts another folder in the place of jails/",
		(group) => {
			renameSync(join(group, "jails"), join(group, "old"));
			mkdirSync(join(group, "jails"));
		},
	],
];

t.test("what another program has changed is put right before the next sandbox", async (t) => {
	for (const [what, change] of CHANGES) {
		const group = makeGroup(t, 400);
		const cgroups = delegatedCgroups(group);
		change(group);
		const jail = cgroups.create("1", LIMITS, 100);
		t.equal(read(group, "jails/memory.max"), String(400 * MIB), what);
		t.equal(read(group, "jails/pids.max"), "744", what);
		t.equal(read(group, "jails/cgroup.subtree_control"), "+cpu +memory +pids", what);
		t.same(read(group, "jails/j-1/memory.max"), String(64 * MIB), what);
		t.match(
			thrown(() => delegatedCgroups(group)),
			{ message: /another brig server already uses it/ },
			"it is locked again",
		);
		await end(group, "1", jail);
	}
});

t.test(
	"a tree that can't be put right is the reason why there is no sandbox, and harms nothing",
	async (t) => {
		const group = makeGroup(t, 400);
		const cgroups: Cgroups = delegatedCgroups(group);
		renameSync(join(group, "jails"), join(group, "elsewhere"));
		writeFileSync(join(group, "jails"), "");
		const error = thrown(() => cgroups.create("1", LIMITS, 100)) as JailError;
		t.ok(error instanceof JailError && !(error instanceof MemoryTaken));
		t.match(
			error.reason,
			/^the control group \S+jails can't be divided any more \(.*\): another program has changed it, .*; restart brig in a control group of its own$/,
		);
		t.equal(cgroups.freeMb(), 400, "nothing was taken");
		rmSync(join(group, "jails"));
		renameSync(join(group, "elsewhere"), join(group, "jails"));
		await end(group, "2", cgroups.create("2", LIMITS, 100));
	},
);

t.test("a sandbox that waits is not used while the limits above it are not in force", async (t) => {
	const group = makeGroup(t, 400);
	const jail = delegatedCgroups(group).create("1", LIMITS, 100);
	writeFileSync(join(group, "jails/memory.max"), "max");
	t.same(jail.faults(NOBODY), ["its PID 1 is not to be found"], "they are put right");
	t.equal(read(group, "jails/memory.max"), String(400 * MIB));
	renameSync(join(group, "jails"), join(group, "elsewhere"));
	writeFileSync(join(group, "jails"), "");
	t.match(jail.faults(NOBODY), [/^the limits of all sandboxes together are not in force \(/]);
});

t.test("a group without the files of one is not divided", async (t) => {
	const group = makeGroup(t, 400);
	const cgroups = delegatedCgroups(group);
	rmSync(group, { recursive: true });
	t.ok(thrown(() => cgroups.create("1", LIMITS, 100)) instanceof JailError);
	t.throws(() => read(group, "jails/memory.max"), "no folder was made in its place");
});

t.test("a limit of a sandbox that somebody has changed is a fault of it", async (t) => {
	const group = makeGroup(t, 400);
	const jail = delegatedCgroups(group).create("1", LIMITS, 100);
	const folder = join(group, "jails/j-1");
	const gone = "its PID 1 is not to be found";
	t.same(jail.faults(NOBODY), [gone]);
	t.match(jail.faults(process.pid), [/^a process of it is in the control group \/sys\/fs\/cgroup/]);
	const changes: [string, string, string][] = [
		["memory.max", "max", `is max, not ${64 * MIB}`],
		["memory.swap.max", "1000", "is 1000, not 0"],
		["memory.oom.group", "0", "is 0, not 1"],
		["pids.max", "max", "is max, not 12"],
		["cpu.max", "max 100000", "is max 100000, not 50000 100000"],
	];
	for (const [file, text, fault] of changes) {
		const before = read(folder, file);
		writeFileSync(join(folder, file), text);
		t.same(jail.faults(NOBODY), [`${file} of its control group ${fault}`, gone]);
		rmSync(join(folder, file));
		t.same(jail.faults(NOBODY), [`${file} of its control group can't be read (ENOENT)`, gone]);
		writeFileSync(join(folder, file), before);
	}
});
