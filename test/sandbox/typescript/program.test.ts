import t from "tap";
import { type Answer, RawJson, Runner, runOnce } from "./support/runner.ts";

const ORDERS = 'import { orders } from "functions";\n';
const failing: Answer = () => {
	throw { function: "orders.fail", type: "ValueError", message: "bad status" };
};

/** Programs that fail, and what the report of their error says. */
const FAILURES: [string, string, object][] = [
	[
		"an error in a function called from another has both lines",
		"interface A {\n  a: 1;\n}\nfunction g(x: any): never {\n  throw new Error('in g');\n}\nfunction f() {\n  return g(1);\n}\nf();",
		{
			type: "Error",
			message: "in g",
			line: 5,
			traceback: /at g \(program\.ts:5:\d+\)\n.*\n.*at f \(program\.ts:8:\d+\)\n.*\n.*at program\.ts:10/,
		},
	],
	[
		"an error after multi-line imports, types and enums has its line",
		'import {\n  readFileSync,\n} from "node:fs";\ntype T = {\n  a: string;\n};\nenum E {\n  A,\n  B,\n}\nreadFileSync("/nowhere");',
		{ line: 11, message: /ENOENT/ },
	],
	[
		"an error in asynchronous code has its line",
		"async function wait(): Promise<void> {\n  await new Promise((done) => setTimeout(done, 1));\n  throw new TypeError('late');\n}\nawait wait();",
		{ type: "TypeError", line: 3 },
	],
	[
		"an error in the initialiser of a constant used once has its line",
		"const none: any = null;\n\nconst value = none.foo;\n\nconst used = value;\nused;",
		{ line: 3 },
	],
	[
		"an error in the use of a constant has the line of the use",
		"async function f() {\n  const none: any = null;\n  await 1;\n  const x = 5;\n  return none.foo + x;\n}\nawait f();",
		{ line: 5 },
	],
	[
		"an error in a method has its line",
		"class A {\n  private x = 1;\n  run(): void {\n    throw new Error('x ' + this.x);\n  }\n}\nnew A().run();",
		{ line: 4, message: "x 1" },
	],
	[
		"an error in a decorated class has its line",
		"function d(v: any, c: any) {}\nclass A {\n  @d\n  run(): void {\n    throw new Error('dec');\n  }\n}\nnew A().run();",
		{ line: 5 },
	],
	[
		"endless recursion ends as an error",
		"const f = (n: number): number => f(n + 1);\nf(0);",
		{ type: "RangeError", line: 1, traceback: /again and again/ },
	],
	[
		"endless recursion of a method ends as an error",
		"class A { f(): any { return this.f() } }\nnew A().f();",
		{ type: "RangeError", line: 1 },
	],
	[
		"a syntax error has line and column",
		"const a = 1;\nconst b = ;",
		{ type: "SyntaxError", line: 2, column: 11 },
	],
	[
		"what only the engine finds wrong has its line too",
		"const a = 1;\nconst b = /(/;",
		{ type: "SyntaxError", line: 2 },
	],
	[
		"an unknown service is told with its line and the services",
		'\nimport { nothing } from "functions";',
		{ type: "ImportError", line: 2, message: /no service named nothing/, hint: /orders/ },
	],
	[
		"a package is told with its line",
		'\nimport _ from "lodash";\n_.map([])',
		{ type: "ImportError", line: 2, message: /lodash/, hint: /no npm packages/ },
	],
	[
		"a name that a built-in module lacks is told with its line",
		'\nimport { readFil } from "node:fs";\nreadFil()',
		{ type: "ImportError", line: 2, message: /readFil/ },
	],
	[
		"a package imported while running is told with a hint",
		'\nawait import("lodash");',
		{ type: "ImportError", line: 2, hint: /no npm packages/ },
	],
	[
		"a service that was not imported is told with a hint",
		"await orders.get_orders({});",
		{ type: "ReferenceError", line: 1, hint: 'Import it first: import { orders } from "functions";' },
	],
	[
		"a forgotten await is told with a hint",
		`${ORDERS}const rows = orders.get_orders({});\nrows.map((x: any) => x);`,
		{ line: 3, hint: /write await orders/ },
	],
	[
		"the absent network is told with a hint",
		'\nawait fetch("http://127.0.0.1:1/");',
		{ line: 2, hint: /no network/ },
	],
	["a thrown text is the message", 'throw "plain";', { type: "Error", message: "plain", line: null }],
	["a thrown null is told", "throw null;", { message: "the program threw null, which is not an Error" }],
	[
		"an error that can't be read is still an error",
		"const e = new Error('x');\nObject.defineProperty(e, 'message', { get() { throw 1 } });\nthrow e;",
		{ message: "the error can't be read" },
	],
	[
		"a class of error is the type",
		"class OutOfStock extends Error {}\nthrow new OutOfStock('none');",
		{ type: "OutOfStock", message: "none", line: 2 },
	],
	[
		"a cause is told",
		"throw new Error('outer', { cause: new TypeError('inner') });",
		{ traceback: /Caused by TypeError: inner/ },
	],
	[
		"several errors are told",
		"throw new AggregateError([new TypeError('a'), 'b'], 'many');",
		{ message: "many; TypeError: a; Error: b" },
	],
	[
		"a huge message is cut and says so",
		"throw new Error('x'.repeat(100_000));",
		{ message: /^x{10000}… \(90,000 more characters\)$/ },
	],
	[
		"an error in a stray callback is the program's",
		"setTimeout(() => {\n  throw new Error('stray');\n}, 1);\nawait new Promise(() => {});",
		{ message: "stray", line: 2 },
	],
	[
		"a rejection that nobody handles is the program's",
		"Promise.reject(new TypeError('lost'));\nawait new Promise(() => {});",
		{ type: "TypeError", message: "lost", line: 1 },
	],
	[
		"a value that is not JSON is told with its path",
		"return { items: [1, { price: NaN }] };",
		{ type: "TypeError", message: "result.items[1].price is NaN, which JSON can't hold" },
	],
	[
		"a nested promise is told with a remedy",
		`${ORDERS}return { rows: orders.get_orders({}) };`,
		{ message: /^result\.rows is a Promise that was never awaited; put `await`/ },
	],
	[
		"a function takes one object",
		`${ORDERS}await orders.get_orders("open");`,
		{ type: "TypeError", line: 2, message: /orders\.get_orders takes one object .* not a string/ },
	],
	[
		"a function takes no second argument",
		`${ORDERS}await orders.get_orders({}, 1);`,
		{ message: /not 2 arguments/ },
	],
	[
		"an input that is not JSON is told with its path",
		`${ORDERS}await orders.get_orders({ a: new Set() });`,
		{ line: 2, message: /^input\.a is a Set/ },
	],
	[
		"a service is not a function",
		`${ORDERS}await (orders as any)({});`,
		{ line: 2, message: /orders is a service/ },
	],
];
for (const [name, code, error] of FAILURES) {
	t.test(name, async (t) => {
		const { header } = await runOnce(code);
		t.match(header, { op: "result", ok: false, error });
	});
}

