/**
 * The ways to end that no code can bring about: each with a server of its own, and the host's hand at work.
 * @module
 */
import { Database } from "bun:sqlite";
import { chmodSync, copyFileSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { Test } from "tap";
import type { Way } from "../../../src/execution/outcome.ts";
import { processTree } from "../../../src/sandbox/measure.ts";
import { Caller } from "../../calls/support.ts";
import { untilRunning } from "../../exe/support.ts";
import { refused } from "../../http/support/client.ts";
import { until } from "../../sandbox/real.ts";
import { startBrig } from "../../server.ts";
import type { Language } from "./endings.ts";
import { logged } from "./logged.ts";
import { newest } from "./told.ts";

const LANGUAGES: Language[] = ["python", "typescript"];
/** Says that it runs, to the client and by a process that the host can see, and does not end by itself. */
const FOREVER: Record<Language, string> = {
	python: "import subprocess\nprint('started')\nsubprocess.run(['/bin/sleep', '60'])",
	typescript: 'console.log("started");\nBun.spawnSync(["/bin/sleep", "60"]);',
};

async function start(t: Test, args: string[] = []): Promise<Caller> {
	return new Caller(await startBrig(t, { args: ["--warm", "0", ...args] }));
}

/** Starts a program that never ends and resolves when it runs; `answer` comes when the server has ended it. */
async function running(caller: Caller, language: Language, signal?: AbortSignal) {
	const before = sleepers(caller);
	const { url, adminKey } = caller.brig;
	const answer = fetch(`${url}/v1/namespaces/default/execute`, {
		method: "POST",
		headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
		body: JSON.stringify({ language, code: FOREVER[language] }),
		...(signal ? { signal } : {}),
	}).then(async (reply) => ({ status: reply.status, json: JSON.parse(await reply.text()) }));
	answer.catch(() => {});
	await until("the program runs", () => sleepers(caller) > before);
	return { answer };
}

/** How many of those programs run now. */
function sleepers({ brig }: Caller): number {
	return processTree(brig.process.pid).filter((pid) => {
		try {
			return readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith("/bin/sleep");
		} catch {
			return false;
		}
	}).length;
}

/** The unpacked nsjail of a server. */
function nsjailOf(data: string): string {
	const bin = join(data, "bin");
	const parts = readdirSync(bin).find((name) => /^[0-9a-f]{16}$/.test(name));
	return join(bin, parts ?? "none", "nsjail/bin/nsjail");
}

/** What a client is told and the ledger has when there is no sandbox. */
async function failed(
	t: Test,
	caller: Caller,
	language: Language,
	message: RegExp,
	about: string,
): Promise<void> {
	const answer = await caller.call("POST", "execute", { body: { language, code: "6 * 7" } });
	refused(t, answer, 503, "no_sandbox", about);
	t.match(answer.json.error, { message, hint: /log/ });
	const { id, ...row } = await newest(caller);
	t.match(row, { status: "sandbox_failed", error_type: "NoSandbox" });
	t.match(await logged(caller.brig, id), { status: "sandbox_failed", error: "NoSandbox" });
}

export const OUTSIDE = {
	async cancelled(t) {
		const caller = await start(t);
		for (const language of LANGUAGES) {
			const leaving = new AbortController();
			await running(caller, language, leaving.signal);
			leaving.abort();
			t.ok(await caller.quiet(), "its sandbox is gone");
			t.match(await newest(caller), { status: "cancelled", error_type: "Cancelled" });
		}
	},

	async stopping(t) {
		const caller = await start(t, ["--concurrency", "2"]);
		const live = [await running(caller, "python"), await running(caller, "typescript")];
		const waiting = caller.call("POST", "execute", { body: { language: "python", code: "6 * 7" } });
		await untilRunning(caller.brig, 3);
		const exit = caller.brig.stop();
		const told = {
			status: "cancelled",
			result: null,
			error: {
				type: "ServerStopping",
				message: "The server stopped before the execution ended.",
				hint: "Run it again.",
			},
		};
		for (const { answer } of live)
			t.match(await answer, { status: 200, json: { ...told, stdout: "started\n" } });
		t.match(await waiting, { status: 200, json: { ...told, stdout: "" } }, "one that waited never began");
		t.equal(await exit, 0);
		const ended = [...live.map(({ answer }) => answer), waiting];
		for (const { json } of await Promise.all(ended))
			t.match(await logged(caller.brig, json.id), { status: "cancelled", error: "ServerStopping" });
		const db = new Database(join(caller.brig.data, "brig.db"), { readonly: true });
		const rows = db.query("SELECT status, error_type FROM executions").all();
		db.close();
		t.same(rows, Array(3).fill({ status: "cancelled", error_type: "ServerStopping" }));
	},

	async busy(t) {
		const caller = await start(t, ["--concurrency", "1"]);
		const leaving = new AbortController();
		await running(caller, "python", leaving.signal);
		const queued = LANGUAGES.map((language) =>
			caller.call("POST", "execute", { body: { language, code: "6 * 7" } }),
		);
		for (const answer of await Promise.all(queued)) {
			refused(t, answer, 429, "busy");
			t.match(answer.headers.get("retry-after"), /^\d+$/);
			const { id, ...row } = await newest(caller);
			t.match(row, { status: "busy", error_type: "Busy" });
			t.match(await logged(caller.brig, id), { status: "busy", error: "Busy" });
		}
		leaving.abort();
	},

	async launcher(t) {
		const caller = await start(t);
		const nsjail = nsjailOf(caller.brig.data);
		const kept = `${nsjail}.kept`;
		renameSync(nsjail, kept);
		for (const language of LANGUAGES)
			await failed(t, caller, language, /No sandbox could be started/, "missing");
		copyFileSync(kept, nsjail);
		chmodSync(nsjail, 0o644);
		for (const language of LANGUAGES)
			await failed(t, caller, language, /No sandbox could be/, "not executable");
		copyFileSync("/bin/false", nsjail);
		chmodSync(nsjail, 0o755);
		for (const language of LANGUAGES)
			await failed(t, caller, language, /No sandbox could/, "another program");
		t.equal((await caller.call("GET", "/healthz")).status, 503);
		renameSync(kept, nsjail);
		for (const language of LANGUAGES)
			t.match(await caller.run(language, "6 * 7"), { status: "ok" }, "well again");
	},

	async lost(t) {
		const caller = await start(t);
		for (const language of LANGUAGES) {
			const { answer } = await running(caller, language);
			for (const nsjail of caller.jails()) process.kill(nsjail, "SIGKILL");
			t.match(await answer, {
				status: 200,
				json: {
					status: "sandbox_failed",
					result: null,
					error: { type: "SandboxFailed", message: "The sandbox went away without a word.", hint: /again/ },
				},
			});
			const { id, ...row } = await newest(caller);
			t.match(row, { status: "sandbox_failed", error_type: "SandboxFailed" });
			t.match(caller.brig.stderr(), new RegExp(`sandbox_lost.*${id}`), "the log says which");
			t.ok(await caller.quiet(), "nothing of it is left");
			t.match(await caller.run(language, "6 * 7"), { status: "ok" }, "the next one works");
			t.ok(await caller.quiet());
		}
	},

	async refused(t) {
		const caller = await start(t);
		await caller.put("needs.py", "def py(): return 1", { env: ["NOT_SET"] });
		await caller.put("needs.ts", "export const ts = () => 1;", { env: ["NOT_SET"] });
		for (const name of ["needs.py", "needs.ts"]) {
			const { status, json } = await caller.call("POST", `functions/${name}/call`, { body: {} });
			t.match({ status, ...json }, { status: "error", error: { type: "MissingSecret", message: /NOT_SET/ } });
			t.match(await newest(caller), { id: json.id, status: "error", error_type: "MissingSecret" });
		}
	},

	async fault(t) {
		const caller = await start(t);
		await caller.call("PUT", "secrets/TOKEN", { body: "a value of the secret" });
		await caller.put("needs.py", "def py(): return 1", { env: ["TOKEN"] });
		await caller.put("needs.ts", "export const ts = () => 1;", { env: ["TOKEN"] });
		// Somebody else has been at the database: no code of the server knows what to do then.
		const db = new Database(join(caller.brig.data, "brig.db"));
		db.run("ALTER TABLE secrets RENAME TO elsewhere");
		for (const name of ["needs.py", "needs.ts"]) {
			const answer = await caller.call("POST", `functions/${name}/call`, { body: {} });
			refused(t, answer, 500, "internal");
			const { id, ...row } = await newest(caller);
			t.match(row, { status: "sandbox_failed", error_type: "InternalError" });
			t.match(await logged(caller.brig, id), { status: "sandbox_failed", error: "InternalError" });
			t.match(caller.brig.stderr(), new RegExp(`^\\S+ fault execution="${id}" reason="`, "m"));
		}
		db.run("ALTER TABLE elsewhere RENAME TO secrets");
		db.close();
		t.match(
			(await caller.call("POST", "functions/needs.py/call", { body: {} })).json,
			{ result: 1 },
			"well again",
		);
	},
} satisfies Partial<Record<Way, (t: Test) => Promise<void>>>;
