/**
 * How each way to end becomes a status, a reason and a hint: all the words about it are here.
 * @module
 */
import { constants } from "node:os";
import { LIMITS } from "../limits.ts";
import type { ExecutionError, Status } from "../result.ts";
import type { Ending } from "../sandbox/jail.ts";

/** A status that is not `ok`, with its reason. */
export interface Failure {
	status: Exclude<Status, "ok">;
	error: ExecutionError;
}

function failure(status: Failure["status"], type: string, message: string, hint: string | null): Failure {
	return { status, error: { type, message, line: null, column: null, traceback: null, hint } };
}

const SECCOMP_SIGNAL = 31;
const signalName = (number: number) =>
	Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;

export const outcomes = {
	timeout: (ms: number) =>
		failure(
			"timeout",
			"Timeout",
			`The program ran longer than its ${ms / 1000} s.`,
			`Do less in one execution, or ask for more with timeout_ms (at most ${LIMITS.wall_ms.maximum}).`,
		),
	cancelled: () => failure("cancelled", "Cancelled", "The execution was cancelled before it ended.", null),
	stopping: () =>
		failure("cancelled", "ServerStopping", "The server stopped before the execution ended.", "Run it again."),
	busy: () =>
		failure(
			"busy",
			"Busy",
			"The server is busy: no place, or no memory, came free in time.",
			"Try again in a few seconds.",
		),
	/** The function was not started, for a reason that its caller can mend. */
	refused: (type: string, message: string) => failure("error", type, message, null),
	/** @param reason a clause with what is wrong and what mends it; null when only the log has it */
	noSandbox: (reason: string | null) =>
		failure(
			"sandbox_failed",
			"SandboxFailed",
			reason === null ? "No sandbox could be started." : `No sandbox could be started: ${reason}.`,
			"The operator finds the reason in the server's log; `brig serve` says at its start what it needs.",
		),
	memory: (mb: number) =>
		failure(
			"out_of_memory",
			"OutOfMemory",
			`The program needed more than its ${mb} MiB of memory.`,
			"Work on the data in smaller parts.",
		),
	resultTooLarge: (bytes: number, shape: string, most: number) =>
		failure(
			"output_too_large",
			"OutputTooLarge",
			`The result has ${bytes} bytes of JSON, more than the ${most} that go to the client. Its shape: ${shape}.`,
			"Return less: filter, aggregate or take a slice in the code.",
		),
	notJson: () =>
		failure(
			"error",
			"ProtocolError",
			"The sandbox sent a result that is not JSON.",
			"The code must not write to descriptor 3.",
		),
	/** The jail ended before it gave a result. */
	ended(ending: Ending, outOfMemory: boolean, memoryMb: number, mostBytes: number): Failure {
		if (outOfMemory) return outcomes.memory(memoryMb);
		switch (ending.kind) {
			case "exit":
				return failure(
					"error",
					"SystemExit",
					`The program ended itself with exit code ${ending.code} before it gave a result.`,
					"Return a value, or assign it to `result`, instead of exiting.",
				);
			case "signal":
				return failure(
					"killed",
					"Killed",
					`The program was ended by ${signalName(ending.signal)}.`,
					ending.signal === SECCOMP_SIGNAL ? "It made a system call that no sandbox may make." : null,
				);
			case "too_large":
				return failure(
					"output_too_large",
					"OutputTooLarge",
					`The program sent more than ${mostBytes} bytes at once.`,
					"Return less: filter, aggregate or take a slice in the code.",
				);
			case "protocol":
				return failure(
					"error",
					"ProtocolError",
					"The program wrote to the descriptor that the sandbox itself uses.",
					"Leave descriptors that the program did not open alone.",
				);
			case "gone":
				return failure(
					"sandbox_failed",
					"SandboxFailed",
					"The sandbox went away without a word.",
					"Run it again.",
				);
		}
	},
};
