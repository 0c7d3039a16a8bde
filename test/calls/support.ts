/**
 * A server whose sandboxes can be counted from the host, with functions to call.
 * @module
 */
import { descendants } from "../attack/support/processes.ts";
import { type Api, api } from "../http/support/client.ts";
import { startBrig, type TestBrig } from "../server.ts";

/** As much of a tap test as starting a server needs. */
interface Test {
	teardown(action: () => unknown): unknown;
}

export interface Result {
	id: string;
	status: string;
	// biome-ignore lint/suspicious/noExplicitAny: tests look at what they expect
	result: any;
	stdout: string;
	stderr: string;
	error: {
		type: string;
		message: string;
		line: number | null;
		traceback: string | null;
		hint: string | null;
	} | null;
	warnings: string[];
	usage: { calls: number; wall_ms: number; bytes_in_sandbox: number };
}
export type Language = "python" | "typescript";

export interface Called {
	seq: number;
	parent: number | null;
	function: string;
	version: number | null;
	depth: number;
	count: number;
	status: string;
	error_type: string | null;
	wall_ms: number;
	bytes_in: number;
	bytes_out: number;
}

export class Caller {
	readonly call: Api;

	constructor(readonly brig: TestBrig) {
		this.call = api(brig);
	}

	/** Registers a function as admin. */
	async put(name: string, code: string, fields: Record<string, unknown> = {}): Promise<void> {
		const { status, text } = await this.call("PUT", `functions/${name}`, { body: { code, ...fields } });
		if (status !== 201) throw new Error(`${name}: ${text}`);
	}

	async run(language: Language, code: string, fields: Record<string, unknown> = {}): Promise<Result> {
		return (await this.call("POST", "execute", { body: { language, code, ...fields } })).json;
	}

	/** The ledger's row, as the admin sees it. */
	async ledger(id: string) {
		return (await this.call("GET", `executions/${id}`)).json as {
			status: string;
			call_tree: Called[];
			outputs: { function: string; stdout: string; stderr: string }[];
			usage: Result["usage"];
			function: string | null;
			version: number | null;
		};
	}

	/** The sandboxes that live now, by the process ids of their nsjails. */
	jails(): Set<number> {
		return new Set(descendants(this.brig.process.pid).map(({ jail }) => jail));
	}

	/** Resolves when no sandbox is left; false when some still live after ten seconds. */
	async quiet(): Promise<boolean> {
		for (const end = Date.now() + 10_000; Date.now() < end; await Bun.sleep(50))
			if (this.jails().size === 0) return true;
		return false;
	}
}

/** Starts a server that keeps no sandboxes in store, so that every one is somebody's. */
export async function startCaller(t: Test): Promise<Caller> {
	return new Caller(await startBrig(t, { args: ["--warm", "0"] }));
}
