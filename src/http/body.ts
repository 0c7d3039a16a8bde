/**
 * Request bodies, bounded while they arrive: a body is never held beyond its limit.
 * @module
 */
import { BrigError } from "../errors.ts";
import { jsonDepth } from "../functions/json-text.ts";
import { JSON_DEPTH, LIMITS } from "../limits.ts";

/** A body with fields and a source, escaped at the worst. */
export const JSON_BODY_BYTES = LIMITS.value_bytes.default + 64 * 1024;

/** Reads at most `most` bytes. Throws too_large, bad_request when the body ends early. */
export async function readBytes(request: Request, most: number): Promise<Uint8Array> {
	const declared = Number(request.headers.get("content-length") ?? 0);
	if (declared > most) throw tooLarge(most);
	const pieces: Uint8Array[] = [];
	let length = 0;
	try {
		for await (const piece of request.body ?? []) {
			length += piece.length;
			if (length > most) throw tooLarge(most);
			pieces.push(piece);
		}
	} catch (error) {
		if (error instanceof BrigError) throw error;
		throw new BrigError("bad_request", "The body ended before it was complete.");
	}
	return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
}

function tooLarge(most: number): BrigError {
	return new BrigError("too_large", `The body is larger than ${most} bytes.`);
}

/** Reads UTF-8 text. Throws too_large, and invalid_source for other bytes. */
export async function readText(request: Request, most: number): Promise<string> {
	const bytes = await readBytes(request, most);
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch {
		throw new BrigError("invalid_source", "The body is not valid UTF-8.");
	}
}

/** JSON text as it came, known to be valid. An empty body is `{}`. Throws too_large, invalid_json. */
export async function readJsonText(request: Request, most = JSON_BODY_BYTES): Promise<string> {
	const bytes = await readBytes(request, most);
	let text: string;
	try {
		text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch {
		throw new BrigError("invalid_json", "The body is not valid UTF-8.");
	}
	if (text.trim() === "") return "{}";
	if (jsonDepth(text) > JSON_DEPTH)
		throw new BrigError("invalid_json", `The body nests deeper than ${JSON_DEPTH} levels.`);
	try {
		JSON.parse(text);
	} catch (error) {
		throw new BrigError(
			"invalid_json",
			`The body is not valid JSON: ${(error as Error).message.slice(0, 200)}.`,
		);
	}
	return text;
}

/** The value of a JSON body. */
export async function readJson(request: Request, most?: number): Promise<unknown> {
	return JSON.parse(await readJsonText(request, most));
}
