/**
 * The control group of one jail: made, measured, removed. nsjail itself stays outside, so that a kill for memory
 * leaves its log; it makes the group NSJAIL.<pid> inside and moves the jail there before anything runs in it.
 * @module
 */
import { mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { JailGroup } from "./cgroup.ts";
import { killGroup, readEntry, readNumber, removeGroup, write } from "./cgroup-files.ts";
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
export function makeJailGroup(
	group: string,
	limits: JailLimits,
	weight: number,
	freed: () => void,
): JailGroup {
	const processes = limits.processes + OWN_PROCESSES;
	try {
		mkdirSync(group);
		write(group, "memory.max", limits.memory_mb * MIB);
		write(group, "memory.swap.max", 0);
		// A program that lost one process to the limit is not to go on in half.
		write(group, "memory.oom.group", 1);
		write(group, "pids.max", processes);
		write(group, "cpu.max", `${Math.round(limits.cpu * CPU_PERIOD_US)} ${CPU_PERIOD_US}`);
		write(group, "cpu.weight", weight);
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
		remove() {
			removal ??= remove();
			return Promise.race([removal, sleep(REMOVE_MS, undefined, { ref: false })]);
		},
	};
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
			outOfMemory: readEntry(group, "memory.events", "oom_kill") > 0,
		};
	} catch {
		return null;
	}
}
