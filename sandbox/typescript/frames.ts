/**
 * Frames over one socket pair: u32 header length, u32 body length (big endian), JSON header, body.
 * @module
 */
import { writeAllNow } from "./output.ts";

const { parse, stringify } = JSON;
const PREFIX_BYTES = 8;
const HEADER_BYTES = 1024 * 1024;
/** The largest value there is, and some room. */
const BODY_BYTES = 65 * 1024 * 1024;

/** A frame's header: `op` says what it is. */
export interface Header {
	op: string;
	[field: string]: unknown;
}

/** What the runner does with the frames that come in, and at their end. */
export interface FrameHandler {
	frame(header: Header, body: Buffer): void;
	/** The server is gone, or sent what is not a frame. */
	end(reason: string): void;
}

/** The runner's end of the socket pair. */
export interface FrameSocket {
	/** Sends a frame; what the socket does not take at once follows when it drains. */
	send(header: Header, body?: string | Uint8Array): void;
	/** Blocks until everything sent is in the socket. */
	flushNow(): void;
}

/** Opens the socket on descriptor `fd`. Frames go to the handler in order. */
export async function openFrames(fd: number, handler: FrameHandler): Promise<FrameSocket> {
	const reader = new FrameReader(handler);
	let waiting: Uint8Array[] = [];
	const socket = await Bun.connect({
		fd,
		socket: {
			data: (_: unknown, chunk: Uint8Array) => reader.take(chunk),
			drain: () => drain(),
			close: () => handler.end("the server closed the connection"),
			error: (_: unknown, error: Error) => handler.end(error.message),
		},
	} as unknown as Bun.TCPSocketConnectOptions);
	/** Gives the socket what waits; a partial write leaves the rest waiting. */
	function drain(): void {
		while (waiting.length > 0) {
			const next = waiting[0] as Uint8Array;
			const written = Math.max(0, socket.write(next));
			if (written < next.length) {
				waiting[0] = next.subarray(written);
				return;
			}
			waiting.shift();
		}
	}
	return {
		send(header, body = "") {
			waiting.push(frame(header, body));
			if (waiting.length === 1) drain();
		},
		flushNow() {
			for (const bytes of waiting) writeAllNow(fd, bytes);
			waiting = [];
		},
	};
}

function frame(header: Header, body: string | Uint8Array): Uint8Array {
	const head = stringify(header);
	const headBytes = Buffer.byteLength(head);
	const bodyBytes = Buffer.byteLength(body);
	const bytes = Buffer.allocUnsafe(PREFIX_BYTES + headBytes + bodyBytes);
	bytes.writeUInt32BE(headBytes, 0);
	bytes.writeUInt32BE(bodyBytes, 4);
	bytes.write(head, PREFIX_BYTES, headBytes, "utf8");
	if (typeof body === "string") bytes.write(body, PREFIX_BYTES + headBytes, bodyBytes, "utf8");
	else bytes.set(body, PREFIX_BYTES + headBytes);
	return bytes;
}

/** Puts chunks together into frames. */
class FrameReader {
	#buffer = Buffer.allocUnsafe(PREFIX_BYTES);
	#filled = 0;
	#headBytes = -1;

	constructor(readonly handler: FrameHandler) {}

	take(chunk: Uint8Array): void {
		let at = 0;
		while (at < chunk.length || this.#filled === this.#buffer.length) {
			const count = Math.min(chunk.length - at, this.#buffer.length - this.#filled);
			this.#buffer.set(chunk.subarray(at, at + count), this.#filled);
			this.#filled += count;
			at += count;
			if (this.#filled === this.#buffer.length && !this.#step()) return;
		}
	}

	/** Acts on a full buffer: a prefix says how much follows, header and body are a frame. */
	#step(): boolean {
		const full = this.#buffer;
		this.#filled = 0;
		if (this.#headBytes < 0) {
			const [headBytes, bodyBytes] = [full.readUInt32BE(0), full.readUInt32BE(4)];
			if (headBytes > HEADER_BYTES || bodyBytes > BODY_BYTES) return this.#fail("a frame is over its limit");
			this.#headBytes = headBytes;
			this.#buffer = Buffer.allocUnsafe(headBytes + bodyBytes);
			return true;
		}
		let header: Header;
		try {
			header = parse(full.toString("utf8", 0, this.#headBytes));
		} catch {
			return this.#fail("a frame's header is not JSON");
		}
		const body = full.subarray(this.#headBytes);
		this.#headBytes = -1;
		this.#buffer = Buffer.allocUnsafe(PREFIX_BYTES);
		this.handler.frame(header, body);
		return true;
	}

	#fail(reason: string): false {
		this.handler.end(reason);
		return false;
	}
}
