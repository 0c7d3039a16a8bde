/**
 * Requests about one function's versions.
 * @module
 */
import { type Answer, api, type Options } from "../http/support/client.ts";
import { startBrig } from "../server.ts";

/** As much of a tap test as starting a server needs. */
interface Test {
	teardown(action: () => unknown): unknown;
}

/** A source whose function gives back this number. */
export const source = (n: number | string, name = "get") => `def ${name}():\n    return ${n}\n`;

/** A server, and requests below the functions of its namespace `default`. */
export async function startVersions(t: Test) {
	const brig = await startBrig(t);
	const call = api(brig);
	const at = (method: string, path: string, body?: unknown, options: Options = {}): Promise<Answer> =>
		call(method, `functions/${path}`, { ...(body === undefined ? {} : { body }), ...options });
	return {
		brig,
		call,
		at,
		put: (name: string, code: string, fields: Record<string, unknown> = {}, options: Options = {}) =>
			at("PUT", name, { code, ...fields }, options),
		result: async (name: string) => (await at("POST", `${name}/call`, {})).json.result,
	};
}
