import t from "tap";
import { evaluate } from "../../../sandbox/typescript/evaluate.ts";
import { SourceSyntaxError } from "../../../sandbox/typescript/syntax.ts";
import { HEAD_LINES, hostedBody, programBody } from "../../../sandbox/typescript/transform.ts";

/** Runs a program, as the runner would. */
const run = (source: string): Promise<unknown> => evaluate("/work/program.ts", programBody(source, []));

/** The line, counted in the source, on which a marker stands after the transform. */
function lineOf(source: string, marker: string): number {
	const { text } = programBody(source, ["orders"]);
	return text.split("\n").findIndex((line) => line.includes(marker)) + 1 - HEAD_LINES;
}

const RESULTS: [string, string, unknown][] = [
	["a top-level return is the result", "const result = 1;\nreturn 2", 2],
	[
		"a return that did not run leaves it to result",
		"let result = 1;\nif (result > 5) return 2;\nresult += 2",
		3,
	],
	["a bare return gives undefined", "const result = 1;\nif (result) return;\n", undefined],
	["an exported default comes before result", "const result = 1;\nexport default 5 as number;\n7", 5],
	["an exported default object is the result", "export default {\n  a: 1,\n}", { a: 1 }],
	["a name exported as default is the result", "const a = 4;\nexport { a as default };", 4],
	["result declared by const is the result", "const result = { a: 1 };\n9", { a: 1 }],
	["result taken out of an object is the result", "const { result } = { result: 6 };", 6],
	["result may be set without a declaration", "result = 3;\nconst x = 9", 3],
	["result may be set inside a function", "function f() { result = 4 }\nf()", 4],
	[
		"a result that belongs to a function is not the program's",
		"function f() { let result = 0; result = 1; return 8 }\nf()",
		8,
	],
	["a result that belongs to a block is not the program's", "{ let result = 0; result = 1 }\n5", 5],
	["var in a block is the program's result", "if (true) { var result = 2 }", 2],
	["the last expression is the result", "const a = 1;\na + 1", 2],
	[
		"the last expression may be followed by functions and types",
		"f()\nfunction f() { return 3 }\ninterface A {}\ntype B = 1",
		3,
	],
	["the last expression may have a type behind it", "const x = 3\nx as any", 3],
	["a text alone is the result", '"hello"', "hello"],
	["a promise as the last expression is awaited", "async function main() { return 7 }\nmain()", 7],
	["a program without any of these has no result", "const a = 1;\nif (a) { a }", undefined],
	["top-level await works", "const a = await Promise.resolve(4);\nreturn a", 4],
	[
		"enums work",
		"enum E { A, B = 5, C, D = 'd', F = B << 1 }\nreturn [E.A, E.C, E[6], E.D, E.F]",
		[0, 6, "C", "d", 10],
	],
	["const enums work", "const enum E { A = 1 }\nreturn E.A", 1],
	[
		"namespaces work",
		"namespace N { export const a = 1; export function f() { return a + 1 } export namespace I { export const z = 3 } }\nreturn [N.a, N.f(), N.I.z]",
		[1, 2, 3],
	],
	["dotted namespaces work", "namespace A.B { export const c = 1 }\nreturn A.B.c", 1],
	[
		"parameter properties work",
		"class A { constructor(private readonly a: number, public b = 2) {} sum() { return this.a + this.b } }\nreturn new A(1).sum()",
		3,
	],
	[
		"parameter properties come after super",
		"class A { x = 1 }\nclass B extends A { constructor(public y: number) { super(); this.x = this.y } }\nreturn new B(4).x",
		4,
	],
	[
		"abstract classes and overloads work",
		"abstract class A { abstract f(): number; g(a: string): number; g(a: number): number; g(a: any) { return a } }\nclass B extends A { override f() { return this.g(2) } }\nreturn new B().f()",
		2,
	],
	[
		"generics, satisfies, assertions and non-null work",
		"function id<T extends object>(x: T): T { return x! }\nconst a = id<{ n: number }>({ n: 1 } satisfies object) as any;\nreturn (<any>a).n",
		1,
	],
	[
		"export const, function, type and class work",
		"export const a: number = 1;\nexport function f(): number { return a }\nexport type T = 1;\nexport class C {}\nexport enum E { X = 4 }\nreturn f() + E.X",
		5,
	],
	[
		"an arrow's return type may have lines of its own",
		"const f = (a: number): {\n  x: number;\n} => ({ x: a });\nreturn f(3).x",
		3,
	],
	[
		"an async arrow's type parameters may have lines of their own",
		"const f = async <\n  T,\n>(x: T): Promise<T> => x;\nreturn await f(2)",
		2,
	],
	[
		"a type between statements keeps them apart",
		"let n = 0\nconst a = 1\ntype T = 2\n;[a].forEach(() => n++)\nlet b = a as number\n(() => n++)()\nreturn n",
		2,
	],
	["this as a parameter is a type", "function f(this: any, a: number) { return a }\nreturn f(3)", 3],
	["import.meta.main is true", "return import.meta.main", true],
	[
		"types of a package that is not here may be imported",
		'import type { A } from "lodash";\nimport { type B } from "lodash";\nconst a: A | B = 1;\nreturn a',
		1,
	],
	[
		"declare leaves nothing",
		"declare const x: number;\ndeclare module 'm' {}\ndeclare global { interface Window {} }\nreturn typeof x",
		"undefined",
	],
	[
		"a class member after a blanked modifier is its own",
		"class A { a = 1\n  public ['b'] = 2\n  static readonly c?: number = 3 }\nreturn [new A().b, A.c]",
		[2, 3],
	],
];
for (const [name, source, expected] of RESULTS) {
	t.test(name, async (t) => t.same(await run(source), expected));
}

