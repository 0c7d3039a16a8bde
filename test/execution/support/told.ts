/**
 * What a client is told of an end, through HTTP, and what the ledger says of it.
 * @module
 */
import type { Test } from "tap";
import type { Caller, Result } from "../../calls/support.ts";
import type { Ending, Told } from "./endings.ts";
import { logged } from "./logged.ts";

/** Runs the program as it stands and compares reply and ledger with what must be told. */
export async function tells(t: Test, caller: Caller, ending: Ending): Promise<Result> {
	const { language, code, timeout_ms } = ending;
	const body = { language, code, ...(timeout_ms ? { timeout_ms } : {}) };
	const { status, text, json } = await caller.call("POST", "execute", { body });
	t.equal(status, 200, text.slice(0, 300));
	const reply = json as Result;
	isTold(t, reply, ending, `${language}: ${code.slice(0, 150)}`);
	const row = (await caller.call("GET", `executions/${reply.id}`)).json;
	t.match(row, { status: reply.status, error_type: reply.error?.type ?? null }, "the ledger says the same");
	const { status: ended, error } = await logged(caller.brig, reply.id);
	t.same(
		{ ended, failed: error !== undefined },
		{ ended: reply.status, failed: reply.error !== null },
		"so does the log",
	);
	return reply;
}

function isTold(t: Test, reply: Result, told: Told, what: string): void {
	const { status, type, message, hint } = told;
	t.equal(reply.status, status, `${what}: ${JSON.stringify(reply.error)?.slice(0, 300)}`);
	if ("result" in told) t.same(reply.result, told.result);
	else t.equal(reply.result, null);
	if (status === "ok") return void t.equal(reply.error, null);
	for (const [field, wanted] of Object.entries({ type, message, hint })) {
		const found = reply.error?.[field as "type" | "message" | "hint"];
		if (wanted instanceof RegExp) t.match(found, wanted, `${field} of ${what}`);
		else if (wanted !== undefined) t.equal(found, wanted, `${field} of ${what}`);
	}
}

/** The newest row of the ledger: what a client that got no execution result has caused. */
export async function newest(
	caller: Caller,
): Promise<{ id: string; status: string; error_type: string | null }> {
	return (await caller.call("GET", "executions?limit=1")).json.executions[0];
}
