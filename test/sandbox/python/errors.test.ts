import t from "tap";
import { run } from "./harness.ts";

t.test("an exception tells its line, column and the user's own frames", async (t) => {
	const { error } = await run("import json\ndef f(n):\n    return json.loads(n)\n\né = 'ü'; f('{')\n");
	t.match(error, { type: "JSONDecodeError", line: 3, column: 12, hint: null });
	t.match(
		error.traceback,
		/^Traceback \(most recent call last\):\n {2}File "program.py", line 5, in <module>\n {4}é = 'ü'; f\('\{'\)\n {13}\^{6}\n {2}File "program.py", line 3, in f\n/,
	);
	t.match(error.traceback, /\njson\.decoder\.JSONDecodeError: [^\n]*$/);
	t.notMatch(error.traceback, /brig_runner|init\.py|decoder\.py/);
});

t.test("lines are right beside a top-level return and await", async (t) => {
	t.match((await run("x = 1\n\nif x:\n    1 / 0\nreturn x")).error, {
		type: "ZeroDivisionError",
		line: 4,
		column: 5,
	});
	const { error } = await run(
		"import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    raise KeyError('k')\nreturn await f()",
	);
	t.match(error, { type: "KeyError", message: "'k'", line: 4 });
	t.match(error.traceback, /line 5, in <module>/);
});

t.test("a syntax error is told with line and column, in whatever way the parser fails", async (t) => {
	t.match((await run("x = 1\ny = (2")).error, {
		type: "SyntaxError",
		line: 2,
		column: 5,
		message: /never closed/,
	});
	t.match((await run("return 1\nbreak")).error, { type: "SyntaxError", line: 2 });
	t.match((await run("if x:\npass")).error, { type: "IndentationError", line: 2 });
	t.match((await run("x = 1\0")).error, { type: "SyntaxError", message: /null bytes/ });
	t.match((await run(new Uint8Array([0x78, 0x3d, 0x0a, 0xff]))).error, {
		type: "SyntaxError",
		message: /UTF-8/,
		line: 2,
	});
	for (const deep of [
		`${"(".repeat(5000)}${")".repeat(5000)}`,
		`${"-".repeat(100_000)}1`,
		`x${".a".repeat(50_000)}`,
	])
		t.match((await run(deep)).error, { type: "SyntaxError" });
});

t.test("a syntax error of code that the program compiles itself points at the program", async (t) => {
	t.match((await run("x = 1\neval('1 +')")).error, { type: "SyntaxError", line: 2 });
});

t.test("sys.exit is an error with any code, and what was printed is there", async (t) => {
	const table: [string, RegExp][] = [
		["sys.exit()", /exit code 0$/],
		["sys.exit(0)", /exit code 0$/],
		["sys.exit(3)", /exit code 3$/],
		["sys.exit('bad input')", /bad input/],
		["exit(4)", /exit code 4$/],
		["raise SystemExit", /exit code 0$/],
	];
	for (const [code, message] of table) {
		const ran = await run(`import sys\nprint('before')\n${code}`);
		t.match(ran, { error: { type: "SystemExit", message, line: 3 }, stdout: "before\n" }, code);
	}
});

t.test("exceptions outside of Exception are reported too", async (t) => {
	for (const kind of ["KeyboardInterrupt", "GeneratorExit", "BaseException"])
		t.match((await run(`raise ${kind}('x')`)).error, { type: kind, message: "x", line: 1 });
	t.match((await run("class Own(BaseException): pass\nraise Own('x')")).error, { type: "Own", message: "x" });
	t.match(
		(await run("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nimport time\ntime.sleep(5)")).error,
		{ type: "KeyboardInterrupt" },
	);
});

t.test("causes, contexts, notes and groups are in the traceback", async (t) => {
	const chained = await run(
		"try:\n    {}['a']\nexcept KeyError as e:\n    e2 = ValueError('b')\n    e2.add_note('a note')\n    raise e2 from e",
	);
	t.match(
		chained.error.traceback,
		/KeyError: 'a'\n\nThe above exception was the direct cause[\s\S]*ValueError: b\na note$/,
	);
	t.match(chained.error, { line: 6 });
	const context = await run("try:\n    {}['a']\nexcept KeyError:\n    1/0");
	t.match(context.error.traceback, /During handling of the above exception/);
	const group = await run(
		"raise ExceptionGroup('many', [ValueError('one'), ExceptionGroup('in', [TypeError('two')])])",
	);
	t.match(
		group.error.traceback,
		/ExceptionGroup: many[\s\S]*\+-+ 1 -+\n {2}\| ValueError: one[\s\S]*TypeError: two/,
	);
	t.equal((await run("e = ValueError('x')\ne.__cause__ = e\nraise e")).error.type, "ValueError");
});

t.test("exceptions that resist being described still give an error", async (t) => {
	t.match((await run("class E(Exception):\n    def __str__(self): raise ValueError\nraise E()")).error, {
		type: "E",
		message: /str\(\) raised ValueError/,
	});
	t.match((await run("class E(Exception):\n    def __str__(self): raise SystemExit\nraise E()")).error, {
		type: "E",
		message: /could not be described/,
	});
	t.match((await run("class E(Exception):\n    def __str__(self): return 5\nraise E()")).error, {
		type: "E",
	});
	t.match((await run("raise ValueError('\\ud800')")).error, { type: "ValueError", message: "\\ud800" });
	t.match((await run("def f(): f()\nf()")).error, {
		type: "RecursionError",
		line: 1,
		traceback: /more frames/,
	});
});

t.test("a huge message is cut, and says so", async (t) => {
	const { error } = await run("raise ValueError('x' * 5_000_000)");
	t.ok(error.message.length < 9000);
	t.match(error.message, /characters cut/);
	t.ok(error.traceback.length < 26_000);
});

t.test("common failures come with a hint", async (t) => {
	const table: [string, RegExp][] = [
		["import pandas", /standard library/],
		["import requests", /no network/],
		["import orders", /from functions import orders/],
		["orders.get_orders()", /from functions import orders/],
		["functions.list()", /import functions/],
		["from functions import nope", /functions\.search/],
		["import socket\nsocket.create_connection(('127.0.0.1', 1))", /no network/],
		["open('/nowhere/x')", /empty \/work/],
		["def f(): f()\nf()", /loop/],
		["from functions import orders\nawait orders.echo()", /\.aio/],
		["import sys\nsys.exit(1)", /return/],
		["{1, 2}", /JSON can hold/],
	];
	for (const [code, hint] of table) t.match((await run(code)).error?.hint, hint, code);
	t.equal((await run("1/0")).error.hint, null);
});

t.test("a failure that speaks of a limit of the sandbox says which, and only such a one", async (t) => {
	const table: [string, string | null][] = [
		["raise MemoryError", "memory"],
		["import errno\nraise OSError(errno.ENOMEM, 'x')", "memory"],
		["import errno\nraise OSError(errno.EAGAIN, 'x')", "processes"],
		['raise RuntimeError("can\'t start new thread")', "processes"],
		["import errno\nraise OSError(errno.ENOSPC, 'x')", "scratch"],
		["raise ValueError('database or disk is full')", "scratch"],
		["raise OSError('no number')", null],
		["raise RuntimeError('no')", null],
		["1/0", null],
	];
	for (const [code, limit] of table) t.match((await run(code)).error, { limit }, code);
});
