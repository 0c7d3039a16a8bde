import t from "tap";
import { detectLanguage } from "../../src/execution/language.ts";

const PYTHON = [
	'print("hello")',
	"import json",
	"import os, sys  # both",
	"import numpy as np\nnp.array([1])",
	"from functions import orders",
	"from functions import orders\nrows = orders.get_orders(status='open')\nresult = len(rows)",
	"x = 1\ny = 2\nx + y",
	"def get_orders(status: str = 'open') -> list[dict]:\n    return []",
	"async def main():\n    pass",
	"class Order:\n    total: float = 0",
	"class Order(dict):\n    pass",
	"for i in range(3):\n    pass",
	"if ready:\n    go()\nelif late:\n    wait()",
	"with open('/tmp/x') as f:\n    f.read()",
	"try:\n    1 / 0\nexcept ZeroDivisionError:\n    pass",
	"result = [r for r in rows if r['total'] > 1000]",
	"lambda x: x",
	"result = None",
	"return True",
	"# count them\ntotal = sum(values)",
	'"""List orders."""\nresult = 5',
	"text = f'{name} has {count}'",
	"x not in y",
	"match status:\n    case 'open':\n        result = 1",
	"import functions\nresult = functions.search('refund', limit=10)",
	"# result = await orders.get_orders.aio()\nimport asyncio\nresult = await asyncio.gather(*jobs)",
	"data = {\n    'a': 1,\n}\nresult = data",
	"rows = orders.get_orders(\n    status='open',\n    limit=5,\n)\nrows",
];

const TYPESCRIPT = [
	'console.log("hello")',
	"const x = 1",
	"let rows: Order[] = []",
	"var a = 1;",
	'import { orders } from "functions";',
	"import * as functions from 'functions'",
	"import type { Order } from './types.ts'",
	'import "./side-effect.ts"',
	"export default async function get_orders(input: { status?: string }) { return []; }",
	"export default (input) => input.a",
	"function main() { return 1 }",
	"async function main() {\n  await go();\n}",
	"interface Order { total: number }",
	"type Order = { total: number }",
	"enum Status { Open, Closed }",
	"const rows = await orders.get_orders({ status: 'open' });\nreturn rows.length;",
	"for (const row of rows) {\n  total += row.total;\n}",
	"if (a === b) { go(); }",
	"return { processed: rows.length };",
	"[1, 2, 3].map((x) => x * 2)",
	"// count\nreturn values.length",
	"/** List orders. */\nexport default function list() {}",
	"try {\n  risky();\n} catch (error) {\n  return null;\n}",
	"class Order {\n  total = 0;\n}",
	"const { a, b } = input;\nreturn a && b || null;",
	"return new Map([[1, 2]]).size",
	"export const limit = 5;",
];

/** Programs of both languages, or of neither. */
const AMBIGUOUS = [
	"",
	"   \n\t",
	"1 + 1",
	"x",
	"42",
	"foo(1)",
	"[1, 2, 3]",
	"'hello'",
	"a.b.c(1, 2)",
	"\uFFFD\uFFFD",
];

t.test("Python is told from how it is written", async (t) => {
	for (const source of PYTHON) t.equal(detectLanguage(source), "python", source);
});

t.test("TypeScript is told from how it is written", async (t) => {
	for (const source of TYPESCRIPT) t.equal(detectLanguage(source), "typescript", source);
});

t.test("what could be either is nobody's", async (t) => {
	for (const source of AMBIGUOUS) t.equal(detectLanguage(source), null, source);
});

t.test("line ends of Windows and indentation by tabs change nothing", async (t) => {
	for (const [sources, language] of [
		[PYTHON, "python"],
		[TYPESCRIPT, "typescript"],
	] as const) {
		for (const source of sources) {
			const windows = source.replaceAll("\n", "\r\n").replaceAll("    ", "\t");
			t.equal(detectLanguage(windows), language, windows);
		}
	}
});

t.test("hostile sources are answered without delay", async (t) => {
	const hostile = [
		" ".repeat(1_000_000),
		"import ".repeat(150_000),
		"import {\n".repeat(100_000),
		"import {    \n".repeat(100_000),
		`import {${" ".repeat(1_000_000)}`,
		"class a:\n\n".repeat(100_000),
		"new \n".repeat(200_000),
		`await${" ".repeat(1_000_000)}`,
		`new${"\n".repeat(1_000_000)}`,
		"\t \t \n".repeat(200_000),
		`import a${", a".repeat(300_000)}`,
		`class A(${"a.".repeat(500_000)}`,
		`import ${"{".repeat(1_000_000)}`,
		"\n".repeat(1_000_000),
		`a = ${"=".repeat(1_000_000)}`,
		"export type ".repeat(80_000),
		`type a${"<".repeat(1_000_000)}`,
		`if ${"x".repeat(1_000_000)}`,
	];
	for (const source of hostile) {
		const start = process.cpuUsage().user;
		detectLanguage(source);
		const milliseconds = (process.cpuUsage().user - start) / 1_000;
		t.ok(milliseconds < 1_500, `${JSON.stringify(source.slice(0, 12))}: ${milliseconds} ms`);
	}
});
