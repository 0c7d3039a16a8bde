/**
 * The control group of one jail: made, measured, removed. nsjail itself stays outside, so that a kill for memory
 * leaves its log; it makes the group NSJAIL.<pid> inside and moves the jail there before anything runs in it.
 * @module
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { JailGroup } from "./cgroup.ts";
import {
	groupOf,
	innerGroups,
	killGroup,
	readEntry,
	readNumber,
	readText,
	removeGroup,
	write,
} from "./cgroup-files.ts";
import { type Measured, processTree } from "./measure.ts";
import { type JailLimits, OWN_PROCESSES } from "./nsjail-config.ts";

export const MIB = 1024 * 1024;
export const CONTROLLERS = ["cpu", "memory", "pids"];
/** How the kernel is told to give controllers to what is inside a group. */
export const ENABLE = CONTROLLERS.map((name) => `+${name}`).join(" ");

const CPU_PERIOD_US = 100_000;
/** How long `remove` keeps its caller waiting. The removal itself goes on for as long as it takes. */
const REMOVE_MS = 5_000;
const LONGEST_PAUSE_MS = 1_000;

/** What the kernel counted, in the words of the interface. */
interface Figures {
	used: Measured;
	outOfMemory: boolean;
}

/**
 * Makes a group with these limits; `freed` is called once, when the kernel has let go of it. Throws the kernel's
 * refusal, and leaves nothing then.
 */
export function makeJailGroup(
	group: string,
	limits: JailLimits,
	weight: number,
	freed: () => void,
): JailGroup {
	const most = limits.processes + OWN_PROCESSES;
	const asked: [string, string][] = [
		["memory.max", String(limits.memory_mb * MIB)],
		["memory.swap.max", "0"],
		// A program that lost one process to the limit is not to go on in half.
		["memory.oom.group", "1"],
		["pids.max", String(most)],
		["cpu.max", `${Math.round(limits.cpu * CPU_PERIOD_US)} ${CPU_PERIOD_US}`],
	];
	try {
		mkdirSync(group);
		for (const [file, value] of asked) write(group, file, value);
		write(group, "cpu.weight", weight);
		// nsjail would do it, but takes `cpuset` in the list for `cpu`.
		write(group, "cgroup.subtree_control", ENABLE);
	} catch (error) {
		removeGroup(group);
		throw error;
	}
	let last: Figures | null = null;
	let removal: Promise<void> | undefined;
	const figures = (): Figures | null => {
		last = read(group) ?? last;
		return last;
	};
	const remove = async () => {
		for (let pause = 1; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
			killGroup(group);
			figures();
			if (removeGroup(group)) return freed();
			await sleep(pause, undefined, { ref: false });
		}
	};
	return {
		// Without a limit of its own nsjail would not make a group at all: the one on processes is ours again.
		nsjailArguments: ["--use_cgroupv2", "--cgroupv2_mount", group, "--cgroup_pids_max", String(most)],
		measure: () => figures()?.used ?? null,
		ranOutOfMemory: () => figures()?.outOfMemory ?? false,
		cpuMs() {
			try {
				return readCpuMs(group);
			} catch {
				return last?.used.cpu_ms ?? 0;
			}
		},
		weigh(weight) {
			try {
				write(group, "cpu.weight", weight);
			} catch {
				// It has ended: nothing weighs any more.
			}
		},
		faults(pid) {
			const processes = processTree(pid);
			return [
				...asked.flatMap(([file, value]) => limitFault(group, file, value)),
				...(processes.length === 0 ? ["its PID 1 is not to be found"] : []),
				...processes.flatMap((one) => placeFault(group, one)),
			];
		},
		refusedProcesses: () => refusedProcesses(group),
		remove() {
			removal ??= remove();
			return Promise.race([removal, sleep(REMOVE_MS, undefined, { ref: false })]);
		},
	};
}

/** Linux before 6.11 counts a refusal in the group that asked, nsjail's own inside this one; later ones in both. */
function refusedProcesses(group: string): number {
	try {
		const groups = [group, ...innerGroups(group).map((name) => join(group, name))];
		return Math.max(...groups.map((one) => readEntry(one, "pids.events", "max")));
	} catch {
		return 0;
	}
}

/** Throws when the group is gone. */
const readCpuMs = (group: string) => readEntry(group, "cpu.stat", "usage_usec") / 1_000;

/** Null when the group is gone. */
function read(group: string): Figures | null {
	try {
		return {
			used: {
				cpu_ms: readCpuMs(group),
				peak_memory_mb: readNumber(group, "memory.peak") / MIB,
			},
			// `oom` is this group's own limit; a machine that has no memory left kills too, and counts `oom_kill` alone.
			outOfMemory: ["oom", "oom_kill"].every((name) => readEntry(group, "memory.events", name) > 0),
		};
	} catch {
		return null;
	}
}

function limitFault(group: string, file: string, asked: string): string[] {
	try {
		const is = readText(group, file);
		return is === asked ? [] : [`${file} of its control group is ${is}, not ${asked}`];
	} catch (error) {
		return [`${file} of its control group can't be read (${(error as NodeJS.ErrnoException).code})`];
	}
}

function placeFault(group: string, pid: number): string[] {
	try {
		const is = groupOf(pid);
		return is.startsWith(`${group}/`) ? [] : [`a process of it is in the control group ${is}`];
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		// It ended meanwhile.
		if (code === "ENOENT" || code === "ESRCH") return [];
		return [`the control group of a process of it can't be read (${code})`];
	}
}
