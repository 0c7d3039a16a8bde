import t from "tap";
import { p99 } from "../attack/support/watch.ts";
import { startBrig } from "../server.ts";
import { api, healthDuring, healthy, refused } from "./support/client.ts";

t.setTimeout(200_000);
const brig = await startBrig(t);
const call = api(brig);
const run = (language: string, code: string, timeout_ms = 3_000) =>
	call("POST", "execute", { body: { language, code, timeout_ms } });

const delays: number[] = [];

/** The server's own thread stays free whatever the work costs: judged for all of it together, at the end. */
async function unhurried<T>(
	t: { ok(value: unknown, message: string): unknown },
	work: Promise<T>,
): Promise<T> {
	const some = await healthDuring(call, work);
	delays.push(...some);
	t.ok(Math.max(...some) < 1_000, `healthz: at most ${Math.max(...some).toFixed(1)} ms`);
	return work;
}

// Each level doubles the parser's time: it may be a type assertion or the parameters of a generic arrow function.
const EXPONENTIAL = `export default ${"<a>(".repeat(46)}1${")".repeat(46)}`;

t.test("250 bytes of TypeScript that take a parser for ever are given up", async (t) => {
	t.ok(EXPONENTIAL.length <= 250, `${EXPONENTIAL.length} bytes`);
	const registered = await unhurried(
		t,
		call("PUT", "functions/slow.parse", {
			body: EXPONENTIAL,
			headers: { "content-type": "text/x-typescript" },
		}),
	);
	refused(t, registered, 422, "source_too_complex");
	const ran = await unhurried(t, run("typescript", EXPONENTIAL, 1_500));
	t.equal(ran.json.status, "timeout");
	await healthy(t, call);
});

t.test("brackets nested without measure are refused in either language", async (t) => {
	for (const [language, code] of [
		["python", `x = ${"[".repeat(100_000)}${"]".repeat(100_000)}`],
		["python", `x = ${"-".repeat(500_000)}1`],
		["python", `def f(a: ${"list[".repeat(50_000)}int${"]".repeat(50_000)}): pass`],
		["typescript", `export default ${"[".repeat(100_000)}${"]".repeat(100_000)}`],
		[
			"typescript",
			`export default function parse(input: { a: ${"Array<".repeat(20_000)}string${">".repeat(20_000)} }) {}`,
		],
		["typescript", `export default ${"!".repeat(500_000)}1`],
	] as const) {
		const headers = { "content-type": `text/x-${language}` };
		const registered = await unhurried(t, call("PUT", "functions/slow.parse", { body: code, headers }));
		t.equal(registered.status, 422, registered.text.slice(0, 200));
		const ran = await unhurried(t, run(language, code));
		t.equal(ran.status, 200);
	}
	await healthy(t, call);
});

t.test("a schema whose pattern backtracks costs its caller, not the server", async (t) => {
	const code = "def check(a: str = ''): return 1";
	for (const pattern of ["^(a+)+$", "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$", "(a|a?)+$"]) {
		const input_schema = { type: "object", properties: { a: { type: "string", pattern } } };
		const registered = await call("PUT", "functions/slow.check", { body: { code, input_schema } });
		t.ok([200, 201, 422].includes(registered.status), registered.text.slice(0, 200));
		const body = { a: `${"a".repeat(100_000)}!` };
		const called = await unhurried(t, call("POST", "functions/slow.check/call", { body }));
		t.ok([200, 422].includes(called.status), called.text.slice(0, 200));
	}
	const deep = JSON.parse(`${'{"anyOf":['.repeat(60)}{}${"]}".repeat(60)}`);
	const wide = {
		type: "object",
		properties: { a: { allOf: Array.from({ length: 2_000 }, () => ({ pattern: "(a+)+$" })) } },
	};
	for (const input_schema of [{ type: "object", properties: { a: deep } }, wide]) {
		await unhurried(t, call("PUT", "functions/slow.check", { body: { code, input_schema } }));
		await unhurried(t, call("POST", "functions/slow.check/call", { body: { a: "a".repeat(1_000_000) } }));
	}
	await healthy(t, call);
});

t.test("128 kB of spaces, and a result that is all escapes, cost nothing special", async (t) => {
	const spaces = await unhurried(t, run("python", "result = ' ' * 131_072"));
	t.equal(spaces.json.status, "output_too_large");
	t.equal((await unhurried(t, run("python", "result = ' ' * 90_000"))).json.result.length, 90_000);
	t.equal((await unhurried(t, run("python", "result = '\\x01' * 15_000"))).json.result.length, 15_000);
	t.equal(
		(await unhurried(t, run("typescript", 'export default "\\u2028".repeat(20_000)'))).json.result.length,
		20_000,
	);
});

t.test("100 MB of print, in one line or in many, is cut while it flows", async (t) => {
	for (const [language, code] of [
		["python", "print('x' * 100_000_000)\nresult = 1"],
		["python", "for _ in range(1_000_000): print('x' * 99)\nresult = 1"],
		["typescript", 'for (let i = 0; i < 100; i++) console.log("x".repeat(1_000_000));\nexport default 1'],
	] as const) {
		const { json } = await unhurried(t, run(language, code, 30_000));
		t.equal(json.result, 1, JSON.stringify(json).slice(0, 300));
		t.ok(json.stdout.length < 40_000);
		t.match(json.stdout, /left out/);
	}
});

t.test("a flood of registrations and searches leaves the server responsive", async (t) => {
	const work = Promise.all([
		...Array.from({ length: 30 }, (_, i) =>
			call("PUT", `functions/many.f${i}`, { body: `def f${i}(a: int): return a` }),
		),
		...Array.from({ length: 50 }, (_, i) => call("GET", `functions?q=${"word ".repeat(i * 10)}`)),
	]);
	const answers = await unhurried(t, work);
	t.ok(answers.every(({ status }) => [200, 201, 429].includes(status)));
	await healthy(t, call);
	t.notMatch(brig.stderr(), /\bfault\b/);
});

t.test("meanwhile the server's health was told at once", (t) => {
	t.ok(p99(delays) < 100, `healthz: p99 ${p99(delays).toFixed(1)} ms of ${delays.length}`);
	t.end();
});
