/**
 * Running one program: the op `run`.
 * @module
 */
import { evaluate, type Source } from "./evaluate.ts";
import { type Lease, sendError, sendResult } from "./results.ts";
import { programBody } from "./transform.ts";

const PATH = "/work/program.ts";

/** Runs the program and sends its one result. What it leaves running when its main code ends is abandoned. */
export async function runProgram(lease: Lease, text: string): Promise<void> {
	const source: Source = { path: PATH, name: "program.ts", text, body: null };
	let sent = false;
	function fail(thrown: unknown): void {
		if (sent) return;
		sent = true;
		sendError(lease, source, thrown, undefined);
	}
	process.on("uncaughtException", fail);
	process.on("unhandledRejection", fail);
	try {
		source.body = programBody(text, lease.services);
		const value = await evaluate(PATH, source.body);
		if (sent) return;
		sent = true;
		sendResult(lease, source, value, undefined);
	} catch (thrown) {
		fail(thrown);
	}
}
