import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { processTree } from "../../src/sandbox/measure.ts";
import { canMapIds } from "../../src/sandbox/outer-ids.ts";
import { PATIENCE } from "../patience.ts";
import { isAlive, until } from "../sandbox/real.ts";
import { startBrig } from "../server.ts";
import { api, execute, untilRunning, userOf } from "./support.ts";

const FOREVER = "import time\nprint('started', flush=True)\ntime.sleep(60)";
/** TimeoutStopSec of systemd/brig.service. */
const UNIT_STOP_MS = 20_000;
const JAIL_IDS_START = 100_000;

t.test("SIGTERM lets what is about to end, end, and answers the rest", async (t) => {
	const brig = await startBrig(t);
	const long = execute(brig, "python", FOREVER);
	const short = execute(
		brig,
		"typescript",
		"await new Promise((done) => setTimeout(done, 1000)); return 'in time'",
	);
	await untilRunning(brig, 2);
	const jails = processTree(brig.process.pid).slice(1);
	t.ok(jails.length >= 4, "jails are there");

	const start = performance.now();
	const exit = brig.stop();
	t.match(await short, { status: 200, body: { status: "ok", result: "in time" } });
	t.match(await long, {
		status: 200,
		body: { status: "cancelled", error: { type: "ServerStopping" }, stdout: "started\n" },
	});
	const answered = performance.now() - start;
	t.ok(answered >= 9_900 && answered < 12_000 * PATIENCE, `ten seconds, not ${Math.round(answered)} ms`);
	t.equal(await exit, 0);
	const ended = performance.now() - start;
	t.ok(ended < UNIT_STOP_MS * PATIENCE, `${Math.round(ended)} ms: systemd would not have killed it`);
	await until("no jail is left", () => !jails.some(isAlive));
	for (const name of ["brig.sock", "brig.pid", "run"]) t.notOk(existsSync(join(brig.data, name)), name);
	await t.rejects(fetch(`${brig.url}/healthz`));
	t.match(brig.stderr(), /^brig: stopped$/m);
});

t.test("SIGTERM twice is SIGTERM once, and SIGINT is the same", async (t) => {
	for (const signals of [["SIGTERM", "SIGTERM"], ["SIGINT"], ["SIGHUP"]] as const) {
		const brig = await startBrig(t);
		const running = execute(brig, "python", "import time\ntime.sleep(1)\nreturn 'in time'");
		await untilRunning(brig, 1);
		for (const signal of signals) brig.process.kill(signal);
		t.match(await running, { body: { result: "in time" } }, signals.join(" "));
		t.equal(await brig.process.exited, 0, signals.join(" "));
	}
});

t.test(
	"a server that is killed takes its jails along, and the next one has what was acknowledged",
	async (t) => {
		const brig = await startBrig(t, { args: ["--concurrency", "8"] });
		await api(brig, "PUT", "functions/orders.first", "def first() -> int:\n    return 1\n");
		const cut = [FOREVER, FOREVER].map((code) => execute(brig, "python", code).catch(() => null));
		await untilRunning(brig, 2);
		const acknowledged: string[] = ["first"];
		const enough = Promise.withResolvers<void>();
		const registering = Array.from({ length: 40 }, async (_, index) => {
			const name = `f${index}`;
			const source = `def ${name}() -> int:\n    return ${index}\n`;
			const answer = await api(brig, "PUT", `functions/orders.${name}`, source).catch(() => null);
			if (answer?.status === 201) acknowledged.push(name);
			if (acknowledged.length > 5) enough.resolve();
		});
		await enough.promise;
		const below = processTree(brig.process.pid).slice(1);
		t.ok(below.length >= 4);
		if (canMapIds())
			t.ok(
				below.some((pid) => (userOf(pid) ?? 0) >= JAIL_IDS_START),
				"users of jails are there",
			);

		brig.process.kill("SIGKILL");
		await brig.process.exited;
		const start = performance.now();
		await until("every jail is dead", () => !below.some(isAlive));
		t.ok(performance.now() - start < 2_000, `${Math.round(performance.now() - start)} ms`);
		await Promise.all([...cut, ...registering]);

		const next = await startBrig(t, { data: brig.data });
		t.equal(next.adminKey, "", "the keys are the ones from before");
		const again = { url: next.url, adminKey: brig.adminKey };
		const { body } = await api(again, "GET", "functions");
		const names = body.functions.map((one: { name: string }) => one.name);
		t.same(
			acknowledged.filter((name) => !names.includes(name)),
			[],
		);
		t.match(await api(again, "POST", "functions/orders.first/call", {}), {
			body: { status: "ok", result: 1 },
		});
		const cancelled = await api(again, "GET", "executions?status=cancelled");
		t.equal(cancelled.body.executions.length, 2, "what it cut off is in the ledger as cancelled");
		t.equal((await api(again, "GET", "executions?status=running")).body.executions.length, 0);
		t.equal(await next.stop(), 0);
		const db = new Database(join(brig.data, "brig.db"), { readonly: true });
		t.same(db.query("PRAGMA integrity_check").get(), { integrity_check: "ok" });
		db.close();
	},
);
