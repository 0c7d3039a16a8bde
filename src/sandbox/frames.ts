/**
 * The wire between the server and a jail: see sandbox/PROTOCOL.md.
 * @module
 */

/** A header's most bytes. */
export const HEADER_BYTES = 1024 * 1024;
const PREFIX_BYTES = 8;
const NOTHING = new Uint8Array(0);

/** One message: a JSON object that says what it is, and bytes that go with it. */
export interface Frame {
	header: Record<string, unknown>;
	body: Uint8Array;
}

/** What a jail sent is not a frame, or is larger than it may be. */
export class FrameError extends Error {
	override readonly name = "FrameError";
}

/** The bytes of one frame. */
export function encodeFrame(header: object, body: Uint8Array | string = NOTHING): Uint8Array {
	const head = Buffer.from(JSON.stringify(header));
	const bytes = typeof body === "string" ? Buffer.from(body) : body;
	const frame = Buffer.allocUnsafe(PREFIX_BYTES + head.length + bytes.length);
	frame.writeUInt32BE(head.length, 0);
	frame.writeUInt32BE(bytes.length, 4);
	frame.set(head, PREFIX_BYTES);
	frame.set(bytes, PREFIX_BYTES + head.length);
	return frame;
}

/** Puts frames together from the pieces that arrive. Memory is bounded by one frame of the largest size. */
export class FrameReader {
	#pieces: Uint8Array[] = [];
	#length = 0;
	#needed = PREFIX_BYTES;

	/** @param bodyBytes the largest body that is taken; a larger one is a FrameError before it is read */
	constructor(public bodyBytes: number) {}

	/** Takes the next bytes and returns the frames that they complete. Throws FrameError. */
	push(chunk: Uint8Array): Frame[] {
		this.#length += chunk.length;
		if (this.#length < this.#needed) {
			this.#pieces.push(copy(chunk));
			return [];
		}
		let bytes = this.#pieces.length === 0 ? chunk : Buffer.concat([...this.#pieces, chunk]);
		const frames: Frame[] = [];
		while (bytes.length >= PREFIX_BYTES) {
			const size = this.#frameSize(bytes);
			if (bytes.length < size.total) {
				this.#needed = size.total;
				break;
			}
			frames.push(parseFrame(bytes, size.head, size.total));
			bytes = bytes.subarray(size.total);
			this.#needed = PREFIX_BYTES;
		}
		this.#pieces = bytes.length ? [copy(bytes)] : [];
		this.#length = bytes.length;
		return frames;
	}

	#frameSize(bytes: Uint8Array): { head: number; total: number } {
		const view = new DataView(bytes.buffer, bytes.byteOffset, PREFIX_BYTES);
		const head = view.getUint32(0);
		const body = view.getUint32(4);
		if (head === 0 || head > HEADER_BYTES) throw new FrameError(`a header of ${head} bytes`);
		if (body > this.bodyBytes) throw new FrameError(`a body of ${body} bytes`);
		return { head, total: PREFIX_BYTES + head + body };
	}
}

function parseFrame(bytes: Uint8Array, head: number, total: number): Frame {
	const text = new TextDecoder("utf-8", { fatal: false }).decode(
		bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + head),
	);
	let header: unknown;
	try {
		header = JSON.parse(text);
	} catch {
		throw new FrameError("a header that is not JSON");
	}
	if (typeof header !== "object" || header === null || Array.isArray(header)) {
		throw new FrameError("a header that is not an object");
	}
	return {
		header: header as Record<string, unknown>,
		body: copy(bytes.subarray(PREFIX_BYTES + head, total)),
	};
}

/** The socket's buffer is its own after the callback. A Buffer's `slice` would be a view of it. */
function copy(bytes: Uint8Array): Uint8Array {
	return new Uint8Array(bytes);
}
