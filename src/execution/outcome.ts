/**
 * Every way to end, in one table: how the server knows it, and the status, type, reason and hint that come of it.
 * The code's own word (`said`) makes `ok` and `error` alone; every other status is by what the host has seen.
 * @module
 */
import { constants } from "node:os";
import { LIMITS } from "../limits.ts";
import type { ExecutionError, Status } from "../result.ts";
import { SCRATCH_FILES } from "../sandbox/mounts.ts";
import type { End, Seen, Subject } from "./end.ts";

type Words<Fact> = string | null | ((end: End, fact: Fact) => string);

interface Row<Fact> {
	/** How it is recognised: what was seen of it, for the words. The first row that sees something is the one. */
	when: (end: End) => Fact | null | undefined | false;
	status: Status;
	/** Null, also below: as the code's own exception has it. */
	type: string | null;
	message: Words<Fact>;
	hint: Words<Fact>;
}

const REPEAT = "Run it again; if it stays so, the operator finds the reason in the server's log.";

export const WAYS = {
	stopping: way({
		when: ({ decided }) => decided === "stopping",
		status: "cancelled",
		type: "ServerStopping",
		message: "The server stopped before the execution ended.",
		hint: "Run it again.",
	}),
	cancelled: way({
		when: ({ decided }) => decided === "cancelled",
		status: "cancelled",
		type: "Cancelled",
		message: "The execution was cancelled before it ended.",
		hint: null,
	}),
	timeout: way({
		when: ({ decided }) => decided === "timeout",
		status: "timeout",
		type: "Timeout",
		message: ({ who, wallMs }) => `The ${who} ran longer than its ${wallMs / 1000} s.`,
		hint: ({ who }) =>
			who === "program"
				? `Do less in one execution, or ask for more with timeout_ms (at most ${LIMITS.wall_ms.maximum}).`
				: `Do less in one call${orRaise("wall_ms", who)}.`,
	}),
	busy: way({
		when: ({ decided }) => decided === "busy",
		status: "busy",
		type: "Busy",
		message: "The server is busy: no place, or no memory, came free in time.",
		hint: "Try again in a few seconds.",
	}),
	launcher: way({
		when: ({ decided }) => decided === "no_sandbox",
		status: "sandbox_failed",
		type: "NoSandbox",
		message: ({ why }) => noSandbox(why ?? null),
		hint: "The operator finds the reason in the server's log; `brig serve` says at its start what it needs.",
	}),
	refused: way({
		when: ({ refused }) => refused,
		status: "error",
		type: null,
		message: null,
		hint: null,
	}),
	memory: way({
		// The kernel's count in the jail's control group, before anything that may follow from the kill.
		when: ({ ending, outOfMemory }) => ending && outOfMemory,
		status: "out_of_memory",
		type: "OutOfMemory",
		message: ({ who, limits }) => `The ${who} needed more than its ${limits.memory_mb} MiB of memory.`,
		hint: ({ who }) => `Work on the data in smaller parts${orRaise("memory_mb", who)}.`,
	}),
	exit: way({
		when: ({ ending }) => ending?.kind === "exit" && ending,
		status: "error",
		type: "SystemExit",
		message: ({ who }, { code }) => `The ${who} ended itself with exit code ${code} before it gave a result.`,
		hint: "Return a value, or assign it to `result`, instead of exiting.",
	}),
	seccomp: way({
		when: ({ ending }) => ending?.kind === "signal" && ending.signal === constants.signals.SIGSYS,
		status: "killed",
		type: "Killed",
		message: ({ who }) => `The ${who} was ended by SIGSYS.`,
		// The same signal, sent by the code to itself, can't be told apart: the words are true of both.
		hint: "With it the kernel ends code for a system call that no sandbox may make, as those of another architecture.",
	}),
	signal: way({
		when: ({ ending }) => ending?.kind === "signal" && ending,
		status: "killed",
		type: "Killed",
		message: ({ who }, { signal }) => `The ${who} was ended by ${signalName(signal)}.`,
		hint: "The server did not send it: the code sent it to itself, or it, a library or the language's engine crashed.",
	}),
	protocol: way({
		when: ({ ending }) => ending?.kind === "protocol",
		status: "error",
		type: "ProtocolError",
		message: ({ who }) => `The ${who} wrote to the descriptor that the sandbox itself uses, or closed it.`,
		hint: "Leave descriptors that the code did not open alone.",
	}),
	lost: way({
		when: ({ ending }) => ending?.kind === "gone",
		status: "sandbox_failed",
		type: "SandboxFailed",
		message: "The sandbox went away without a word.",
		hint: REPEAT,
	}),
	output: way({
		// By the bytes that came. Of the runner's word only the shape and the rest of the size are shown.
		when: ({ said, resultBytes }) => said && said.body.length > resultBytes && said,
		status: "output_too_large",
		type: "OutputTooLarge",
		message: ({ resultBytes }, { body, message: { too_large } }) =>
			`The result has ${Math.max(body.length, too_large?.bytes ?? 0)} bytes of JSON, more than the ${resultBytes} that it may have. Its shape: ${too_large?.shape ?? "unknown"}.`,
		hint: "Return less: filter, aggregate or take a slice in the code.",
	}),
	malformed: way({
		when: ({ said }) => said && (said.message.ok ? said.json === null : !said.message.error),
		status: "error",
		type: "ProtocolError",
		message: "The sandbox sent a result that is neither JSON nor an error.",
		hint: "The code must not write to descriptor 3.",
	}),
	processes: way({
		// Where the kernel counts what it refuses the jail, there must have been something.
		when: ({ said, refusedProcesses }) =>
			said?.message.error?.limit === "processes" && refusedProcesses !== 0,
		status: "error",
		type: null,
		message: null,
		hint: ({ who, limits }) =>
			`A sandbox holds at most ${limits.processes} processes and threads at once: let some end before starting more${orRaise("processes", who)}.`,
	}),
	scratch: way({
		when: ({ said }) => said?.message.error?.limit === "scratch",
		status: "error",
		type: null,
		message: null,
		hint: ({ who, limits }) =>
			`/tmp and /work hold ${limits.scratch_mb} MiB and ${SCRATCH_FILES} files each: delete what is done with, or write less${orRaise("scratch_mb", who)}.`,
	}),
	allocation: way({
		when: ({ said }) => said?.message.error?.limit === "memory",
		status: "error",
		type: null,
		message: null,
		hint: ({ who, limits }) =>
			`A sandbox has ${limits.memory_mb} MiB of memory: work on the data in smaller parts${orRaise("memory_mb", who)}.`,
	}),
	exception: way({
		when: ({ said }) => said?.message.ok === false,
		status: "error",
		type: null,
		message: null,
		hint: null,
	}),
	value: way({ when: ({ said }) => said, status: "ok", type: null, message: null, hint: null }),
	fault: way({
		// Also whatever no row above knows.
		when: () => true,
		status: "sandbox_failed",
		type: "InternalError",
		message: "The server failed at this execution.",
		hint: REPEAT,
	}),
};