t.test("every statement keeps its line", async (t) => {
	const source =
		'import {\n  orders,\n  type X,\n} from "functions";\ninterface A {\n  a: 1;\n}\nenum E {\n  P,\n  Q,\n}\nexport default\n  mark1;\nfunction f(\n  a: {\n    b: string;\n  },\n): Promise<\n  string\n> { mark2 }';
	t.equal(lineOf(source, "mark1"), 13);
	t.equal(lineOf(source, "mark2"), 20);
});

t.test("imports that are only types go, others stay", async (t) => {
	const source =
		'import type { A } from "a";\nimport { type B, orders, Unused } from "functions";\nimport fs, { readFile as rf } from "node:fs";\nimport "node:path";\nconst x: Unused = orders;\nrf(fs)';
	const { text } = programBody(source, ["orders", "Unused"]);
	const head = text.split("\n")[0] ?? "";
	t.match(head, 'const {"orders":orders}=await $import("functions",["orders"],2,1);');
	t.match(head, 'const {"default":fs,"readFile":rf}=await $import("node:fs",["default","readFile"],3,1);');
	t.match(head, 'await $import("node:path",[],4,1);');
	t.notMatch(head, /Unused|import type/);
});

t.test("a syntax error has its line and column", async (t) => {
	try {
		programBody("const a = 1;\nconst b = ;", []);
		t.fail("it parsed");
	} catch (error) {
		t.ok(error instanceof SourceSyntaxError);
		t.match(error, { name: "SyntaxError", line: 2, column: 11 });
		t.notMatch((error as Error).message, /\(\d+:\d+\)/);
	}
});

t.test("a source nested without end is a syntax error, not a crash", async (t) => {
	t.throws(() => programBody("(".repeat(100_000), []), { name: "SyntaxError" });
});

t.test("an unknown service and a package are errors with a line", async (t) => {
	t.throws(() => programBody('\nimport { order } from "functions";', ["orders"]), {
		line: 2,
		column: 10,
		message: /no service named order/,
		hint: /orders/,
	});
	t.throws(() => programBody('import "fs";\nimport x from "lodash";', []), {
		line: 2,
		message: /lodash/,
		hint: /no npm packages/,
	});
});

t.test("decorators are left to Bun", async (t) => {
	t.equal(programBody("function d(v: any, c: any) {}\nclass A { @d m() {} }", []).decorated, true);
	t.equal(programBody("1", []).decorated, false);
});

t.test("a hosted body returns its entry", async (t) => {
	const load = (source: string, entry: string | null) =>
		evaluate("/work/orders.get.ts", hostedBody(source, entry, []));
	t.equal(((await load("const get = (): number => 1;", "get")) as () => number)(), 1);
	t.equal(((await load("export default (): number => 2;", null)) as () => number)(), 2);
	t.equal(((await load("export default function (): number { return 3 }", null)) as () => number)(), 3);
});

t.test("text outside ASCII stays what it is", async (t) => {
	t.same(await run('const größe = "ü€😀";\nreturn [größe.length, größe, String.raw`é`, /^ü$/.test("ü")]'), [
		4,
		"ü€😀",
		"é",
		true,
	]);
	t.same(await run('function d(v: any, c: any) {}\nclass A { @d m() {} }\nreturn "ü€😀"'), "ü€😀");
});

t.test("built-in modules can be imported in every way", async (t) => {
	t.same(
		await run(
			'import path, * as all from "node:path";\nimport { join as j, type ParsedPath } from "path";\nreturn [path.join("a", "b"), all.sep, j("c", "d")]',
		),
		["a/b", "/", "c/d"],
	);
	await t.rejects(run('\nimport { joyn } from "node:path";\njoyn()'), {
		message: '"node:path" has no export named joyn',
		line: 2,
	});
});
