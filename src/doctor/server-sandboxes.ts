/**
 * Programs in the sandboxes of the running server, asked for through its socket.
 * @module
 */
import * as v from "valibot";
import type { Ran, Sandboxes } from "./sandboxes.ts";
import { askLocal } from "./server-state.ts";

const Namespaces = v.object({ namespaces: v.array(v.object({ name: v.string() })) });
const Executed = v.object({
	status: v.string(),
	result: v.unknown(),
	stdout: v.string(),
	stderr: v.string(),
	error: v.nullable(v.object({ type: v.string(), message: v.string() })),
	usage: v.object({ wall_ms: v.nullable(v.number()) }),
});
const Refused = v.object({ error: v.object({ code: v.string(), message: v.string() }) });

const PROGRAM_MS = 10_000;
const BUSY = 429;

export function serverSandboxes(socket: string): Sandboxes {
	return {
		measured: "for a program in the running server",
		close: async () => {},
		async run(language, code, signal): Promise<Ran> {
			const namespace = await anyNamespace(socket, signal);
			if (namespace === null) {
				return {
					ok: false,
					busy: false,
					reason: "the server has no namespace: `brig namespace create default` makes one",
				};
			}
			const path = `/v1/namespaces/${encodeURIComponent(namespace)}/execute`;
			const start = performance.now();
			const { status, body } = await askLocal(socket, "POST", path, signal, {
				language,
				code,
				timeout_ms: PROGRAM_MS,
			});
			return outcome(status, body, performance.now() - start);
		},
	};
}

/** Any will do: a sandbox knows nothing of the namespace that its program does not ask for. */
async function anyNamespace(socket: string, signal: AbortSignal): Promise<string | null> {
	const { body } = await askLocal(socket, "GET", "/v1/namespaces", signal);
	const parsed = v.safeParse(Namespaces, body);
	return parsed.success ? (parsed.output.namespaces[0]?.name ?? null) : null;
}

function outcome(status: number, body: unknown, ms: number): Ran {
	const refused = v.safeParse(Refused, body);
	if (refused.success) return { ok: false, busy: status === BUSY, reason: refused.output.error.message };
	const parsed = v.safeParse(Executed, body);
	if (!parsed.success)
		return { ok: false, busy: false, reason: `the server answered ${status} to a program` };
	const { result, stdout, stderr, error } = parsed.output;
	if (error) return { ok: false, busy: false, reason: `${error.type}: ${error.message}` };
	return { ok: true, value: result, text: JSON.stringify([result, stdout, stderr]), ms };
}
