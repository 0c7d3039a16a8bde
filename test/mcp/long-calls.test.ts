import { readdirSync, readFileSync } from "node:fs";
import t from "tap";
import { startBrig } from "../server.ts";
import { connect, execute, executeMessage, ledger, post, type Structured } from "./support.ts";

t.setTimeout(120_000);
const brig = await startBrig(t);
const client = await connect(t, brig);

/** The processes below the server now: nsjail, its PID 1 and what runs there. */
function descendants(pid: number): number {
	const children = (parent: number): number[] =>
		readdirSync(`/proc/${parent}/task`).flatMap((thread) =>
			readFileSync(`/proc/${parent}/task/${thread}/children`, "utf8")
				.trim()
				.split(" ")
				.filter(Boolean)
				.map(Number),
		);
	try {
		return children(pid).reduce((sum, child) => sum + 1 + descendants(child), 0);
	} catch {
		return 0;
	}
}

/** Waits until something holds; false when it does not within the time. */
async function eventually(holds: () => boolean | Promise<boolean>, ms = 5_000): Promise<boolean> {
	const end = performance.now() + ms;
	while (!(await holds())) {
		if (performance.now() > end) return false;
		await Bun.sleep(25);
	}
	return true;
}

/** How many processes an idle server has below it: its pool of waiting sandboxes, if it has one. */
async function idleDescendants(): Promise<number> {
	let last = -1;
	await eventually(async () => {
		const now = descendants(brig.process.pid);
		const same = now === last;
		last = now;
		if (!same) await Bun.sleep(400);
		return same;
	});
	return last;
}

t.test("a client that asked for progress hears of it at least every two seconds", async (t) => {
	const heard: number[] = [];
	const start = performance.now();
	const answer = await client.callTool(
		{ name: "execute", arguments: { code: "import time\ntime.sleep(5)\n'done'", language: "python" } },
		undefined,
		{ onprogress: () => heard.push(performance.now() - start) },
	);
	t.equal((answer.structuredContent as unknown as Structured).result, "done");
	t.ok(heard.length >= 2, `heard ${heard.length} times in 5 s`);
	const gaps = [...heard, performance.now() - start].map((at, index) => at - (heard[index - 1] ?? 0));
	t.ok(Math.max(...gaps) < 2_500, `the longest silence was ${Math.round(Math.max(...gaps))} ms`);
});

t.test("progress comes as an event stream, and without a token the answer is one JSON text", async (t) => {
	const asked = await post(brig, executeMessage("1", { _meta: { progressToken: "p" } }));
	t.match(asked.headers.get("content-type"), "text/event-stream");
	t.match(await asked.text(), /data: .*"result"/);
	const plain = await post(brig, executeMessage("1"));
	t.match(plain.headers.get("content-type"), "application/json");
	await plain.text();
});

t.test("a call outlasts what an idle connection may", { timeout: 60_000 }, async (t) => {
	const code = "import time\ntime.sleep(33)\n'still here'";
	const { structured } = await execute(client, code, { language: "python", timeout_ms: 60_000 });
	t.equal(structured.result, "still here");
});

for (const language of ["python", "typescript"]) {
	t.test(`a client that goes away ends its ${language} execution and its sandbox`, async (t) => {
		await execute(client, "1", { language });
		const idle = await idleDescendants();
		const stop = new AbortController();
		const code = language === "python" ? "import time\ntime.sleep(25)" : "await Bun.sleep(25_000)";
		const input = { name: "execute", arguments: { code, language } };
		const calling = client.callTool(input, undefined, { signal: stop.signal });
		calling.catch(() => {});
		t.ok(await eventually(async () => (await ledger(brig, "?status=running")).length === 1), "it runs");
		const [running] = await ledger(brig, "?status=running");
		await Bun.sleep(500);
		stop.abort();
		await t.rejects(calling);
		t.ok(
			await eventually(async () => {
				const [row] = await ledger(brig, "?status=cancelled&limit=1");
				return row?.id === running?.id;
			}),
			"the ledger says cancelled",
		);
		t.ok(
			await eventually(() => descendants(brig.process.pid) <= idle),
			`the jail is gone: ${descendants(brig.process.pid)} processes below the server, ${idle} when idle`,
		);
	});
}

t.test("a connection that is cut ends its execution too", async (t) => {
	const stop = new AbortController();
	const asking = fetch(`${brig.url}/mcp/run/default`, {
		method: "POST",
		signal: stop.signal,
		headers: {
			authorization: `Bearer ${brig.runKey}`,
			accept: "application/json, text/event-stream",
			"content-type": "application/json",
		},
		body: JSON.stringify(executeMessage("import time\ntime.sleep(25)", { _meta: { progressToken: 1 } })),
	}).then((response) => response.text());
	asking.catch(() => {});
	t.ok(await eventually(async () => (await ledger(brig, "?status=running")).length === 1), "it runs");
	stop.abort();
	t.ok(
		await eventually(async () => (await ledger(brig, "?status=running")).length === 0),
		"and it has ended",
	);
});
