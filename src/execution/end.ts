/**
 * What the server knows when a program or a call has ended: the table of outcomes puts it into words.
 * @module
 */
import { LIMITS } from "../limits.ts";
import type { Ending, Jail } from "../sandbox/jail.ts";
import type { JailLimits } from "../sandbox/nsjail-config.ts";
import type { ListedFunction } from "../store/versions.ts";
import type { ResultMessage } from "./messages.ts";
import { DEFAULT_JAIL_LIMITS, jailLimits } from "./own-limits.ts";

/** Whose end it is, and the limits that were in force. */
export interface Subject {
	who: "program" | "function";
	limits: JailLimits;
	wallMs: number;
	/** Most bytes of the result's JSON text. */
	resultBytes: number;
}

/** What was seen of it. All but `said` is the host's own knowledge. */
export interface Seen {
	/** What the server decided or met itself: by its clock, its client, its queue, its start of a sandbox. */
	decided?: "timeout" | "cancelled" | "stopping" | "busy" | "no_sandbox" | "fault";
	/** What kept a sandbox from starting, as a clause with what mends it; null when only the log has it. */
	why?: string | null;
	/** Why it did not start a function, where the caller can mend it. */
	refused?: { type: string; message: string };
	/** How the jail ended: the word of PID 1 on its own descriptor, the end of nsjail, or the form of the frames. */
	ending?: Ending;
	/** The kernel killed the jail for its memory; false where no control group counts. */
	outOfMemory?: boolean;
	/** How many processes the kernel refused the jail; null where no control group counts. */
	refusedProcesses?: number | null;
	/** What the code or its runner said: a result frame. */
	said?: Said;
}

export interface Said {
	message: ResultMessage;
	body: Uint8Array;
	/** The body's text, null when it is no JSON, absent when nobody has looked. */
	json?: string | null;
}

export type End = Subject & Seen;

/** A program that may run so many ms. */
export function programSubject(wallMs: number): Subject {
	return { who: "program", limits: DEFAULT_JAIL_LIMITS, wallMs, resultBytes: LIMITS.result_bytes.default };
}

/** A function whose result may have so many bytes of JSON text. */
export function functionSubject({ limits }: ListedFunction, resultBytes: number): Subject {
	const wallMs = limits.wall_ms ?? LIMITS.wall_ms.default;
	return { who: "function", limits: jailLimits(limits), wallMs, resultBytes };
}

/** A jail that gave a result. */
export function answered(jail: Jail, message: ResultMessage, body: Uint8Array): Seen {
	return { said: { message, body }, refusedProcesses: message.ok ? null : jail.group.refusedProcesses() };
}
