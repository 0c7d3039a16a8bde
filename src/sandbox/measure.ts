/**
 * What a live jail has used, read from the host's /proc: nothing that runs in the jail can forge it.
 * @module
 */
import { readFileSync } from "node:fs";

/** Linux reports CPU time to user space in these ticks on every architecture (`man 3 sysconf`: _SC_CLK_TCK). */
const TICK_MS = 10;
/** A jail can hold no more processes than this; a bound all the same. */
const MOST_PROCESSES = 512;

export interface Measured {
	cpu_ms: number;
	peak_memory_mb: number;
}

/** The process ids below `root`, itself included. Empty when it is gone. */
export function processTree(root: number): number[] {
	const tree = [root];
	for (let index = 0; index < tree.length && tree.length < MOST_PROCESSES; index++) {
		const pid = tree[index];
		try {
			const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
			if (text) tree.push(...text.split(" ").map(Number));
		} catch {
			if (index === 0) return [];
		}
	}
	return tree;
}

/** The one child of nsjail, which is PID 1 of its jail; 0 when it is gone. */
export function firstChild(pid: number): number {
	return processTree(pid)[1] ?? 0;
}

/** CPU time and the sum of the peaks of resident memory of `root` and everything below it; null when it is gone. */
export function measureTree(root: number): Measured | null {
	let ticks = 0;
	let kilobytes = 0;
	const tree = processTree(root);
	for (const pid of tree) {
		try {
			const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
			// Fields 14 to 17 (utime, stime, cutime, cstime), counted after the name, which may hold anything.
			const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
			for (const field of fields.slice(11, 15)) ticks += Number(field);
			const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
			kilobytes += Number(peak?.[1] ?? 0);
		} catch {
			// It ended between the two reads: its time is in its parent's by now.
		}
	}
	return tree.length === 0 ? null : { cpu_ms: ticks * TICK_MS, peak_memory_mb: kilobytes / 1024 };
}
