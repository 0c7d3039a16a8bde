/**
 * Where a request's body ends, so that no second request rides on the first one's permission.
 * @module
 */
import { type BodyLength, HeadError } from "./http-head.ts";

const LINE_BYTES = 1024;
const TRAILER_BYTES = 8 * 1024;

type Phase = "size" | "data" | "after data" | "trailers" | "done";

/** Takes a body's bytes piece by piece and says how many of each piece belong to it. */
export class BodyReader {
	#phase: Phase;
	#left: number;
	#line = "";
	#trailerBytes = 0;

	constructor(private readonly length: BodyLength) {
		this.#left = length.kind === "bytes" ? length.bytes : 0;
		this.#phase = length.kind === "chunked" ? "size" : this.#left > 0 ? "data" : "done";
	}

	get done(): boolean {
		return this.#phase === "done";
	}

	/** How many of these bytes are the body's. Throws HeadError for chunks that are not proper. */
	take(bytes: Uint8Array): number {
		let at = 0;
		while (at < bytes.length && this.#phase !== "done") {
			if (this.#phase === "data") {
				const count = Math.min(this.#left, bytes.length - at);
				this.#left -= count;
				at += count;
				if (this.#left === 0) this.#phase = this.length.kind === "bytes" ? "done" : "after data";
			} else {
				this.#line += String.fromCharCode(bytes[at++] ?? 0);
				if (this.#line.endsWith("\n")) this.#takeLine();
				else if (this.#line.length > LINE_BYTES) throw new HeadError("a chunk's line is too long");
			}
		}
		return at;
	}

	/** Acts on one line of the chunked coding, which must end in CR LF. */
	#takeLine(): void {
		const line = this.#line.slice(0, -2);
		if (!this.#line.endsWith("\r\n") || /[\r\n\0]/.test(line))
			throw new HeadError("a chunk's line is broken");
		this.#line = "";
		if (this.#phase === "after data") {
			if (line !== "") throw new HeadError("a chunk is longer than it says");
			this.#phase = "size";
		} else if (this.#phase === "trailers") {
			this.#trailerBytes += line.length + 2;
			if (this.#trailerBytes > TRAILER_BYTES) throw new HeadError("the trailers are too long");
			if (line === "") this.#phase = "done";
		} else {
			const [size] = /^[0-9A-Fa-f]{1,8}(?=$|[\t ]*;)/.exec(line) ?? [];
			if (size === undefined) throw new HeadError("a chunk has no size");
			this.#left = Number.parseInt(size, 16);
			this.#phase = this.#left === 0 ? "trailers" : "data";
		}
	}
}
