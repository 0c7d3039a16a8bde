/**
 * The head of a request to the proxy: a strict reader of HTTP/1 that knows two forms, CONNECT and an absolute URL.
 * What another program downstream might read in another way is refused here (RFC 9112, sections 2.2, 3.2, 5 and 6).
 * @module
 */
import { readHostName, readPort } from "./host-names.ts";
import { USUAL_PORTS, type Way } from "./patterns.ts";

/** Most bytes of a head. */
export const HEAD_BYTES = 16 * 1024;
const MOST_FIELDS = 100;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Visible characters, spaces, tabs and what lies beyond ASCII: no control, no line end. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** What is between two neighbours and not passed on (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = /^(connection|keep-alive|te|trailer|transfer-encoding|upgrade|proxy-.*)$/;

/** How the end of a request's body is told. */
export type BodyLength = { kind: "bytes"; bytes: number } | { kind: "chunked" };

export interface RequestHead {
	way: Way;
	method: string;
	host: string;
	port: number;
	/** What the origin server is sent; null for CONNECT. */
	forwarded: Uint8Array | null;
	body: BodyLength;
}

/** A request that the proxy does not pass on. The message is one clause in plain ASCII. */
export class HeadError extends Error {
	override readonly name = "HeadError";
	constructor(
		message: string,
		readonly status = 400,
	) {
		super(message);
	}
}

type Field = [name: string, value: string];

/** Gathers a head from what arrives; the work is linear in the bytes, however they are cut. */
export class HeadReader {
	#bytes: Buffer | null = null;
	#filled = 0;

	/** The head, and what came after it; null while it is not whole. Throws HeadError. */
	push(chunk: Uint8Array): { head: RequestHead; rest: Uint8Array } | null {
		const before = this.#filled;
		const room = Math.min(chunk.length, HEAD_BYTES - before);
		this.#bytes ??= Buffer.alloc(HEAD_BYTES);
		this.#bytes.set(chunk.subarray(0, room), before);
		this.#filled += room;
		const end = this.#bytes.subarray(0, this.#filled).indexOf("\r\n\r\n", Math.max(0, before - 3));
		if (end >= 0) {
			return { head: parseHead(this.#bytes.subarray(0, end + 4)), rest: chunk.subarray(end + 4 - before) };
		}
		if (this.#filled < HEAD_BYTES) return null;
		throw new HeadError(`the request's head is larger than ${HEAD_BYTES} bytes`, 431);
	}
}

/** Reads a whole head, its empty line included. Throws HeadError. */
export function parseHead(bytes: Buffer): RequestHead {
	const [requestLine = "", ...lines] = bytes.toString("latin1").slice(0, -4).split("\r\n");
	const [, method = "", target = "", minor = ""] =
		/^([^ ]{1,32}) ([\x21-\x7e]+) HTTP\/1\.([01])$/.exec(requestLine) ?? [];
	if (!TOKEN.test(method)) throw new HeadError("the request line is not HTTP/1");
	const fields = lines.map(parseField);
	if (fields.length > MOST_FIELDS)
		throw new HeadError(`the request has more than ${MOST_FIELDS} fields`, 431);
	const { host, port, path } = method === "CONNECT" ? connectTarget(target) : urlTarget(target);
	const way = method === "CONNECT" ? "connect" : "http";
	checkHost(fields, host, port, way, minor);
	if (way === "connect") {
		return { way, method, host, port, forwarded: null, body: { kind: "bytes", bytes: 0 } };
	}
	const body = bodyLength(fields, minor);
	return { way, method, host, port, body, forwarded: forwardedHead(method, path, host, port, fields, body) };
}

/** Splits one field; a name with spaces, a folded line and a lone CR or LF are faults. */
export function parseField(line: string): Field {
	const colon = line.indexOf(":");
	const [name, value] = [line.slice(0, Math.max(0, colon)), line.slice(colon + 1)];
	if (!TOKEN.test(name)) throw new HeadError("a field has no proper name");
	if (!VALUE.test(value)) throw new HeadError(`the field ${name.slice(0, 40)} has a control character`);
	return [name, trimBlanks(value)];
}

/** Without spaces and tabs around it. A pattern for the end would be quadratic in a run of blanks. */
function trimBlanks(text: string): string {
	const blank = (at: number) => text[at] === " " || text[at] === "\t";
	let [start, end] = [0, text.length];
	while (start < end && blank(start)) start++;
	while (end > start && blank(end - 1)) end--;
	return text.slice(start, end);
}

function connectTarget(target: string): { host: string; port: number; path: string } {
	return { ...authority(target, null), path: "" };
}

function urlTarget(target: string): { host: string; port: number; path: string } {
	if (/^https:/i.test(target)) throw new HeadError("https goes through CONNECT");
	const [, place, path = ""] = /^http:\/\/([^/?#\\]*)((?:[/?].*)?)$/i.exec(target) ?? [];
	if (place === undefined)
		throw new HeadError("the proxy needs a whole address: http://host/path, or CONNECT");
	if (path.includes("#")) throw new HeadError("the address has a fragment");
	return { ...authority(place, USUAL_PORTS.http), path: path.startsWith("/") ? path : `/${path}` };
}

/** `host` or `host:port`, and nothing else that a URL may hold there. */
function authority(text: string, usualPort: number | null): { host: string; port: number } {
	if (text.includes("@")) throw new HeadError("a name and password stand before the host");
	const [, name = "", portText] = /^(.*?)(?::([^:\]]*))?$/.exec(text) ?? [];
	const read = readHostName(name);
	if (!read.ok) throw new HeadError(`the host ${quote(name)} ${read.fault.replace("…", "...")}`, 403);
	const port = portText === undefined ? usualPort : readPort(portText);
	if (port === null) throw new HeadError(`the port of ${quote(text)} is not 1 to 65535`);
	return { host: read.host, port };
}

/** The Host field says the same as the target. CONNECT may come without one, as Python's does. */
function checkHost(fields: Field[], host: string, port: number, way: Way, minor: string): void {
	const values = fields.filter(([name]) => name.toLowerCase() === "host").map(([, value]) => value);
	if (values.length > 1) throw new HeadError("there are two Host fields");
	const [value] = values;
	if (value === undefined) {
		if (way === "http" && minor === "1") throw new HeadError("there is no Host field");
		return;
	}
	const named = authority(value, USUAL_PORTS[way]);
	const samePort = named.port === port || (way === "connect" && !value.includes(":"));
	if (named.host !== host || !samePort) {
		throw new HeadError(`the Host field names ${quote(value)}, the request ${quote(`${host}:${port}`)}`, 403);
	}
}

function bodyLength(fields: Field[], minor: string): BodyLength {
	const all = (wanted: string) => fields.filter(([name]) => name.toLowerCase() === wanted);
	const [lengths, codings] = [all("content-length"), all("transfer-encoding")];
	if (lengths.length + codings.length > 1) throw new HeadError("the body's length is told twice");
	if (codings[0]) {
		if (minor === "0" || codings[0][1].toLowerCase() !== "chunked") {
			throw new HeadError("the body's coding is not chunked", 501);
		}
		return { kind: "chunked" };
	}
	const length = lengths[0]?.[1] ?? "0";
	if (!/^\d{1,15}$/.test(length)) throw new HeadError("the Content-Length is not a number");
	return { kind: "bytes", bytes: Number(length) };
}

function forwardedHead(
	method: string,
	path: string,
	host: string,
	port: number,
	fields: Field[],
	body: BodyLength,
): Uint8Array {
	const lines = [
		`${method} ${path} HTTP/1.1`,
		`Host: ${host}${port === USUAL_PORTS.http ? "" : `:${port}`}`,
		...endToEnd(fields, /^host$/).map(([name, value]) => `${name}: ${value}`),
		...(body.kind === "chunked" ? ["Transfer-Encoding: chunked"] : []),
		"Connection: close",
	];
	return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
}

/** The fields for the other end: without hop-by-hop ones, those that Connection names, and those of `also`. */
export function endToEnd(fields: readonly Field[], also: RegExp): Field[] {
	const named = new Set(
		fields
			.filter(([name]) => name.toLowerCase() === "connection")
			.flatMap(([, value]) =>
				value
					.toLowerCase()
					.split(",")
					.map((word) => word.trim()),
			),
	);
	return fields.filter(([name]) => {
		const lower = name.toLowerCase();
		if (/^content-length$/.test(lower)) return true;
		return !HOP_BY_HOP.test(lower) && !also.test(lower) && !named.has(lower);
	});
}

/** What a client wrote, safe in a status line. */
export function quote(text: string): string {
	return JSON.stringify(text.slice(0, 80)).replace(/[^\x20-\x7e]/g, "?");
}
