/**
 * The result frame of a program or of one call.
 * @module
 */
import type { Calls } from "./calls.ts";
import { reportError } from "./errors.ts";
import type { Source } from "./evaluate.ts";
import type { FrameSocket } from "./frames.ts";
import { shape } from "./shape.ts";
import { encode } from "./values.ts";

const { byteLength, from: bytesOf } = Buffer;

/** What a result is made under, for one lease. */
export interface Lease {
	socket: FrameSocket;
	calls: Calls;
	services: readonly string[];
	/** Most bytes of a result's JSON text. */
	resultLimit: number;
	/** How deep a value may nest. */
	depthLimit: number;
}

/** Sends a value, or why it can't be sent. `id` is a call's, none for a program. */
export function sendResult(lease: Lease, source: Source, value: unknown, id: number | undefined): void {
	const { socket, calls, resultLimit, depthLimit } = lease;
	let text: string;
	try {
		text = encode(value, "result", depthLimit);
	} catch (error) {
		return sendError(lease, source, error, id);
	}
	const bytes = byteLength(text);
	const head = { op: "result", ...(id !== undefined && { id }) };
	if (bytes <= resultLimit) return socket.send({ ...head, ok: true, warnings: calls.takeWarnings() }, text);
	// As much of it as proves that it is too large.
	const part = bytesOf(text).subarray(0, resultLimit + 1);
	socket.send({ ...head, ok: false, too_large: { bytes, shape: shape(value) } }, part);
}

/** Sends what was thrown. */
export function sendError(lease: Lease, source: Source, thrown: unknown, id: number | undefined): void {
	const error = reportError(thrown, source, lease.services);
	lease.socket.send({ op: "result", ...(id !== undefined && { id }), ok: false, error });
}
