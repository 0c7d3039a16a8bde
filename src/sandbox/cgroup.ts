/**
 * Where a jail's memory, processes and CPU are bounded. One interface, so that the development mode without
 * cgroups is one small object and nothing else knows the difference.
 * @module
 */

import type { Measured } from "./measure.ts";
import type { JailLimits } from "./nsjail-config.ts";

/** The control group of one jail. */
export interface JailGroup {
	/** Arguments that make nsjail put the jail into the group. */
	readonly nsjailArguments: readonly string[];
	/** Exact figures of the kernel, or null where there is no group. */
	measure(): Measured | null;
	/** True when the kernel killed something in the group for its memory. */
	ranOutOfMemory(): boolean;
	/** Kills what is left in the group and removes it. */
	remove(): Promise<void>;
}

/** All jails' control groups together. */
export interface Cgroups {
	/** One sentence for the start line. */
	readonly description: string;
	readonly enabled: boolean;
	create(id: string, limits: JailLimits): JailGroup;
}

/** `--without-cgroups`: limits by rlimit alone, for development. */
export const withoutCgroups: Cgroups = {
	description:
		"WITHOUT CGROUPS: memory, CPU and processes of a jail are bounded by rlimits alone (development mode)",
	enabled: false,
	create: () => ({
		nsjailArguments: [],
		measure: () => null,
		ranOutOfMemory: () => false,
		remove: async () => {},
	}),
};
