/**
 * The module "functions": services to call, and list, search and describe.
 * @module
 */
import type { Calls } from "./calls.ts";
import { FunctionError } from "./function-error.ts";

const FUNCTION_NAME = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;
/** JavaScript itself asks objects for these: a service must not seem to be a promise or to have a JSON form. */
const NOT_FUNCTIONS = new Set(["then", "toJSON", "constructor", "prototype", "valueOf"]);

/** Makes `import … from "functions"` work in every module from now on. `services` are the names to export. */
export function provideFunctions(services: readonly string[], calls: Calls): void {
	const exported: Record<string, unknown> = Object.create(null);
	for (const name of services) exported[name] = serviceOf(name, calls);
	Object.assign(exported, {
		list: () => calls.query("list", {}),
		search: (query: unknown, limit?: unknown) =>
			calls.query("search", { query: String(query), ...limitOf(limit) }),
		describe: (name: unknown) => calls.query("describe", { name: String(name) }),
		FunctionError,
	});
	const module = Object.freeze({ ...exported });
	Object.defineProperty(globalThis, "FunctionError", {
		value: FunctionError,
		writable: true,
		configurable: true,
	});
	Bun.plugin({
		name: "functions",
		setup(build) {
			build.module("functions", () => ({ loader: "object", exports: { ...module, default: module } }));
		},
	});
}

/** A service: each of its properties is a hosted function that takes one object and returns a promise. */
function serviceOf(service: string, calls: Calls): unknown {
	const known = new Map<string, unknown>();
	return new Proxy(() => {}, {
		get(_, key) {
			if (typeof key !== "string" || NOT_FUNCTIONS.has(key) || !FUNCTION_NAME.test(key)) return undefined;
			if (key === "toString") return () => `[service ${service}]`;
			let call = known.get(key);
			if (!call) {
				const name = `${service}.${key}`;
				call = Object.defineProperty((...args: unknown[]) => calls.call(name, args), "name", { value: name });
				known.set(key, call);
			}
			return call;
		},
		set: () => false,
		defineProperty: () => false,
		apply() {
			throw new TypeError(`${service} is a service: call one of its functions, as in ${service}.name({ … })`);
		},
	});
}

/** `search(q, 5)` and `search(q, { limit: 5 })` mean the same. */
function limitOf(limit: unknown): { limit?: number } {
	const given = typeof limit === "object" && limit !== null ? (limit as { limit?: unknown }).limit : limit;
	return given === undefined ? {} : { limit: Number(given) };
}
