/**
 * The hidden command `__runner`: the TypeScript runtime inside a jail.
 * @module
 */
import { runRunner } from "../../sandbox/typescript/main.ts";

/** Serves frames; the process ends with its channel, not with this promise. */
export function run(): Promise<void> {
	return runRunner();
}
