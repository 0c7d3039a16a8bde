/**
 * Starts the program nsjail.
 * @module
 */
import { JailError } from "./jail-error.ts";
import { spawnReason } from "./start-failure.ts";

/** `stdio[3]` to `stdio[7]` are this side's ends of its socket pairs: see sandbox/PROTOCOL.md. */
export type Nsjail = Bun.Subprocess<"ignore", "ignore", "pipe">;

/** nsjail as this argv has it, itself included, without any environment. Throws JailError. */
export function spawnNsjail(command: string[]): Nsjail {
	try {
		return Bun.spawn(command, {
			stdio: ["ignore", "ignore", "pipe", "pipe", "pipe", "pipe", "pipe", "pipe"],
			env: {},
			cwd: "/",
		}) as Nsjail;
	} catch (error) {
		throw new JailError(
			`nsjail does not start: ${(error as Error).message}`,
			spawnReason(error as NodeJS.ErrnoException, command[0] ?? ""),
		);
	}
}
