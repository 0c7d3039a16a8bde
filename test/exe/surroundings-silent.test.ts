import { existsSync } from "node:fs";
import t from "tap";
import { descendants } from "../attack/support/processes.ts";
import { PATIENCE } from "../patience.ts";
import { startBrig, type TestBrig } from "../server.ts";
import { api, execute, waitingSandboxes } from "./support.ts";

/** nsjail, PID 1 of the jail, the runner. */
const PARTS = [1, 2, 3];
const WARM = 2;
/** A second until a silent sandbox is given up, and the start of another. */
const SOON_MS = 3_000 * PATIENCE;

/** What is asked, and what must come of it however the sandbox that waited was treated. */
const PROGRAMS: [string, string, object][] = [
	["python", "return 6 * 7", { status: "ok", result: 42 }],
	["typescript", "return 6 * 7", { status: "ok", result: 42 }],
	[
		"python",
		"import os\nos._exit(3)",
		{ status: "error", error: { type: "SystemExit", message: /exit code 3 / } },
	],
];

t.setTimeout(120_000 * PATIENCE);

/** Resolves when all sandboxes wait that shall and none is starting or ending, by the process ids of their runners. */
async function waiting(brig: TestBrig): Promise<number[]> {
	for (let tries = 0; tries < 400 * PATIENCE; tries++) {
		const count = await waitingSandboxes(brig);
		const runners = descendants(brig.process.pid).filter(({ depth }) => depth === 3);
		if (count === 2 * WARM && runners.length === count) return runners.map(({ pid }) => pid);
		await Bun.sleep(20);
	}
	throw new Error("the pool does not fill");
}

for (const signal of ["SIGSTOP", "SIGKILL"] as const) {
	t.test(`sandboxes that wait and get ${signal} are replaced before a request meets them`, async (t) => {
		const brig = await startBrig(t, { args: ["--warm", String(WARM)] });
		t.equal((await api(brig, "PUT", "functions/s.f", "def f() -> int:\n    return 7\n")).status, 201);
		for (const depth of PARTS) {
			for (const [language, code, outcome] of PROGRAMS) {
				const before = await waiting(brig);
				for (const one of descendants(brig.process.pid))
					if (one.depth === depth) process.kill(one.pid, signal);
				// nsjail's end is PID 1's a moment later, and that is the runner's.
				while (signal === "SIGKILL" && before.some((pid) => existsSync(`/proc/${pid}`))) await Bun.sleep(5);
				const start = performance.now();
				t.match((await execute(brig, language, code)).body, outcome, `${depth}, ${language}`);
				t.ok(performance.now() - start < SOON_MS, "within a bounded time");
				t.match(await execute(brig, "typescript", "export default 1"), { body: { status: "ok" } });
				const after = await waiting(brig);
				if (depth > 1)
					t.notOk(
						before.some((pid) => after.includes(pid)),
						"none of them is left",
					);
			}
		}
		const calls = "from functions import s\nreturn s.f() * 6";
		await waiting(brig);
		for (const one of descendants(brig.process.pid)) if (one.depth === 3) process.kill(one.pid, signal);
		t.match(
			(await execute(brig, "python", calls)).body,
			{ status: "ok", result: 42 },
			"a function's sandbox too",
		);
		t.match(
			brig.stderr(),
			signal === "SIGSTOP" ? /sandbox_discarded reason="the runner did not answer within 1 s"/ : /./,
		);
		t.notMatch(brig.stderr(), /sandbox_failed/);
	});
}
