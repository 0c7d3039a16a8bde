/**
 * The nsjail configuration of one kind of jail, in nsjail's text format (config.proto of its repository).
 * Nothing from users enters it.
 * @module
 */
import type { Language } from "../result.ts";
import type { Mount } from "./mounts.ts";

/** Limits that the kernel enforces for one jail. */
export interface JailLimits {
	readonly memory_mb: number;
	readonly cpu: number;
	readonly processes: number;
	readonly scratch_mb: number;
	readonly open_files: number;
}

/** Descriptors that pass into the jail: see sandbox/PROTOCOL.md. */
export const PASSED_DESCRIPTORS = [3, 4, 5, 6, 7];
/** Those that are open when PID 1 attests, and what each is: 5 and 6 have become 1 and 2. */
export const ATTESTED_DESCRIPTORS = {
	0: "null",
	1: "socket",
	2: "socket",
	3: "socket",
	4: "socket",
	7: "socket",
} as const;

/** PID 1 is not the user's, and neither is the runner's first thread. */
export const OWN_PROCESSES = 2;
/** Bun reserves 8 GiB of addresses and CPython's own mappings count too: addresses are not memory. */
const DATA_SLACK_MB = 256;

interface Options {
	language: Language;
	mounts: readonly Mount[];
	limits: JailLimits;
	policyFile: string;
	/** Seconds after which nsjail itself ends the jail, should the server have failed to. */
	backstopSeconds: number;
	/** Without cgroups rlimits are all there is: the data segment bounds memory a process, coarsely. */
	withoutCgroups: boolean;
	/** Limit of core dumps in bytes, see core-limit.ts. */
	coreBytes: 0 | 1;
}

/** The text of a configuration file. */
export function nsjailConfig(options: Options): string {
	const { limits } = options;
	return [
		"mode: ONCE",
		'hostname: "sandbox"',
		'cwd: "/work"',
		`time_limit: ${options.backstopSeconds}`,
		"keep_env: false",
		"nice_level: 0",
		"log_fd: 2",
		"forward_signals: false",
		...["user", "net", "ns", "pid", "ipc", "uts", "cgroup"].map((name) => `clone_new${name}: true`),
		// The defaults are too small for some (FSIZE 1 MiB, NOFILE 32) and endless for others: every one is set.
		"rlimit_as_type: INF",
		// 1 MiB, and PID 1 makes one byte of it: what the kernel does with none at all is said in sandbox/init.py.
		`rlimit_core: ${options.coreBytes}`,
		"rlimit_cpu_type: INF",
		"rlimit_fsize_type: INF",
		`rlimit_nofile: ${limits.open_files}`,
		`rlimit_nproc: ${processLimit(limits, options.withoutCgroups)}`,
		"rlimit_stack: 8",
		"rlimit_memlock: 64",
		"rlimit_rtprio: 0",
		"rlimit_msgqueue: 0",
		...["nproc", "stack", "memlock", "rtprio", "msgqueue"].map((name) => `rlimit_${name}_type: VALUE`),
		...PASSED_DESCRIPTORS.map((fd) => `pass_fd: ${fd}`),
		`seccomp_policy_file: ${quote(options.policyFile)}`,
		...environment(options).map((entry) => `envar: ${quote(entry)}`),
		...options.mounts.map(renderMount),
		"",
	].join("\n");
}

/**
 * RLIMIT_NPROC. The kernel looks at it before it looks at a control group's limit, so where there is one this stands
 * behind it: the group counts what it refuses.
 */
export function processLimit(limits: JailLimits, withoutCgroups: boolean): number {
	return limits.processes + OWN_PROCESSES + (withoutCgroups ? 0 : 1);
}

/** RLIMIT_DATA for a process, in MiB, where no cgroup bounds memory. Set by PID 1: nsjail has no option for it. */
export function dataLimitMb(limits: JailLimits): number {
	return limits.memory_mb + DATA_SLACK_MB;
}

function environment(options: Options): string[] {
	const common = [
		"PATH=/usr/bin:/bin",
		"HOME=/work",
		"TMPDIR=/tmp",
		"LANG=C.UTF-8",
		"LC_ALL=C.UTF-8",
		"TZ=UTC",
	];
	const memory = options.withoutCgroups ? [`BRIG_DATA_LIMIT_MB=${dataLimitMb(options.limits)}`] : [];
	if (options.language === "python") return [...common, ...memory, "PYTHONDONTWRITEBYTECODE=1"];
	return [
		...common,
		...memory,
		// Without it the engine sizes its heap by the machine's memory, not the jail's.
		`BUN_JSC_forceRAMSize=${options.limits.memory_mb * 1024 * 1024}`,
		// Endless recursion in tail position must end as an error, not run until the deadline.
		"BUN_JSC_useTailCalls=0",
	];
}

function renderMount(mount: Mount): string {
	switch (mount.kind) {
		case "bind":
			// A device is written to through a read-only mount too, and where the host's is one no other is to be had.
			return `mount { src: ${quote(mount.source)} dst: ${quote(mount.target)} is_bind: true rw: false nosuid: true nodev: ${mount.device !== true} noexec: ${mount.device === true} }`;
		case "tmpfs":
			return `mount { dst: ${quote(mount.target)} fstype: "tmpfs" options: ${quote(mount.options)} rw: ${mount.writable} nosuid: true nodev: true }`;
		case "proc":
			return `mount { dst: ${quote(mount.target)} fstype: "proc" options: "subset=pid,hidepid=invisible" rw: false nosuid: true nodev: true noexec: true }`;
		case "link":
			return `mount { src: ${quote(mount.source)} dst: ${quote(mount.target)} is_symlink: true }`;
		case "text":
			return `mount { dst: ${quote(mount.target)} src_content: ${quote(mount.content)} rw: false nosuid: true nodev: true noexec: true }`;
	}
}

/** A text-format string literal. Paths come from the operator: quotes, backslashes and controls are escaped as octal. */
function quote(text: string): string {
	let literal = "";
	for (const byte of Buffer.from(text)) {
		const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
		literal += plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`;
	}
	return `"${literal}"`;
}
