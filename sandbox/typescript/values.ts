/**
 * JavaScript values to JSON text, faithfully or with an error that says where.
 * @module
 */
import { NotJson, notJsonReason, readFault } from "./value-errors.ts";

const { stringify } = JSON;
const { isArray } = Array;
const { getPrototypeOf, keys: keysOf } = Object;
const isFiniteNumber = Number.isFinite;
const isoDate = Date.prototype.toISOString;
const timeOf = Date.prototype.getTime;
const objectPrototype = Object.prototype;

/** The JSON text of a value; throws TypeError with a path such as `result.items[3].price` when it has none. */
export function encode(value: unknown, root: string, depthLimit: number): string {
	if (value === undefined) return "null";
	if (isPlain(value, depthLimit)) return stringify(value);
	try {
		const parts: string[] = [];
		new Encoder(parts, depthLimit).write(value, "");
		return parts.join("");
	} catch (error) {
		throw error instanceof NotJson ? error.asTypeError(root) : error;
	}
}

/** Whether JSON.stringify alone is faithful: it is far faster, and almost every value is plain. */
function isPlain(value: unknown, depthLeft: number): boolean {
	switch (typeof value) {
		case "string":
			return value.isWellFormed();
		case "number":
			return isFiniteNumber(value);
		case "boolean":
			return true;
		case "object":
			break;
		default:
			return false;
	}
	if (value === null) return true;
	if (depthLeft === 0) return false;
	if (isArray(value)) {
		if ("toJSON" in value) return false;
		for (let index = 0; index < value.length; index++)
			if (!isPlain(value[index], depthLeft - 1)) return false;
		return true;
	}
	if (getPrototypeOf(value) !== objectPrototype || "toJSON" in value) return false;
	try {
		for (const key of keysOf(value)) {
			const item = (value as Record<string, unknown>)[key];
			if (!key.isWellFormed() || (item !== undefined && !isPlain(item, depthLeft - 1))) return false;
		}
	} catch {
		return false;
	}
	return true;
}

/** Writes one value, converting what the contract converts. */
class Encoder {
	readonly #open = new Set<object>();

	constructor(
		readonly parts: string[],
		readonly depthLimit: number,
	) {}

	write(value: unknown, key: string): void {
		switch (typeof value) {
			case "string":
				return this.#text(value);
			case "number":
				if (!isFiniteNumber(value)) throw new NotJson(`is ${value}, which JSON can't hold`);
				this.parts.push(stringify(value));
				return;
			case "boolean":
			case "bigint":
				this.parts.push(`${value}`);
				return;
			case "object":
				if (value === null) this.parts.push("null");
				else this.#object(value, key);
				return;
			default:
				throw new NotJson(notJsonReason(value));
		}
	}

	#text(text: string): void {
		if (!text.isWellFormed()) throw new NotJson("is text with a lone surrogate, which UTF-8 can't hold");
		this.parts.push(stringify(text));
	}

	#object(value: object, key: string): void {
		if (this.#open.has(value)) throw new NotJson("contains itself");
		if (this.#open.size >= this.depthLimit)
			throw new NotJson(`is nested deeper than ${this.depthLimit} levels`);
		this.#open.add(value);
		this.#container(value, key);
		this.#open.delete(value);
	}

	#container(value: object, key: string): void {
		if (value instanceof Date) {
			if (Number.isNaN(timeOf.call(value))) throw new NotJson("is an invalid Date");
			return this.#text(isoDate.call(value));
		}
		if (value instanceof Map) return this.#entries(mapEntries(value));
		const reason = notJsonReason(value);
		if (reason.startsWith("is bytes")) throw new NotJson(reason);
		const toJson = readFault(() => (value as { toJSON?: unknown }).toJSON);
		if (typeof toJson === "function") {
			const converted: unknown = readFault(() => toJson.call(value, key));
			return this.write(converted === undefined ? null : converted, key);
		}
		if (isArray(value)) return this.#array(value);
		const prototype = getPrototypeOf(value);
		if (prototype !== null && getPrototypeOf(prototype) !== null) throw new NotJson(reason);
		if (value instanceof Promise || reason.startsWith("is a module")) throw new NotJson(reason);
		this.#entries(keysOf(value).map((name) => [name, () => (value as Record<string, unknown>)[name]]));
	}

	#array(items: unknown[]): void {
		this.parts.push("[");
		for (let index = 0; index < items.length; index++) {
			if (index > 0) this.parts.push(",");
			try {
				const item = readFault(() => items[index]);
				if (item === undefined) throw new NotJson("is undefined; use null");
				this.write(item, `${index}`);
			} catch (error) {
				throw NotJson.at(error, index);
			}
		}
		this.parts.push("]");
	}

	#entries(entries: [string, () => unknown][]): void {
		this.parts.push("{");
		let comma = "";
		for (const [key, read] of entries) {
			try {
				const item = readFault(read);
				if (item === undefined) continue;
				if (!key.isWellFormed()) throw new NotJson("has a key with a lone surrogate");
				this.parts.push(comma, stringify(key), ":");
				comma = ",";
				this.write(item, key);
			} catch (error) {
				throw NotJson.at(error, key);
			}
		}
		this.parts.push("}");
	}
}

function mapEntries(map: Map<unknown, unknown>): [string, () => unknown][] {
	const names = new Set<string>();
	const entries: [string, () => unknown][] = [];
	for (const [key, item] of map) {
		if (typeof key !== "string" && typeof key !== "number") {
			throw new NotJson(
				`is a Map with a key that is ${key === null ? "null" : `a ${typeof key}`}; use text or numbers`,
			);
		}
		const name = String(key);
		if (names.has(name)) throw new NotJson(`is a Map with two keys that are both ${stringify(name)} in JSON`);
		names.add(name);
		entries.push([name, () => item]);
	}
	return entries;
}
