import t from "tap";
import { run } from "./harness.ts";

const gives = async (
	t: { same(found: unknown, wanted: unknown, name: string): void },
	code: string,
	value: unknown,
) => {
	const ran = await run(code);
	t.same(ran.ok ? ran.value : ran.error, value, code);
};

t.test("a top-level return that ran is the result, before `result` and the last expression", async (t) => {
	await gives(t, "result = 1\nif True:\n    return {'a': 2}\n3", { a: 2 });
	await gives(t, "result = 1\nreturn", null);
	await gives(t, "for i in range(9):\n    if i == 4:\n        return i", 4);
	await gives(t, "try:\n    return 1\nfinally:\n    x = 2", 1);
	await gives(t, "with open('/dev/null') as f:\n    return f.name", "/dev/null");
	await gives(t, "match [1, 2]:\n    case [a, *rest]:\n        return [a, rest]", [1, [2]]);
	await gives(t, "while True:\n    return 'x'", "x");
});

t.test("a return that did not run leaves `result`, then the last expression", async (t) => {
	await gives(t, "result = 5\nif False:\n    return 1\n7", 5);
	await gives(t, "if False:\n    return 1\n7", 7);
	await gives(t, "if False:\n    return 1\nx = 7", null);
});

t.test("`result` counts when it is assigned, None too, and not when it is deleted again", async (t) => {
	await gives(t, "result = None\n5", null);
	await gives(t, "result = 1\ndel result\n5", 5);
	await gives(t, "for result in [1, 2]: pass", 2);
	await gives(t, "def f():\n    global result\n    result = 3\nf()", 3);
	await gives(t, "def f():\n    result = 3\nf()\n8", 8);
});

t.test("the last expression is the result, and nothing is null", async (t) => {
	await gives(t, "x = 4\nx * 2", 8);
	await gives(t, "'text'", "text");
	await gives(t, "x = 4", null);
	await gives(t, "", null);
	await gives(t, "# only a comment", null);
	await gives(t, "if True:\n    5", null);
	await gives(t, "\ufeff1 + 1", 2);
});

t.test(
	"top-level await works, also in loops, with blocks and comprehensions, with and without return",
	async (t) => {
		const start = "import asyncio\nasync def f(x): return x\nasync def g():\n    yield 1\n    yield 2\n";
		await gives(t, `${start}await f(3)`, 3);
		await gives(t, `${start}return await f(3)`, 3);
		await gives(t, `${start}result = [x async for x in g()]`, [1, 2]);
		await gives(t, `${start}return [x async for x in g()]`, [1, 2]);
		await gives(t, `${start}async for x in g():\n    if x == 2: return x`, 2);
		await gives(t, `${start}async with asyncio.timeout(1):\n    return 'in'`, "in");
		await gives(t, `${start}return [await f(i) for i in range(2)]`, [0, 1]);
		await gives(t, `${start}def h(x=await f(1)): return x\nreturn h()`, 1);
	},
);

t.test("code without top-level await may run its own event loop", async (t) => {
	await gives(t, "import asyncio\nasync def main(): return 4\nasyncio.run(main())", 4);
	await gives(t, "import asyncio\nasync def main(): return 4\nreturn asyncio.run(main())", 4);
	const nested = await run("import asyncio\nasync def main(): return 4\nawait main()\nasyncio.run(main())");
	t.match(nested.error, { type: "RuntimeError", hint: /await/ });
});

