import t from "tap";
import { startBrig } from "../server.ts";
import { api, healthy, ORDERS, refused } from "./support/client.ts";

t.setTimeout(120_000);
const brig = await startBrig(t);
const call = api(brig);
const run = (code: string, language = "python", more = {}) =>
	call("POST", "execute", { body: { language, code, ...more } });

t.test("functions are listed, searched, shown, called and deleted", async (t) => {
	await call("PUT", "functions/orders.get_orders", { body: { code: ORDERS, tags: ["sales"] } });
	await call("PUT", "functions/billing.refund", {
		body: 'def refund(id: str) -> str:\n    """Give money back."""\n    return id',
	});
	const all = await call("GET", "functions", { key: brig.runKey });
	t.same(
		all.json.functions
			.map((fn: { service: string; name: string; kind: string }) => `${fn.kind} ${fn.service}.${fn.name}`)
			.sort(),
		["hosted billing.refund", "hosted orders.get_orders"],
	);
	t.equal(all.json.next, null);
	t.equal((await call("GET", "functions?tag=sales")).json.functions.length, 1);
	t.equal((await call("GET", "functions?q=money%20back")).json.functions[0].name, "refund");
	t.match((await call("GET", "functions/orders.get_orders")).json, {
		kind: "hosted",
		version: 1,
		code: ORDERS,
	});
	const called = await call("POST", "functions/billing.refund/call", { body: { id: "ä\u0000💶" } });
	t.match(called.json, { id: /^exe_/, status: "ok", result: "ä\u0000💶", error: null, usage: { calls: 0 } });
	t.equal((await call("DELETE", "functions/billing.refund")).status, 204);
	refused(t, await call("DELETE", "functions/billing.refund"), 404, "function_not_found");
	refused(t, await call("POST", "functions/billing.refund/call"), 404, "function_not_found");
});

t.test(
	"an input that does not fit is refused with the path of each fault, before anything runs",
	async (t) => {
		const code =
			"def f(a: int, tags: list[str], who: dict[str, int] | None = None) -> int:\n    print('ran')\n    return a";
		t.equal((await call("PUT", "functions/checks.f", { body: code })).status, 201);
		const faults = async (body: unknown) => {
			const answer = await call("POST", "functions/checks.f/call", { body });
			refused(t, answer, 422, "invalid_input", JSON.stringify(body));
			return answer.json.error.faults.map(({ path }: { path: string }) => path).sort();
		};
		t.same(await faults({ a: "1", tags: ["x", 2, "y", null] }), ["/a", "/tags/1", "/tags/3"]);
		t.same(await faults({ a: 1, tags: [], who: { "x/y~": "z" } }), ["/who/x~1y~0"]);
		t.same((await faults({})).length, 2);
		for (const body of ["[]", "null", "1", '"x"']) await faults(body);
		const { json } = await call("GET", "executions?function=checks.f");
		t.same(json.executions, [], "no sandbox was used");
		t.equal((await call("POST", "functions/checks.f/call", { body: { a: 1, tags: [] } })).json.result, 1);
	},
);

t.test("a function that is deleted between its listing and its call is an error of the call", async (t) => {
	await call("PUT", "functions/gone.soon", { body: "def soon(): return 1" });
	const code =
		"import time, functions\nfrom functions import gone\nseen = 'gone.soon' in functions.list()\ntime.sleep(1)\nresult = [seen, gone.soon()]";
	const running = run(code);
	await Bun.sleep(400);
	t.equal((await call("DELETE", "functions/gone.soon")).status, 204);
	const { json } = await running;
	// The execution keeps the catalog that it began with, or says what is missing: either way it ends in order.
	t.ok(json.status === "ok" || json.error.type === "FunctionError", JSON.stringify(json));
	const later = await run(code);
	t.equal(later.json.status, "error");
	refused(t, await call("POST", "functions/gone.soon/call"), 404, "function_not_found");
});

t.test("code that has no effect, no end or no measure ends in order", async (t) => {
	for (const code of ["", " ", "# only a comment", "\n\n"])
		t.match((await run(code)).json, { status: "ok", result: null }, code);
	t.match((await run("// only a comment", "typescript")).json, { status: "ok", result: null });
	t.match((await run("while True: pass", "python", { timeout_ms: 500 })).json, {
		status: "timeout",
		error: { type: "Timeout" },
	});
	t.match((await run("for(;;);", "typescript", { timeout_ms: 500 })).json, {
		status: "timeout",
		error: { type: "Timeout" },
	});
	t.match((await run("def f(:\n  pass")).json, { status: "error", error: { type: "SyntaxError", line: 1 } });
	t.match((await run("const x = ;", "typescript")).json, {
		status: "error",
		error: { type: "SyntaxError", line: 1 },
	});
	t.match((await run("export default 1", "python")).json, {
		status: "error",
		error: { type: "SyntaxError" },
	});
	t.match((await run(`# ${"x".repeat(1_000_000)}\n6 * 7`)).json, { status: "ok", result: 42 });
	t.match((await run(`/* ${"x".repeat(1_000_000)} */\n6 * 7`, "typescript")).json, {
		status: "ok",
		result: 42,
	});
});

t.test("what is left out of the output is said, and what is large is described", async (t) => {
	const { json } = await run("for i in range(200_000): print('line', i)\nresult = 1");
	t.ok(json.stdout.length < 40_000, `${json.stdout.length}`);
	t.match(json.stdout, /^line 0\n/);
	t.match(json.stdout, /left out/);
	t.match(json.stdout, /line 199999\n$/);
	const large = await run("result = [{'id': i, 'name': 'x' * 50} for i in range(5000)]");
	t.match(large.json, { status: "output_too_large", result: null, error: { message: /5,?000 objects/ } });
});

t.test("integers keep every digit on their way through", async (t) => {
	t.match((await run("result = 2**70")).text, '"result":1180591620717411303424,');
	await call("PUT", "functions/sums.same", { body: "def same(n: int) -> int:\n    return n" });
	const { text } = await call("POST", "functions/sums.same/call", { body: '{"n":1180591620717411303424}' });
	t.match(text, '"result":1180591620717411303424,');
	await healthy(t, call);
	t.notMatch(brig.stderr(), /\bfault\b/);
});
