/**
 * Memory of processes, as the kernel counts it.
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";

/** Ids of all processes below this one. */
export function descendants(pid: number): number[] {
	try {
		const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
			readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
		);
		return children.flatMap((child) => [child, ...descendants(child)]);
	} catch {
		return [];
	}
}

/** Proportional memory (PSS) in MB: shared pages are split among those who share them. Null where it may not be read. */
export function proportionalMb(pids: readonly number[]): number | null {
	return sumOf(pids, "smaps_rollup", /^Pss:\s+(\d+) kB/m);
}

/** Resident memory (RSS) in MB. */
export function residentMb(pids: readonly number[]): number | null {
	return sumOf(pids, "status", /^VmRSS:\s+(\d+) kB/m);
}

function sumOf(pids: readonly number[], file: string, line: RegExp): number | null {
	let sum: number | null = null;
	for (const pid of pids) {
		try {
			const kib = line.exec(readFileSync(`/proc/${pid}/${file}`, "utf8"))?.[1];
			if (kib) sum = (sum ?? 0) + (Number(kib) * 1_024) / 1e6;
		} catch {
			// Gone meanwhile, or not ours to read.
		}
	}
	return sum;
}
