/**
 * The server that may run on a data folder, seen through its socket there.
 * @module
 */
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { reasonOf } from "./finding.ts";

/** What the socket in the data folder leads to. */
export type Server =
	/** No socket: no server runs, or it was stopped in order. */
	| { kind: "none" }
	/** This user may not open it. */
	| { kind: "closed"; socket: string }
	/** A socket that nobody serves any more. */
	| { kind: "dead"; socket: string }
	/** Somebody holds it and does not answer. */
	| { kind: "silent"; socket: string; reason: string }
	| Up;

export interface Up {
	kind: "up";
	socket: string;
	/** Its number, where this user may know it. */
	pid: number | null;
	/** What `GET /healthz` answered, and how long that took. */
	health: { status: number; body: unknown; ms: number };
	/** What `GET /metrics` answered; null when it has none. */
	metrics: string | null;
}

const ANSWER_MS = 5_000;
const MOST_ANSWER = 4 * 1024 * 1024;

/** Asks for health, as a local administrator. */
export async function findServer(socket: string, pidFile: string): Promise<Server> {
	if (!existsSync(socket)) return { kind: "none" };
	try {
		accessSync(socket, constants.R_OK | constants.W_OK);
	} catch {
		return { kind: "closed", socket };
	}
	const start = performance.now();
	try {
		const signal = AbortSignal.timeout(ANSWER_MS);
		const { status, body } = await askLocal(socket, "GET", "/healthz", signal);
		const ms = performance.now() - start;
		const metrics = await askText(socket, "GET", "/metrics", signal);
		return {
			kind: "up",
			socket,
			pid: pidIn(pidFile),
			health: { status, body, ms },
			metrics: metrics.status === 200 ? metrics.text : null,
		};
	} catch (error) {
		const refused = /ECONNREFUSED|FailedToOpenSocket/.test((error as { code?: string }).code ?? "");
		if (refused) return { kind: "dead", socket };
		return { kind: "silent", socket, reason: reasonOf(error) };
	}
}

/** One request through the socket; the answer's JSON, null when it is none. Rejects when there is no answer. */
export async function askLocal(
	socket: string,
	method: "GET" | "POST",
	path: string,
	signal: AbortSignal,
	body?: object,
): Promise<{ status: number; body: unknown }> {
	const { status, text } = await askText(socket, method, path, signal, body);
	return { status, body: parsed(text) };
}

/** The same for the answer's text, empty when it is too long. */
async function askText(
	socket: string,
	method: "GET" | "POST",
	path: string,
	signal: AbortSignal,
	body?: object,
): Promise<{ status: number; text: string }> {
	const response = await fetch(`http://brig${path}`, {
		method,
		unix: socket,
		redirect: "manual",
		signal,
		...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
	} as RequestInit);
	const text = await response.text();
	return { status: response.status, text: text.length > MOST_ANSWER ? "" : text };
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

function pidIn(file: string): number | null {
	try {
		const pid = Number(readFileSync(file, "utf8"));
		return Number.isInteger(pid) && pid > 0 && existsSync(`/proc/${pid}`) ? pid : null;
	} catch {
		return null;
	}
}
