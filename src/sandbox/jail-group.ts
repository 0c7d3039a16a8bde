/**
 * The control group of one jail: made, measured, removed. nsjail itself stays outside, so that a kill for memory
 * leaves its log; it makes the group NSJAIL.<pid> inside and moves the jail there before anything runs in it.
 * @module
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { JailGroup } from "./cgroup.ts";
import { innerGroups, killGroup, readEntry, readNumber, removeGroup, write } from "./cgroup-files.ts";
import { JailError } from "./jail-error.ts";
import type { Measured } from "./measure.ts";
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

/** Makes a group with these limits; `freed` is called once, when the kernel has let go of it. Throws JailError. */
export function makeJailGroup(group: string, limits: JailLimits, freed: () => void): JailGroup {
	const processes = limits.processes + OWN_PROCESSES;
	try {
		mkdirSync(group);
		write(group, "memory.max", limits.memory_mb * MIB);
		write(group, "memory.swap.max", 0);
		// A program that lost one process to the limit is not to go on in half.
		write(group, "memory.oom.group", 1);
		write(group, "pids.max", processes);
		write(group, "cpu.max", `${Math.round(limits.cpu * CPU_PERIOD_US)} ${CPU_PERIOD_US}`);
		// nsjail would do it, but takes `cpuset` in the list for `cpu`.
		write(group, "cgroup.subtree_control", ENABLE);
	} catch (error) {
		removeGroup(group);
		freed();
		throw new JailError(`the control group ${group} can't be made: ${(error as Error).message}`);
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
		nsjailArguments: ["--use_cgroupv2", "--cgroupv2_mount", group, "--cgroup_pids_max", String(processes)],
		measure: () => figures()?.used ?? null,
		ranOutOfMemory: () => figures()?.outOfMemory ?? false,
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

/** Null when the group is gone. */
function read(group: string): Figures | null {
	try {
		return {
			used: {
				cpu_ms: readEntry(group, "cpu.stat", "usage_usec") / 1_000,
				peak_memory_mb: readNumber(group, "memory.peak") / MIB,
			},
			// `oom` is this group's own limit; a machine that has no memory left kills too, and counts `oom_kill` alone.
			outOfMemory: ["oom", "oom_kill"].every((name) => readEntry(group, "memory.events", name) > 0),
		};
	} catch {
		return null;
	}
}
