/**
 * A real server under attack: started among canaries, watched, asked to run hostile programs.
 * @module
 */
import { readdirSync, statSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import type { Test } from "tap";
import { PATIENCE } from "../../patience.ts";
import { startBrig, type TestBrig } from "../../server.ts";
import { type Host, makeHost } from "./host.ts";
import { descendants, marked, mountsOf, openDescriptors, residentMb } from "./processes.ts";
import { fill, type Program } from "./programs.ts";
import { startWatch, type Watch } from "./watch.ts";

/** A group takes longer than tap's own half minute. */
const GROUP_MS = 280_000 * PATIENCE;
/** How long everything of an execution may take to go. */
const GONE_MS = 10_000 * PATIENCE;
/** Connections to the server that the tests may come to keep open. */
const OWN_CONNECTIONS = 4;

export interface Reply {
	http: number;
	text: string;
	id: string;
	status: string;
	error: { type: string; message: string } | null;
	result: unknown;
}

/** A server under attack, what surrounds it, and how it was before. */
export interface Attack {
	brig: TestBrig;
	host: Host;
	watch: Watch;
	facts: Record<string, string>;
	before: { mounts: string[]; descriptors: number; memory: number; parts: string };
}

/** Starts server, canaries and watch. @param env more of the server's environment */
export async function startAttack(t: Test, env: Record<string, string> = {}): Promise<Attack> {
	t.setTimeout(GROUP_MS);
	const host = await makeHost(t);
	const brig = await startBrig(t, {
		// Sandboxes that wait for their use could not be told from ones that were left over.
		args: ["--warm", "0"],
		env: { CANARY_OF_THE_SERVER: host.token, ...env },
	});
	host.secrets.set("admin key", brig.adminKey);
	host.secrets.set("run key", brig.runKey);
	const pid = brig.process.pid;
	const attack: Attack = {
		brig,
		host,
		watch: startWatch(brig.url, pid),
		facts: {
			...host.facts,
			HOST_ADDRESSES: hostAddresses().join(" "),
			DATA: brig.data,
			SERVER_PID: String(pid),
			SERVER_PORT: new URL(brig.url).port,
		},
		before: {
			mounts: mountsOf(pid, [brig.data, host.folder]),
			descriptors: 0,
			memory: 0,
			parts: parts(brig.data),
		},
	};
	t.teardown(() => attack.watch.stop());
	// What the first executions open for good is no leak.
	for (const language of ["python", "typescript"]) await run(attack, "6 * 7", language);
	await callLarge(attack);
	await quiet(attack);
	attack.before.descriptors = (await fewestDescriptors(pid)) + OWN_CONNECTIONS;
	attack.before.memory = residentMb(pid);
	return attack;
}

/** A large input starts the worker that checks such, for good. */
async function callLarge(attack: Attack): Promise<void> {
	const path = "/v1/namespaces/default/functions/attack.large";
	const code = "def large(text: str) -> int:\n    return len(text)";
	await request(attack, "PUT", path, JSON.stringify({ code }), attack.brig.adminKey);
	const reply = await request(attack, "POST", `${path}/call`, JSON.stringify({ text: "x".repeat(100_000) }));
	if (reply.result !== 100_000) throw new Error(`a large input was not taken: ${reply.text.slice(0, 500)}`);
	await request(attack, "DELETE", path, undefined, attack.brig.adminKey);
}

/** How many descriptors a server holds when nothing happens: what has ended goes over a moment. */
async function fewestDescriptors(pid: number): Promise<number> {
	let fewest = openDescriptors(pid);
	for (let tries = 0; tries < 25; tries++) {
		await Bun.sleep(20 * PATIENCE);
		fewest = Math.min(fewest, openDescriptors(pid));
	}
	return fewest;
}

/** Sends a program as it stands in its file, as `execute` or as a hosted function. */
export async function runProgram(attack: Attack, program: Program): Promise<Reply> {
	const code = fill(program.code, attack.facts);
	if (!program.asFunction) return run(attack, code, program.language, program.timeoutMs);
	const path = "/v1/namespaces/default/functions/attack.main";
	const limits = program.timeoutMs ? { limits: { wall_ms: program.timeoutMs } } : {};
	const registration = JSON.stringify({ language: program.language, code, ...limits });
	await request(attack, "PUT", path, registration, attack.brig.adminKey);
	const reply = await request(attack, "POST", `${path}/call`, "{}");
	await request(attack, "DELETE", path, undefined, attack.brig.adminKey);
	return reply;
}

export function run(attack: Attack, code: string, language: string, timeout_ms?: number): Promise<Reply> {
	const body = JSON.stringify({ language, code, ...(timeout_ms ? { timeout_ms } : {}) });
	return request(attack, "POST", "/v1/namespaces/default/execute", body);
}

export async function request(
	{ brig }: Attack,
	method: string,
	path: string,
	body?: string,
	key = brig.runKey,
): Promise<Reply> {
	const answer = await fetch(brig.url + path, {
		method,
		headers: { authorization: `Bearer ${key}`, "content-type": "application/json", connection: "close" },
		...(body === undefined ? {} : { body }),
	});
	const text = await answer.text();
	const { id = "", status = "", error = null, result } = text ? JSON.parse(text) : {};
	return { http: answer.status, text, id, status, error, result };
}

/** Waits until no jail is left and the descriptors are as before, but not for ever: what is left is then judged. */
export async function quiet({ brig, before }: Attack): Promise<void> {
	const pid = brig.process.pid;
	const busy = () =>
		descendants(pid).length > 0 ||
		(before.descriptors > 0 && openDescriptors(pid) > before.descriptors) ||
		marked(brig.data, pid).length > 0;
	for (const end = Date.now() + GONE_MS; busy() && Date.now() < end; ) await Bun.sleep(20);
}

/** The addresses of this machine beside loopback. */
function hostAddresses(): string[] {
	return Object.values(networkInterfaces()).flatMap((addresses) =>
		(addresses ?? []).filter(({ internal }) => !internal).map(({ address }) => address),
	);
}

/** Names, sizes and times of what the server has unpacked and mounts into jails. */
export function parts(data: string): string {
	const folder = join(data, "bin");
	return readdirSync(folder, { recursive: true, encoding: "utf8" })
		.sort()
		.map((name) => {
			const { size, mtimeMs, mode, uid } = statSync(join(folder, name));
			return [name, size, mtimeMs, mode, uid].join(" ");
		})
		.join("\n");
}