t.test("a failing function throws FunctionError at the line of the call", async (t) => {
	const { header } = await runOnce(
		`${ORDERS}\nasync function go() {\n  await orders.fail({});\n}\nawait go();`,
		failing,
	);
	t.match(header.error, { type: "FunctionError", message: "orders.fail: ValueError: bad status", line: 4 });
	t.match(header.error.traceback, /at go \(program\.ts:4:\d+\)/);
});

/** Programs that succeed, and the JSON text of their result. */
const SUCCESSES: [string, string, string, Answer?][] = [
	[
		"a call sends its input and gets its value",
		`${ORDERS}return await orders.get_orders({ status: "open", none: undefined });`,
		'["orders.get_orders",{"status":"open"}]',
		(header, input) => [header.function, JSON.parse(input)],
	],
	[
		"a call without an argument sends an empty object",
		`${ORDERS}return await orders.get_orders();`,
		"{}",
		(_, input) => JSON.parse(input),
	],
	[
		"a FunctionError can be caught and read",
		`${ORDERS}try { await orders.fail({}) } catch (e) { return [e instanceof FunctionError, e.name, e.function, e.type, e.message] }`,
		'[true,"FunctionError","orders.fail","ValueError","bad status"]',
		failing,
	],
	[
		"FunctionError can be imported",
		'import { FunctionError as E } from "functions";\nreturn E === FunctionError;',
		"true",
	],
	[
		"calls may be under way together",
		`${ORDERS}return await Promise.all([3, 1, 2].map((n) => orders.wait({ n })));`,
		"[3,1,2]",
		async (_, input) => {
			const { n } = JSON.parse(input);
			await Bun.sleep(n * 5);
			return n;
		},
	],
	[
		"the whole module can be imported",
		'import * as functions from "functions";\nreturn [await functions.orders.get({}), await functions.list()];',
		'["orders.get","list"]',
		(header) => header.function ?? header.kind,
	],
	[
		"the module has a default export",
		'import functions from "functions";\nreturn await functions.orders.get({});',
		'"orders.get"',
		(header) => header.function,
	],
	[
		"the module can be imported while running",
		'const { orders } = await import("functions");\nreturn await orders.get({});',
		'"orders.get"',
		(header) => header.function,
	],
	[
		"search takes its limit as a number or by name",
		'import { search } from "functions";\nreturn [await search("a", 3), await search("b", { limit: 4 }), await search("c")];',
		'[["a",3],["b",4],["c",null]]',
		({ query, limit }) => [query, limit ?? null],
	],
	[
		"describe asks by name",
		'import { describe } from "functions";\nreturn await describe("orders.get");',
		'"describe orders.get"',
		({ kind, name }) => `${kind} ${name}`,
	],
	[
		"a service is no promise and can be printed",
		`${ORDERS}const same = await orders;\nconsole.log(orders, String(orders), \`\${orders}\`);\nreturn same === orders && orders.get === orders.get;`,
		"true",
	],
	[
		"changes to JSON, Promise, console and arrays don't reach the reply",
		`${ORDERS}const rows = await orders.get({});\n(JSON as any).stringify = () => "no"; (JSON as any).parse = null; (globalThis as any).Promise = null; (globalThis as any).console = null; (Array.prototype as any).map = null; (Object as any).keys = null;\nreturn { rows };`,
		'{"rows":[1]}',
		() => [1],
	],
	[
		"what is left running is abandoned",
		"setTimeout(() => { throw new Error('late') }, 50);\nvoid new Promise(() => {});\nreturn 1;",
		"1",
	],
	[
		"require has the built-in modules and the functions",
		'const fs = require("node:fs");\nconst { orders } = require("functions");\nreturn [fs.existsSync("/"), await orders.get({})];',
		"[true,1]",
		() => 1,
	],
	[
		"files can be written and read",
		'await Bun.write("/tmp/brig-runner-test", "x");\nreturn await Bun.file("/tmp/brig-runner-test").text();',
		'"x"',
	],
];
for (const [name, code, body, answer] of SUCCESSES) {
	t.test(name, async (t) => {
		const frame = await runOnce(code, answer);
		t.match(frame.header, { op: "result", ok: true, warnings: [] });
		t.equal(frame.body, body);
	});
}

