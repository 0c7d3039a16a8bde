/**
 * Frames on descriptor 7: many connections over one socket pair. See sandbox/PROTOCOL.md.
 * @module
 */

export const KIND = { open: 1, data: 2, end: 3, reset: 4, credit: 5 } as const;
export type Kind = (typeof KIND)[keyof typeof KIND];

/** Most bytes of one frame's payload. */
export const PAYLOAD_BYTES = 16 * 1024;
/** What each side may send on a connection before the other has given more credit. */
export const WINDOW_BYTES = 128 * 1024;
const HEADER_BYTES = 8;

export interface StreamFrame {
	id: number;
	kind: Kind;
	payload: Uint8Array;
}

/** What came is not frames. Nothing that follows can be understood. */
export class StreamError extends Error {
	override readonly name = "StreamError";
}

/** The bytes of one frame: u32 connection, u8 kind, u24 length, payload. */
export function encodeStreamFrame(
	id: number,
	kind: Kind,
	payload: Uint8Array = new Uint8Array(0),
): Uint8Array {
	const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
	frame.writeUInt32BE(id, 0);
	frame.writeUInt8(kind, 4);
	frame.writeUIntBE(payload.length, 5, 3);
	frame.set(payload, HEADER_BYTES);
	return frame;
}

/** Credit as a payload. */
export function encodeCredit(id: number, bytes: number): Uint8Array {
	const payload = Buffer.allocUnsafe(4);
	payload.writeUInt32BE(bytes, 0);
	return encodeStreamFrame(id, KIND.credit, payload);
}

/** Puts frames together from the pieces that arrive; holds one frame at most. */
export class StreamFrameReader {
	#held: Buffer = Buffer.alloc(0);

	/** Takes the next bytes and gives each frame that they complete. Throws StreamError. */
	push(chunk: Uint8Array, take: (frame: StreamFrame) => void): void {
		let bytes = this.#held.length
			? Buffer.concat([this.#held, chunk])
			: Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
		while (bytes.length >= HEADER_BYTES) {
			const [id, kind, length] = [bytes.readUInt32BE(0), bytes.readUInt8(4), bytes.readUIntBE(5, 3)];
			const fits =
				kind === KIND.data
					? length > 0 && length <= PAYLOAD_BYTES
					: length === (kind === KIND.credit ? 4 : 0);
			if (kind < KIND.open || kind > KIND.credit || !fits || id === 0) {
				throw new StreamError(`a frame of kind ${kind} with ${length} bytes`);
			}
			if (bytes.length < HEADER_BYTES + length) break;
			take({ id, kind: kind as Kind, payload: bytes.subarray(HEADER_BYTES, HEADER_BYTES + length) });
			bytes = bytes.subarray(HEADER_BYTES + length);
		}
		// The socket reuses its buffer after the callback: what is kept must be a copy.
		this.#held = Buffer.from(bytes);
	}
}
