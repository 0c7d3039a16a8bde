import t from "tap";
import { RawJson, Runner } from "./support/runner.ts";

/** Loads a function and calls it once. */
async function callOnce(code: string, input: string, name = "orders.get_orders") {
	const runner = new Runner();
	try {
		runner.load(name, code);
		runner.send({ op: "call", id: 7 }, input);
		return await runner.next();
	} finally {
		await runner.end();
	}
}

const ENTRIES: [string, string][] = [
	[
		"the exported function of that name",
		"export async function get_orders(input: { n: number }) { return input.n + 1 }\nexport default () => 0",
	],
	[
		"a function of that name that is not exported",
		"function get_orders({ n }: { n: number }): number { return n + 1 }",
	],
	["an arrow function of that name", "const get_orders = ({ n }: { n: number }) => n + 1;"],
	["the default export", "export default async (input: { n: number }): Promise<number> => input.n + 1;"],
	[
		"a named default export",
		"export default function anything({ n = 0 }: { n?: number } = {}) { return n + 1 }",
	],
	["main", "async function main(input: any) { return input.n + 1 }"],
	[
		"handler, with a context",
		"export function handler(input: any, context: any) { return context.function === 'orders.get_orders' ? input.n + 1 : 0 }",
	],
];
for (const [name, code] of ENTRIES) {
	t.test(`the entry is ${name}`, async (t) => {
		const { header, body } = await callOnce(code, '{"n":1}');
		t.match(header, { op: "result", id: 7, ok: true });
		t.equal(body, "2");
	});
}

t.test("an error has the function's own lines", async (t) => {
	const { header } = await callOnce(
		'import { readFileSync } from "node:fs";\ninterface A {\n  a: 1;\n}\nexport function get_orders(): A {\n  return JSON.parse(readFileSync("/nowhere", "utf8"));\n}',
		"{}",
	);
	t.match(header, {
		id: 7,
		ok: false,
		error: { line: 6, traceback: /at get_orders \(orders\.get_orders\.ts:6:/ },
	});
});

t.test("a source that fails to load fails every call", async (t) => {
	const runner = new Runner();
	runner.load("orders.a", "const x: any = null;\nx.y;\nexport default () => 1;");
	runner.send({ op: "call", id: 1 }, "{}");
	runner.send({ op: "call", id: 2 }, "{}");
	for (const id of [1, 2])
		t.match((await runner.next()).header, { id, ok: false, error: { type: "TypeError", line: 2 } });
	await runner.end();
});

t.test("a syntax error is the error of the call", async (t) => {
	t.match((await callOnce("export default ( => 1", "{}")).header.error, { type: "SyntaxError", line: 1 });
});

t.test("a source without an entry says so", async (t) => {
	t.match((await callOnce("export const x = 1", "{}")).header.error, {
		message: /no function get_orders, default, main or handler/,
	});
});

t.test("calls may overlap, and the module is loaded once", async (t) => {
	const runner = new Runner();
	runner.load(
		"orders.a",
		"let loads = 0; loads++;\nlet calls = 0;\nexport default async ({ ms }: { ms: number }) => { const n = ++calls; await Bun.sleep(ms); return [n, loads]; };",
	);
	runner.send({ op: "call", id: 1 }, '{"ms":80}');
	runner.send({ op: "call", id: 2 }, '{"ms":1}');
	t.match(await runner.next(), { header: { id: 2 }, body: "[2,1]" });
	t.match(await runner.next(), { header: { id: 1 }, body: "[1,1]" });
	await runner.end();
});

t.test("a function may call functions", async (t) => {
	const runner = new Runner();
	runner.answer = () => new RawJson('{"id":12345678901234567890}');
	runner.load(
		"billing.a",
		'import { orders } from "functions";\nexport default async () => (await orders.get({})).id;',
	);
	runner.send({ op: "call", id: 1 }, "{}");
	const { header, body } = await runner.next();
	t.equal(body, '"12345678901234567890"');
	t.match(header.warnings, [/^orders\.get: integer at id is beyond 2\^53/]);
	await runner.end();
});

t.test("a large integer in the input is text, with a warning", async (t) => {
	const { header, body } = await callOnce(
		"export default (input: any) => input.id",
		'{"id":12345678901234567890}',
	);
	t.equal(body, '"12345678901234567890"');
	t.match(header.warnings, [/^orders\.get_orders: input: integer at id/]);
});

t.test("a stray error is that of the call under way", async (t) => {
	const { header } = await callOnce(
		"export default () => { setTimeout(() => { throw new Error('stray') }, 1); return new Promise(() => {}) }",
		"{}",
	);
	t.match(header, { id: 7, ok: false, error: { message: "stray" } });
});

t.test("a decorated source works", async (t) => {
	const { body } = await callOnce(
		"function d(v: any, c: any) { return () => 5 }\nclass A { @d m(): number { return 1 } }\nexport default (): number => new A().m()",
		"{}",
	);
	t.equal(body, "5");
});

t.test("inspect answers without running the source", async (t) => {
	const runner = new Runner();
	runner.send(
		{ op: "inspect", name: "get" },
		"process.exit(9);\nexport function get(input: { a: string }): void {}",
	);
	t.match((await runner.next()).header, { op: "inspected", ok: true, entry: "get", parameters: ["a"] });
	await runner.end();
});
