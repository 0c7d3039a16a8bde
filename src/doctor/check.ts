/**
 * What a check of `brig doctor` is.
 * @module
 */
import type { Context } from "./context.ts";
import type { Finding } from "./finding.ts";

export interface Check {
	/** How the table and `--json` call it. */
	readonly name: string;
	/** How long it may take in ms, when not the usual time. */
	readonly timeoutMs?: number;
	/** Looks, and changes nothing. What it throws is a failure with that reason; `signal` fires when its time is up. */
	run(context: Context, signal: AbortSignal): Finding | Promise<Finding>;
}
