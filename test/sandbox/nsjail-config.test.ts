import t from "tap";
import type { Mount } from "../../src/sandbox/mounts.ts";
import {
	dataLimitMb,
	type JailLimits,
	nsjailConfig,
	OWN_PROCESSES,
} from "../../src/sandbox/nsjail-config.ts";

const limits: JailLimits = { memory_mb: 256, cpu: 1, processes: 64, scratch_mb: 64, open_files: 256 };
type Options = Parameters<typeof nsjailConfig>[0];

/** The lines of the configuration with these options over ordinary ones. */
function config(options: Partial<Options> = {}): string[] {
	return nsjailConfig({
		language: "python",
		mounts: [],
		limits,
		policyFile: "/data/bin/x/seccomp/python.kafel",
		backstopSeconds: 600,
		withoutCgroups: false,
		coreBytes: 1,
		...options,
	}).split("\n");
}

/** A text-format string literal back to its text: octal escapes only. */
function unquote(literal: string): string {
	const bytes: number[] = [];
	for (let at = 0; at < literal.length; at++) {
		if (literal[at] !== "\\") bytes.push(literal.charCodeAt(at));
		else {
			bytes.push(Number.parseInt(literal.slice(at + 1, at + 4), 8));
			at += 3;
		}
	}
	return Buffer.from(bytes).toString();
}

t.test("every namespace is new and every limit is set", async (t) => {
	const lines = config();
	for (const name of ["user", "net", "ns", "pid", "ipc", "uts", "cgroup"])
		t.ok(lines.includes(`clone_new${name}: true`), name);
	const expected = {
		rlimit_as_type: "INF",
		rlimit_core: "1",
		rlimit_cpu_type: "INF",
		rlimit_fsize_type: "INF",
		rlimit_nofile: "256",
		rlimit_nproc: String(64 + OWN_PROCESSES + 1),
		rlimit_nproc_type: "VALUE",
		rlimit_stack: "8",
		rlimit_stack_type: "VALUE",
		rlimit_memlock: "64",
		rlimit_memlock_type: "VALUE",
		rlimit_rtprio: "0",
		rlimit_rtprio_type: "VALUE",
		rlimit_msgqueue: "0",
		rlimit_msgqueue_type: "VALUE",
		time_limit: "600",
		mode: "ONCE",
		keep_env: "false",
	};
	for (const [name, value] of Object.entries(expected)) t.ok(lines.includes(`${name}: ${value}`), name);
	t.same(
		lines.filter((line) => line.startsWith("pass_fd")),
		[3, 4, 5, 6, 7].map((fd) => `pass_fd: ${fd}`),
	);
	t.notOk(lines.some((line) => /disable_proc|keep_caps|cap:|skip_setsid|rw: true/.test(line)));
});

t.test("limits that are asked for are the ones in the text", async (t) => {
	const lines = config({ limits: { ...limits, processes: 3, open_files: 17 } });
	t.ok(lines.includes("rlimit_nofile: 17"));
	t.ok(
		lines.includes(`rlimit_nproc: ${3 + OWN_PROCESSES + 1}`),
		"a control group refuses, and counts, before it",
	);
	const alone = config({ limits: { ...limits, processes: 3 }, withoutCgroups: true });
	t.ok(alone.includes(`rlimit_nproc: ${3 + OWN_PROCESSES}`));
});

t.test("memory goes to PID 1 as a limit of data only where no control group bounds it", async (t) => {
	const mention = (lines: string[]) => lines.filter((line) => line.includes("BRIG_DATA_LIMIT_MB"));
	t.same(mention(config()), []);
	t.same(mention(config({ withoutCgroups: true })), [`envar: "BRIG_DATA_LIMIT_MB=${dataLimitMb(limits)}"`]);
	t.ok(dataLimitMb(limits) > limits.memory_mb);
});

t.test("the environment is ours alone, and tells Bun the memory of the jail", async (t) => {
	const names = (lines: string[]) => lines.flatMap((line) => /^envar: "(\w+)=/.exec(line)?.[1] ?? []).sort();
	const common = ["HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TZ"];
	t.same(names(config()), [...common, "PYTHONDONTWRITEBYTECODE"].sort());
	const typescript = config({ language: "typescript" });
	t.same(
		names(typescript).filter((name) => !name.startsWith("BUN_JSC_")),
		common,
	);
	t.ok(typescript.includes(`envar: "BUN_JSC_forceRAMSize=${256 * 1024 * 1024}"`));
});

t.test("each kind of mount becomes one line that grants no more than it says", async (t) => {
	const mounts: Mount[] = [
		{ kind: "bind", source: "/usr/lib", target: "/usr/lib" },
		{ kind: "bind", source: "/dev/null", target: "/dev/null", device: true },
		{ kind: "tmpfs", target: "/tmp", options: "size=1m", writable: true },
		{ kind: "tmpfs", target: "/dev", options: "size=1k", writable: false },
		{ kind: "proc", target: "/proc" },
		{ kind: "link", source: "usr/bin", target: "/bin" },
		{ kind: "text", target: "/etc/group", content: "a:x:1:\n" },
	];
	t.same(
		config({ mounts }).filter((line) => line.startsWith("mount ")),
		[
			'mount { src: "/usr/lib" dst: "/usr/lib" is_bind: true rw: false nosuid: true nodev: true noexec: false }',
			'mount { src: "/dev/null" dst: "/dev/null" is_bind: true rw: false nosuid: true nodev: false noexec: true }',
			'mount { dst: "/tmp" fstype: "tmpfs" options: "size=1m" rw: true nosuid: true nodev: true }',
			'mount { dst: "/dev" fstype: "tmpfs" options: "size=1k" rw: false nosuid: true nodev: true }',
			'mount { dst: "/proc" fstype: "proc" options: "subset=pid,hidepid=invisible" rw: false nosuid: true nodev: true noexec: true }',
			'mount { src: "usr/bin" dst: "/bin" is_symlink: true }',
			'mount { dst: "/etc/group" src_content: "a:x:1:\\012" rw: false nosuid: true nodev: true noexec: true }',
		],
	);
});

t.test("a path with quotes, backslashes, line ends and other scripts stays one literal", async (t) => {
	const hostile = [
		'/data" } mount { src: "/" dst: "/host" is_bind: true rw: true }',
		"/data\\",
		'/data\\" rw: true',
		"/data\nkeep_env: true\n",
		"/data\r\0\t\u007f",
		"/dätä/数据/🦊",
	];
	for (const source of hostile) {
		const before = config().length;
		const lines = config({ mounts: [{ kind: "bind", source, target: "/x" }], policyFile: source });
		t.equal(lines.length, before + 1, "no line of its own");
		const mount = lines.find((line) => line.startsWith("mount ")) ?? "";
		const literal = /^mount \{ src: "([^"\\]*(?:\\[0-7]{3}[^"\\]*)*)" dst: "\/x" /.exec(mount)?.[1];
		t.equal(unquote(literal ?? "none"), source);
		t.match(mount, /^[\x20-\x7e]+$/);
		const policy = lines.find((line) => line.startsWith("seccomp_policy_file: ")) ?? "";
		t.equal(unquote(/"(.*)"$/.exec(policy)?.[1] ?? ""), source);
	}
});