/** The name of a row. */
export type Way = keyof typeof WAYS;

/** One sentence about a sandbox that did not start, for a reason that only the log knows or for this one. */
export function noSandbox(why: string | null): string {
	return why === null ? "No sandbox could be started." : `No sandbox could be started: ${why}.`;
}

/** How something ended, for clients. `error` is null when there is a value. */
export interface Outcome {
	status: Status;
	error: ExecutionError | null;
}

/** Finds the row for an end, and its words. Never throws. */
export function outcome(subject: Subject, seen: Seen): Outcome {
	const end = { ...subject, ...seen };
	for (const read of Object.values(WAYS)) {
		const found = read(end);
		if (found) return found;
	}
	return WAYS.fault(end) as Outcome;
}

/** Makes a row read an end: its outcome, null when it is another's. */
function way<Fact>(row: Row<Fact>): (end: End) => Outcome | null {
	return (end) => {
		const fact = row.when(end);
		if (!fact) return null;
		if (row.status === "ok") return { status: row.status, error: null };
		const own = ownError(end);
		const inWords = (words: Words<Fact>) => (typeof words === "function" ? words(end, fact) : words);
		const error = row.type === null ? own : { ...NOWHERE, type: row.type };
		return {
			status: row.status,
			error: {
				...error,
				message: inWords(row.message) ?? error.message,
				hint: inWords(row.hint) ?? error.hint,
			},
		};
	};
}

const NOWHERE: ExecutionError = {
	type: "Error",
	message: "",
	line: null,
	column: null,
	traceback: null,
	hint: null,
};

/** The code's exception, or why its function was not started. */
function ownError({ said, refused }: Seen): ExecutionError {
	if (said?.message.error) {
		const { limit: _, ...error } = said.message.error;
		return error;
	}
	return refused ? { ...NOWHERE, type: refused.type, message: refused.message } : NOWHERE;
}

function signalName(number: number): string {
	return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
}

/** A function has limits of its own; a program has the defaults. */
function orRaise(limit: "wall_ms" | "memory_mb" | "processes" | "scratch_mb", who: Subject["who"]): string {
	return who === "function"
		? `, or register the function with a larger limits.${limit} (at most ${LIMITS[limit].maximum})`
		: "";
}
