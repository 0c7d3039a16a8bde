/**
 * The server name in the first message of a TLS connection (RFC 8446, sections 4.1.2 and 5.1; RFC 6066, section 3).
 * @module
 */
import { readHostName } from "./host-names.ts";

/** Most bytes before the message is whole, record headers included. */
export const HELLO_BYTES = 16 * 1024;
const RECORD_HEADER = 5;
const MESSAGE_HEADER = 4;
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const HOST_NAME = 0;
/** Most bytes of one record's payload. */
const RECORD_BYTES = 16 * 1024;

export type Hello =
	| { kind: "partial" }
	| { kind: "name"; name: string }
	/** Not a ClientHello with one proper server name. `tls` when the client would understand an alert. */
	| { kind: "fault"; fault: string; tls: boolean };

/** The fatal alert unrecognized_name: what a TLS client is told before it is cut. */
export const ALERT = Uint8Array.of(21, 3, 3, 0, 2, 2, 112);

/** Puts a ClientHello together from what arrives. The work is linear in the bytes, however they are cut. */
export class HelloReader {
	readonly #raw = Buffer.alloc(HELLO_BYTES);
	readonly #message = Buffer.alloc(HELLO_BYTES);
	#filled = 0;
	/** Where the next record starts, and how much of the message the records so far hold. */
	#at = 0;
	#length = 0;

	/** Takes the next bytes. Never throws. After anything but `partial` it is done. */
	push(chunk: Uint8Array): Hello {
		if (this.#filled + chunk.length > HELLO_BYTES) {
			// What follows the message may be there already; what does not fit can't be part of it.
			const hello = this.push(chunk.subarray(0, HELLO_BYTES - this.#filled));
			return hello.kind === "partial" ? fault("the ClientHello is too large") : hello;
		}
		this.#raw.set(chunk, this.#filled);
		this.#filled += chunk.length;
		for (;;) {
			const needed = this.#needed();
			if (typeof needed === "object") return needed;
			if (this.#length >= needed) return this.#read(needed);
			const record = this.#nextRecord();
			if (record) return record;
		}
	}

	/** How long the message is with its header, as far as that can be told. */
	#needed(): number | Hello {
		if (this.#length > 0 && this.#message[0] !== CLIENT_HELLO) {
			return fault("the first message is not a ClientHello");
		}
		if (this.#length < MESSAGE_HEADER) return MESSAGE_HEADER;
		const needed = MESSAGE_HEADER + this.#message.readUIntBE(1, 3);
		return needed > HELLO_BYTES ? fault("the ClientHello is too large") : needed;
	}

	/** Adds one whole record to the message; otherwise says what is wrong or missing. */
	#nextRecord(): Hello | null {
		const bytes = this.#raw.subarray(this.#at, this.#filled);
		if (bytes.length > 0 && bytes[0] !== HANDSHAKE) return fault("what follows CONNECT is not TLS", false);
		if (bytes.length > 1 && bytes[1] !== 3) return fault("what follows CONNECT is not TLS", false);
		if (bytes.length < RECORD_HEADER) return { kind: "partial" };
		const size = bytes.readUInt16BE(3);
		if (size === 0 || size > RECORD_BYTES) return fault("a TLS record has an impossible length");
		if (this.#length + size > HELLO_BYTES) return fault("the ClientHello is too large");
		if (bytes.length < RECORD_HEADER + size) return { kind: "partial" };
		this.#message.set(bytes.subarray(RECORD_HEADER, RECORD_HEADER + size), this.#length);
		this.#length += size;
		this.#at += RECORD_HEADER + size;
		return null;
	}

	#read(length: number): Hello {
		if (length === MESSAGE_HEADER) return fault("the ClientHello is broken");
		try {
			return serverName(new Reader(this.#message.subarray(MESSAGE_HEADER, length)));
		} catch {
			return fault("the ClientHello is broken");
		}
	}
}

function serverName(hello: Reader): Hello {
	hello.take(2 + 32);
	hello.take(hello.number(1));
	hello.take(hello.number(2));
	hello.take(hello.number(1));
	if (hello.left === 0) return fault("the ClientHello has no server name");
	const extensions = new Reader(hello.take(hello.number(2)));
	if (hello.left > 0) return fault("the ClientHello is broken");
	const names: Uint8Array[] = [];
	while (extensions.left > 0) {
		const type = extensions.number(2);
		const content = extensions.take(extensions.number(2));
		if (type === SERVER_NAME) names.push(content);
	}
	const [only] = names;
	if (!only) return fault("the ClientHello has no server name");
	if (names.length > 1) return fault("the ClientHello has two server names");
	const list = new Reader(only);
	const entries = new Reader(list.take(list.number(2)));
	const type = entries.number(1);
	const name = entries.take(entries.number(2));
	if (type !== HOST_NAME || entries.left > 0 || list.left > 0)
		return fault("the server name is not one host");
	const read = readHostName(Buffer.from(name).toString("latin1"));
	return read.ok ? { kind: "name", name: read.host } : fault("the server name is not a host name");
}

function fault(text: string, tls = true): Hello {
	return { kind: "fault", fault: text, tls };
}

/** Big-endian fields one after the other; throws RangeError beyond the end. */
class Reader {
	#at = 0;
	constructor(private readonly bytes: Uint8Array) {}

	get left(): number {
		return this.bytes.length - this.#at;
	}

	take(count: number): Uint8Array {
		if (count > this.left) throw new RangeError("beyond the end");
		this.#at += count;
		return this.bytes.subarray(this.#at - count, this.#at);
	}

	number(size: 1 | 2): number {
		return this.take(size).reduce((value, byte) => value * 256 + byte, 0);
	}
}
