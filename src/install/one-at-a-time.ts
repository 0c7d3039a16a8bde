/**
 * One install or uninstall on a machine at a time.
 * @module
 */
import { openSync } from "node:fs";
import { lockDescriptor } from "../sandbox/libc.ts";
import { LOCK } from "./paths.ts";

/** Held until this process ends. Throws an Error when another one is at work. */
export function alone(): void {
	if (!lockDescriptor(openSync(LOCK, "w", 0o600)))
		throw new Error(
			"Another `brig install` or `brig uninstall` is at work on this machine: wait for its end.",
		);
}
