/**
 * The head of an origin's answer: read strictly and marked so that the connection ends with it.
 * @module
 */
import { endToEnd, HeadError, parseField } from "./http-head.ts";

/** The proxy's own field: `refused` or `failed`. No origin can send it through. */
export const EGRESS_FIELD = "Brig-Egress";
const HEAD_BYTES = 64 * 1024;
/** A head that comes in more pieces costs too much to put together. */
const MOST_PIECES = 1_000;

/** Takes an origin's bytes and gives what the client gets: heads rewritten, the rest as it is. */
export class ResponseReader {
	#held: Buffer | null = Buffer.alloc(0);
	#pieces = 0;

	/** What goes to the client now. Throws HeadError when the answer is not HTTP/1. */
	take(chunk: Uint8Array): Uint8Array[] {
		if (this.#held === null) return [chunk];
		if (++this.#pieces > MOST_PIECES) throw new HeadError("the answer's head comes in crumbs", 502);
		let held = Buffer.concat([this.#held, chunk]);
		const out: Uint8Array[] = [];
		for (;;) {
			const end = held.indexOf("\r\n\r\n");
			if ((end < 0 ? held.length : end) > HEAD_BYTES)
				throw new HeadError("the answer's head is too large", 502);
			if (end < 0) {
				this.#held = held;
				return out;
			}
			const { head, interim } = rewrite(held.toString("latin1", 0, end));
			out.push(head);
			held = held.subarray(end + 4);
			if (interim) continue;
			this.#held = null;
			if (held.length > 0) out.push(held);
			return out;
		}
	}

	/** False until the final head has passed. */
	get begun(): boolean {
		return this.#held === null;
	}
}

function rewrite(text: string): { head: Uint8Array; interim: boolean } {
	const [statusLine = "", ...lines] = text.split("\r\n");
	const [, status = "", phrase = ""] =
		/^HTTP\/1\.[01] ([1-5]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/.exec(statusLine) ?? [];
	if (status === "" || status === "101") throw new HeadError("the answer is not HTTP/1", 502);
	const fields = lines.map(parseField);
	const chunked = fields.filter(([name]) => name.toLowerCase() === "transfer-encoding");
	const interim = status.startsWith("1");
	const kept = [
		`HTTP/1.1 ${status} ${phrase}`,
		...endToEnd(fields, /^brig-/).map(([name, value]) => `${name}: ${value}`),
		...chunked.map(([name, value]) => `${name}: ${value}`),
		...(interim ? [] : ["Connection: close"]),
	];
	return { head: Buffer.from(`${kept.join("\r\n")}\r\n\r\n`, "latin1"), interim };
}
