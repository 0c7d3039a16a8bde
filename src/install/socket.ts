/**
 * Requests to the new service through its admin socket.
 * @module
 */
import { SOCKET } from "./paths.ts";

/** The JSON that it answers. Throws an Error that quotes a refusal. */
export async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
	const response = await fetch(`http://brig${path}`, {
		method,
		unix: SOCKET,
		signal: AbortSignal.timeout(60_000),
		...(body === undefined
			? {}
			: { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
	} as RequestInit);
	if (!response.ok)
		throw new Error(`The service refused ${method} ${path}: ${(await response.text()).slice(0, 500)}`);
	return (await response.json()) as T;
}