t.test("a large integer is given as text, with one warning", async (t) => {
	const rows = new RawJson('[{"id":1},{"id":12345678901234567890},{"id":12345678901234567891}]');
	const { header, body } = await runOnce(
		`${ORDERS}return (await orders.get({})).map((row: any) => row.id);`,
		() => rows,
	);
	t.equal(body, '[1,"12345678901234567890","12345678901234567891"]');
	t.same(header.warnings, [
		"orders.get: integer at [1].id is beyond 2^53 and was given as a string (and 1 more like it)",
	]);
});

t.test("a result over its limit is told by size and shape", async (t) => {
	const { header, body } = await runOnce(
		"return Array.from({ length: 1000 }, (_, id) => ({ id, total: 1 }));",
		undefined,
		{ result_limit: 1000 },
	);
	t.match(header, { ok: false, too_large: { shape: "array of 1,000 objects with keys id, total" } });
	t.ok(header.too_large.bytes > 1000);
	t.match(body, /^\[\{"id":0,/, "what comes with it is the beginning of the text");
	t.equal(body.length, 1001, "and a byte more than may be");
});

t.test("everything printed is out before the result, in order, to a slow reader", async (t) => {
	const code =
		'console.log("A".repeat(150_000));\nprocess.stdout.write("B".repeat(150_000) + "\\n");\nconsole.log("C".repeat(150_000));\nprocess.stdout.write("D".repeat(150_000));\nprocess.stdout.write("E\\n");\nreturn 1;';
	const runner = new Runner(undefined, 2);
	t.match((await runner.run(code)).header, { ok: true });
	await runner.end();
	const printed = await runner.stdout;
	t.equal(printed.length, 600_005);
	t.equal(printed.replace(/(.)\1+/g, "$1"), "A\nB\nC\nDE\n");
});

t.test("process.exit ends the process with its code, after all that was printed", async (t) => {
	const runner = new Runner(undefined, 2);
	void runner.run('process.stdout.write("x".repeat(200_000));\nprocess.exit(3);');
	t.equal(await runner.exited, 3);
	t.equal((await runner.stdout).length, 200_000);
	await runner.end();
});

t.test("the end of the server's connection ends the runner", async (t) => {
	const runner = new Runner();
	await runner.run("return 1");
	runner.sendBytes(Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]));
	t.equal(await runner.exited, 1, "a frame over its limit ends it");
	await runner.end();
});

t.test("large frames go both ways whole", async (t) => {
	const { header, body } = await runOnce(
		`${ORDERS}const big = await orders.echo({ text: "ü".repeat(2_000_000) });\nreturn big.text;`,
		(_, input) => JSON.parse(input),
		{ result_limit: 1e8 },
	);
	t.match(header, { ok: true });
	t.equal(body.length, 2_000_002);
});

t.test("a failure that speaks of a limit of the sandbox says which, and only such a one", async (t) => {
	const table: [string, string | null][] = [
		['"x".repeat(2 ** 31)', "memory"],
		['throw new Error("ENOMEM: not enough memory, mmap")', "memory"],
		['throw new Error("EAGAIN: resource temporarily unavailable, posix_spawn")', "processes"],
		['throw new Error("ENOSPC: no space left on device, write")', "scratch"],
		['throw new RangeError("Invalid array length")', null],
		['throw new Error("no ENOSPC: at its start")', null],
	];
	for (const [code, limit] of table) t.match((await runOnce(code)).header.error, { limit }, code);
});
