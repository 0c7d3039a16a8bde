/**
 * What makes a value unfit for JSON, told with its path.
 * @module
 */
const { stringify } = JSON;
const PATH_KEPT = 300;
const NAME_KEPT = 60;

/** A fault found while encoding; each level that it leaves adds its step of the path. */
export class NotJson extends Error {
	readonly steps: (string | number)[] = [];

	/** Adds a step to a fault on its way out; anything else passes as it is. */
	static at(error: unknown, step: string | number): unknown {
		if (error instanceof NotJson) error.steps.push(step);
		return error;
	}

	/** The error that the program sees. */
	asTypeError(root: string): TypeError {
		return new TypeError(`${pathText(root, this.steps.reverse())} ${this.message}`);
	}
}

/** `result.items[3]["a b"]` from the steps, outermost first. */
export function pathText(root: string, steps: readonly (string | number)[]): string {
	let text = root;
	for (const step of steps) {
		if (typeof step === "number") text += `[${step}]`;
		else if (/^[A-Za-z_$][\w$]*$/.test(step) && step.length <= NAME_KEPT) text += text ? `.${step}` : step;
		else text += `[${stringify(step.length <= NAME_KEPT ? step : `${step.slice(0, NAME_KEPT)}…`)}]`;
	}
	return text.length <= PATH_KEPT ? text : `${text.slice(0, PATH_KEPT / 2)}…${text.slice(-PATH_KEPT / 2)}`;
}

/** Runs the program's own code (a getter, a toJSON); what it throws becomes a fault with a path. */
export function readFault<T>(read: () => T): T {
	try {
		return read();
	} catch (error) {
		if (error instanceof NotJson) throw error;
		const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
		throw new NotJson(`can't be read: ${message}`);
	}
}

/** What kind of thing a value is, and what to return instead. */
export function notJsonReason(value: unknown): string {
	if (value === undefined) return "is undefined; use null";
	if (typeof value === "function") return functionReason(value);
	if (typeof value === "symbol") return "is a symbol, which JSON has no form for";
	if (value instanceof Set) return "is a Set, which JSON has no form for; use [...set]";
	if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
		return `is bytes (${className(value as object)}); decode them to text, or use [...bytes] for numbers`;
	}
	if (value instanceof Promise) return "is a Promise that was never awaited; put `await` before it";
	if (value instanceof Error) return `is an error (${className(value)}); use its message`;
	const name = className(value as object);
	if (name === "Module") return "is a module";
	if (/Iterator|Generator/.test(name)) return "is an iterator; use [...items]";
	return `is an instance of the class ${name}; use a plain object, or give it a toJSON`;
}

function functionReason(value: object): string {
	const isClass = /^class\b/.test(Function.prototype.toString.call(value));
	return isClass ? "is a class" : "is a function; did you mean to call it?";
}

function className(value: object): string {
	try {
		const name = value.constructor?.name || Object.prototype.toString.call(value).slice(8, -1);
		return typeof name === "string" ? name.slice(0, NAME_KEPT) : "Object";
	} catch {
		return "Object";
	}
}
