/**
 * The running service, as systemd and its own admin socket know it.
 * @module
 */
import { existsSync } from "node:fs";
import { SERVICE, SOCKET } from "./paths.ts";
import { ask, run } from "./programs.ts";
import { request } from "./socket.ts";

/** A first start unpacks, migrates and tries a sandbox; on a small machine that takes a while. */
const HEALTHY_MS = 300_000;
const PAUSE_MS = 250;
/** systemd itself kills after TimeoutStopSec. */
const STOP_MS = 60_000;
const JOURNAL_LINES = "20";

/** True while systemd runs it or tries to. */
export async function isActive(): Promise<boolean> {
	const state = (await ask(["systemctl", "is-active", SERVICE])).stdout;
	return state === "active" || state === "activating" || state === "reloading";
}

/** Running executions get the server's ten seconds. */
export async function stop(): Promise<void> {
	await run(["systemctl", "stop", SERVICE], STOP_MS);
}

/** Starts it and waits until it says that it is healthy. Throws an Error with the end of its journal. */
export async function startHealthy(): Promise<void> {
	const since = Math.floor(Date.now() / 1000);
	await ask(["systemctl", "reset-failed", SERVICE]);
	await run(["systemctl", "start", SERVICE], STOP_MS);
	const deadline = performance.now() + HEALTHY_MS;
	let seen = "it gave no answer";
	while (performance.now() < deadline) {
		const health = await healthz();
		if (health === "ok") return await tryPrograms();
		seen = health ?? seen;
		const { stdout } = await ask(["systemctl", "show", SERVICE, "--property=ActiveState,NRestarts"]);
		if (/^ActiveState=(failed|inactive)$/m.test(stdout) || /^NRestarts=[1-9]/m.test(stdout)) {
			throw new Error(
				`The service ends as soon as it is started. Its last words:\n${await lastWords(since)}`,
			);
		}
		await Bun.sleep(PAUSE_MS);
	}
	throw new Error(
		`The service was not healthy within ${HEALTHY_MS / 1000} s (${seen}). Its last words:\n${await lastWords(since)}`,
	);
}

/** True when it answers, and is well. */
export async function isHealthy(): Promise<boolean> {
	return (await healthz()) === "ok";
}

/** What /healthz says, or null when nobody answers. */
async function healthz(): Promise<string | null> {
	if (!existsSync(SOCKET)) return null;
	try {
		const response = await fetch("http://brig/healthz", {
			unix: SOCKET,
			signal: AbortSignal.timeout(5_000),
		} as RequestInit);
		const text = (await response.text()).slice(0, 200);
		return response.ok ? "ok" : text;
	} catch {
		return null;
	}
}

/** Runs a program in each language: it listens before it knows whether sandboxes can be made. Throws an Error. */
async function tryPrograms(): Promise<void> {
	const { namespaces } = await request<{ namespaces: { name: string }[] }>("GET", "/v1/namespaces");
	const [namespace] = namespaces;
	if (!namespace) return;
	for (const language of ["python", "typescript"]) {
		const program = { language, code: "6 * 7" };
		const path = `/v1/namespaces/${namespace.name}/execute`;
		const { status, result, error } = await request<Tried>("POST", path, program);
		if (status !== "ok" || result !== 42)
			throw new Error(
				`A first program in ${language} ended as ${status}: ${error?.message ?? JSON.stringify(result)}`,
			);
	}
}

interface Tried {
	status: string;
	result: unknown;
	error: { message: string } | null;
}

/** What the service itself wrote to the journal since then, in seconds. */
async function lastWords(since: number): Promise<string> {
	const said = await ask([
		...["journalctl", "--no-pager", "--output=cat", `--since=@${since}`, `--lines=${JOURNAL_LINES}`],
		`_SYSTEMD_UNIT=${SERVICE}`,
	]);
	return said.stdout.replace(/^/gm, "  ") || "  (none)";
}
