/**
 * Where a jail's memory, processes and CPU are bounded. One interface, so that the development mode without
 * cgroups is one small object and nothing else knows the difference.
 * @module
 */

import { JailError } from "./jail-error.ts";
import type { Measured } from "./measure.ts";
import type { JailLimits } from "./nsjail-config.ts";

/** The live jails have what memory there is: nothing is wrong, and a later try may succeed. */
export class MemoryTaken extends JailError {}

/** One jail would need more than all jails may have together: no wait helps. */
export class MemoryBeyond extends JailError {
	constructor(wantedMb: number, mostMb: number) {
		const message = `a sandbox with ${wantedMb} MiB of memory is more than the ${mostMb} MiB that all sandboxes of this machine may use together`;
		super(message, `${message}: lower the function's memory_mb, or give the machine more`);
	}
}

/** The control group of one jail. */
export interface JailGroup {
	/** Arguments that make nsjail put the jail into the group. */
	readonly nsjailArguments: readonly string[];
	/** Exact figures of the kernel, also after the removal; null where there is no group. */
	measure(): Measured | null;
	/** True when the kernel killed something in the group for the group's own limit of memory. */
	ranOutOfMemory(): boolean;
	/** CPU time so far, in ms; 0 where there is no group. Never fails. */
	cpuMs(): number;
	/** How much CPU it gets beside others when there is too little, from 1 to 10,000. Never fails. */
	weigh(weight: number): void;
	/**
	 * What is not as it was made, one clause each: a limit that is not in force, a process of the jail that is elsewhere.
	 * `pid` is the jail's PID 1.
	 */
	faults(pid: number): string[];
	/** How many processes and threads the kernel refused it; null where there is no group. */
	refusedProcesses(): number | null;
	/** Kills what is left in the group and removes it. Idempotent; never fails. */
	remove(): Promise<void>;
}

/** All jails' control groups together. */
export interface Cgroups {
	/** One sentence for the start line. */
	readonly description: string;
	readonly enabled: boolean;
	/** Memory for all jails at this moment, in MiB; Infinity where nothing bounds it. */
	readonly memoryMb: number;
	/** What of it no live jail holds. */
	freeMb(): number;
	/** What all jails use at this moment, in MiB, by the kernel's count; null where nothing counts it. */
	usedMb(): number | null;
	/** A group for one jail. Throws JailError, and MemoryTaken when the live jails have it all. */
	create(id: string, limits: JailLimits, weight: number): JailGroup;
}

/** `--without-cgroups`: limits by rlimit alone, for development. */
export const withoutCgroups: Cgroups = {
	description:
		"WITHOUT CGROUPS: memory, CPU and processes of a jail are bounded by rlimits alone (development mode)",
	enabled: false,
	memoryMb: Number.POSITIVE_INFINITY,
	freeMb: () => Number.POSITIVE_INFINITY,
	usedMb: () => null,
	create: () => ({
		nsjailArguments: [],
		measure: () => null,
		ranOutOfMemory: () => false,
		cpuMs: () => 0,
		weigh: () => {},
		faults: () => [],
		refusedProcesses: () => null,
		remove: async () => {},
	}),
};