t.test("with a top-level return, every top-level name is still global", async (t) => {
	await gives(
		t,
		"x = 1\ndef f():\n    global x\n    x += 1\n    return x\nf()\nreturn [x, 'x' in globals()]",
		[2, true],
	);
	await gives(t, "x: int = 1\ny: str\ndef f(): return x\nreturn f()", 1);
	await gives(
		t,
		"import os.path as p, json\nfrom math import pi as q\ndef f(): return [p.sep, json.dumps(1), q > 3]\nreturn f()",
		["/", "1", true],
	);
	await gives(t, "from math import *\ndef f(): return floor(2.5)\nreturn f()", 2);
	await gives(
		t,
		"try:\n    1/0\nexcept ZeroDivisionError as e:\n    def f(): return str(e)\n    return f()",
		"division by zero",
	);
	await gives(t, "if (n := 10) > 5:\n    def f(): return n\n    return f()", 10);
	await gives(t, "a, (b, *c) = 1, (2, 3)\ndef f(): return [a, b, c]\nreturn f()", [1, 2, [3]]);
	await gives(
		t,
		"y = [z for z in range(3)]\ng = [lambda: q for q in range(3)]\nreturn [y, g[0](), 'z' in globals()]",
		[[0, 1, 2], 2, false],
	);
	await gives(t, "any((last := i) > 1 for i in range(5))\ndef f(): return last\nreturn f()", 2);
	await gives(t, "class A:\n    v = 1\n    def m(self): return A.v\nreturn A().m()", 1);
	await gives(t, "exec('k = 5')\nreturn [k, locals() is globals()]", [5, true]);
	await gives(t, "'''doc'''\nfrom __future__ import annotations\ndef f(x: Nope): pass\nreturn 1", 1);
	await gives(
		t,
		"match {'a': 1, 'b': 2}:\n    case {'a': _, **rest} as whole:\n        def f(): return [rest, whole]\n        return f()",
		[{ b: 2 }, { a: 1, b: 2 }],
	);
});

t.test("a return inside a function or class is not the program's", async (t) => {
	await gives(t, "def f():\n    return 1\nf() + 1", 2);
	t.match((await run("class A:\n    return 1")).error, { type: "SyntaxError", line: 2 });
});

t.test("yield at the top level is a syntax error beside return too", async (t) => {
	for (const code of [
		"yield 1",
		"return 1\nyield 2",
		"return 1\nx = yield",
		"return 1\ndef f(x=(yield 1)): pass",
	])
		t.match((await run(code)).error, { type: "SyntaxError", message: /outside function/ }, code);
	await gives(t, "def g():\n    yield 1\nreturn list(g())", [1]);
});

t.test("the program is __main__, with exit and FunctionError among its builtins", async (t) => {
	await gives(t, "result = 0\nif __name__ == '__main__':\n    result = 1", 1);
	await gives(t, "import pickle\nclass A: pass\ntype(pickle.loads(pickle.dumps(A()))).__name__", "A");
	await gives(t, "[FunctionError.__name__, exit.__class__.__name__]", ["FunctionError", "Quitter"]);
	await gives(t, "import sys, __main__\n[sys.argv, __main__.__file__]", [["program.py"], "program.py"]);
	await gives(
		t,
		"import typing, dataclasses\n@dataclasses.dataclass\nclass P:\n    x: 'int'\nstr(typing.get_type_hints(P))",
		"{'x': <class 'int'>}",
	);
});

t.test("a result above the limit is described by size and shape", async (t) => {
	const ran = await run("[{'id': i, 'total': 1, 'status': 'x'} for i in range(50000)]", { limit: 1000 });
	t.match(ran.header, {
		ok: false,
		too_large: { shape: "list of 50,000 objects with keys id, total, status" },
	});
	t.equal(
		ran.header.too_large.bytes,
		JSON.stringify(Array.from({ length: 50000 }, (_, id) => ({ id, total: 1, status: "x" }))).length,
	);
	t.match(ran.text, /^\[\{"id":\s?0,/, "what comes with it is the beginning of the text");
	t.equal(Buffer.byteLength(ran.text), 1001, "and a byte more than may be");
	const shapes: [string, string][] = [
		["'é' * 5000", "string of 5,000 characters"],
		["{'rows': list(range(9999)), 'n': 1}", "object with keys rows, n; rows is a list of 9,999 numbers"],
		["[[1] * 600, [2] * 600]", "list of 2 lists, the first a list of 600 numbers"],
		[
			"{f'key{i}': i for i in range(900)}",
			"object with keys key0, key1, key2, key3, key4, key5, key6, key7 and 892 more",
		],
		["[1, 'a'] * 900", "list of 1,800 items of mixed types"],
	];
	for (const [code, shape] of shapes)
		t.equal((await run(code, { limit: 1000 })).header.too_large.shape, shape, code);
	t.ok(
		(await run("{'k' * 99 + str(i): i for i in range(900)}", { limit: 1000 })).header.too_large.shape
			.length <= 200,
	);
	t.equal((await run("'x' * 998", { limit: 1000 })).ok, true, "exactly the limit fits");
});
