/**
 * The limits of one function's sandbox: its own where it has set them, else the defaults.
 * @module
 */
import { LIMITS } from "../limits.ts";
import type { JailLimits } from "../sandbox/nsjail-config.ts";
import type { OwnLimits } from "../store/versions.ts";

/** What the kernel enforces. */
export function jailLimits(own: OwnLimits): JailLimits {
	return {
		memory_mb: own.memory_mb ?? LIMITS.memory_mb.default,
		cpu: own.cpu ?? LIMITS.cpu.default,
		processes: own.processes ?? LIMITS.processes.default,
		scratch_mb: own.scratch_mb ?? LIMITS.scratch_mb.default,
		open_files: LIMITS.open_files.default,
	};
}

/** The limits of a program, and of a function that sets none: those of the jails that wait. */
export const DEFAULT_JAIL_LIMITS: JailLimits = jailLimits({});
