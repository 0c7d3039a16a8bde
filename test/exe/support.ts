/** A client and a look at the process table, for tests of the executable as a user has it. */
import { readFileSync } from "node:fs";
import { EXECUTABLE, outerEnv, type TestBrig } from "../server.ts";

/** What `serve` needs beside its data on a machine without delegated control groups. */
export const LIMITS = process.env.BRIG_TEST_SCOPE ? [] : ["--without-cgroups"];

// biome-ignore lint/suspicious/noExplicitAny: tests look into arbitrary JSON
type Json = any;

/** One request below /v1/namespaces/default; the answer's status and JSON. */
export async function api(
	brig: Pick<TestBrig, "url" | "adminKey">,
	method: string,
	path: string,
	body?: object | string,
): Promise<{ status: number; body: Json }> {
	const answer = await fetch(`${brig.url}/v1/namespaces/default/${path}`, {
		method,
		headers: {
			authorization: `Bearer ${brig.adminKey}`,
			// One that was kept open may be closed by the server in the moment of the next request.
			connection: "close",
			...(typeof body === "object" ? { "content-type": "application/json" } : {}),
		},
		...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
	});
	const text = await answer.text();
	return { status: answer.status, body: text ? JSON.parse(text) : null };
}

export const execute = (
	brig: Pick<TestBrig, "url" | "adminKey">,
	language: string,
	code: string,
	timeout_ms = 60_000,
) => api(brig, "POST", "execute", { language, code, timeout_ms });

/** How many sandboxes wait, attested and ready, by the server's own count. */
export async function waitingSandboxes(brig: Pick<TestBrig, "url" | "adminKey">): Promise<number> {
	const answer = await fetch(`${brig.url}/metrics`, {
		headers: { authorization: `Bearer ${brig.adminKey}`, connection: "close" },
	});
	const counts = (await answer.text()).matchAll(/^brig_sandboxes_waiting\{.*\} (\d+)$/gm);
	return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Runs `brig` to its end, with the environment of startBrig. */
export async function brigCommand(
	args: string[],
	options: { env?: Record<string, string>; cwd?: string } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
	const child = Bun.spawn([EXECUTABLE, ...args], {
		stdio: ["ignore", "pipe", "pipe"],
		// One that should have ended is not left behind.
		timeout: 60_000,
		killSignal: "SIGKILL",
		env: { ...outerEnv(), ...options.env },
		...(options.cwd ? { cwd: options.cwd } : {}),
	});
	const [code, stdout, stderr] = await Promise.all([
		child.exited,
		new Response(child.stdout).text(),
		new Response(child.stderr).text(),
	]);
	return { code, stdout, stderr };
}

/** The real user id of a process on the host; null when it is gone. */
export function userOf(pid: number): number | null {
	try {
		return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
	} catch {
		return null;
	}
}

/** Resolves when so many executions run. */
export async function untilRunning(brig: Pick<TestBrig, "url" | "adminKey">, count: number): Promise<void> {
	for (let tries = 0; tries < 1_000; tries++) {
		const { body } = await api(brig, "GET", "executions?status=running");
		if (body.executions.length >= count) return;
		await Bun.sleep(10);
	}
	throw new Error(`no ${count} executions run`);
}
