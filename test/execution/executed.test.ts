import t from "tap";
import { Caller, type Result } from "../calls/support.ts";
import { brigOf } from "../cli/brig.ts";
import { connect, execute, call as tool } from "../mcp/support.ts";
import { startBrig } from "../server.ts";
import { logged } from "./support/logged.ts";
import { newest } from "./support/told.ts";

t.setTimeout(120_000);
const brig = await startBrig(t, { args: ["--warm", "1", "--concurrency", "1"] });
const caller = new Caller(brig);
await caller.put("orders.add", "def add(n: int) -> int:\n    return n + 1");
await caller.put("orders.total", "export const total = () => { throw new RangeError('marker'); };");

/** What a line of this execution has, whatever it ran. */
const of = ({ id, status, usage }: Result) => ({
	execution: id,
	namespace: "default",
	status,
	wall_ms: usage.wall_ms,
	calls: usage.calls,
});
const program = { kind: "execute", language: "python" };
const ADD = { kind: "call", function: "orders.add", version: 1, language: "python" };
const TOTAL = { kind: "call", function: "orders.total", version: 1, language: "typescript" };

t.test(
	"a program and a function by REST: one line each, with an error's type and nothing else of it",
	async (t) => {
		const code = "from functions import orders\nresult = orders.add(n=1) + orders.add(n=40) # marker";
		const ran = await caller.run("python", code);
		const { key, ...line } = await logged(brig, ran.id);
		t.match(key, /^key_\w+$/);
		t.same(line, { ...of(ran), ...program, status: "ok", calls: 2 });

		const raised = await caller.run("python", "print('marker')\nraise LookupError('marker')");
		t.match(await logged(brig, raised.id), {
			...of(raised),
			...program,
			status: "error",
			error: "LookupError",
		});
		const slow = await caller.run("typescript", "for (;;);", { timeout_ms: 300 });
		t.match(await logged(brig, slow.id), {
			...of(slow),
			language: "typescript",
			status: "timeout",
			error: "Timeout",
		});

		const added = (await caller.call("POST", "functions/orders.add/call", { body: { n: 41 } })).json;
		t.same(await logged(brig, added.id), { ...of(added), ...ADD, status: "ok", key });
		const failed = (await caller.call("POST", "functions/orders.total/call", { body: {} })).json;
		t.same(await logged(brig, failed.id), {
			...of(failed),
			...TOTAL,
			status: "error",
			error: "RangeError",
			key,
		});
		t.notMatch(brig.stderr(), "marker", "no code, message or output");
	},
);

t.test("by MCP in both modes, and by the command line, as by REST", async (t) => {
	const { structured } = await execute(await connect(t, brig), "6 * 7", { language: "python" });
	t.match(await logged(brig, structured.id), { ...program, status: "ok" });
	const tools = await connect(t, brig, "?mode=tools");
	t.equal((await tool(tools, "orders__add", { n: 1 })).isError, false);
	t.match(await logged(brig, (await newest(caller)).id), { ...ADD, status: "ok" });

	const command = brigOf(brig.data);
	t.equal((await command(["fn", "call", "orders.total"])).code, 1);
	t.match(await logged(brig, (await newest(caller)).id), { ...TOTAL, status: "error", error: "RangeError" });
	t.equal((await command(["exec", "-", "--language", "python"], { stdin: "1" })).code, 0);
	t.match(await logged(brig, (await newest(caller)).id), { ...program, status: "ok" });
});

t.test("one that found no place has a line too, and no time", async (t) => {
	const leaving = new AbortController();
	const holding = fetch(`${brig.url}/v1/namespaces/default/execute`, {
		method: "POST",
		headers: { authorization: `Bearer ${brig.runKey}`, "content-type": "application/json" },
		body: JSON.stringify({ language: "python", code: "import time\ntime.sleep(60)", timeout_ms: 60_000 }),
		signal: leaving.signal,
	}).catch(() => null);
	while ((await newest(caller)).status !== "running") await Bun.sleep(20);
	const held = (await newest(caller)).id;
	t.equal((await caller.call("POST", "execute", { body: { language: "python", code: "1" } })).status, 429);
	const { id } = await newest(caller);
	t.match(await logged(brig, id), { ...program, status: "busy", wall_ms: null, calls: 0, error: "Busy" });
	leaving.abort();
	await holding;
	t.match(await logged(brig, held), { ...program, status: "cancelled", error: "Cancelled" });
});

t.test("a type that code made up can't pass for another field, event or line", async (t) => {
	const names = [
		'x" status="ok',
		"x\n2026-11-23T05:00:00.123Z fault reason=1",
		"\u001b[2J\u202e",
		"T".repeat(5_000),
	];
	for (const name of names.map((one) => JSON.stringify(one))) {
		const code = {
			python: `class T(Exception): pass\nT.__name__ = T.__qualname__ = ${name}\nraise T("marker")`,
			typescript: `throw Object.assign(new Error("marker"), { name: ${name} });`,
		};
		for (const language of ["python", "typescript"] as const) {
			const ran = await caller.run(language, code[language]);
			const { error, ...line } = await logged(brig, ran.id);
			t.match(line, { ...of(ran), language, status: "error" }, name.slice(0, 20));
			t.match(error, /^[\w.?]{1,100}$/, language);
		}
	}
	t.notMatch(brig.stderr(), /^\S+ fault|reason=1|marker/m);
});
