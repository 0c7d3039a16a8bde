import t from "tap";
import { host } from "./harness.ts";

const values = async (source: string, inputs: unknown[], name?: string) =>
	(await host(source, inputs, name)).map((r) => (r.ok ? r.value : `${r.error?.type}: ${r.error?.message}`));

t.test("the function named like the hosted one is called with the input's keys", async (t) => {
	const source =
		"def get_orders(status='open', limit=50):\n    return [status, limit]\ndef main(): return 'no'";
	t.same(await values(source, [{}, { limit: 2 }, { status: "x" }]), [
		["open", 50],
		["open", 2],
		["x", 50],
	]);
});

t.test("else main, else handler(input, context)", async (t) => {
	t.same(await values("def main(a): return a\ndef handler(i, c): return 'no'", [{ a: 1 }]), [1]);
	t.same(await values("def handler(event, context): return [event, context.function]", [{ a: 1 }]), [
		[{ a: 1 }, "orders.get_orders"],
	]);
	t.same(await values("def handler(event): return event", [{ a: 1 }]), [{ a: 1 }]);
	t.match(await values("def other(): pass", [{}]), [/LookupError: .*get_orders, main and handler/]);
});

t.test("a sole parameter named input, input_data or inputs receives the whole object", async (t) => {
	for (const name of ["input", "input_data", "inputs"])
		t.same(await values(`def main(${name}): return ${name}`, [{ x: 1, input: 2 }]), [{ x: 1, input: 2 }]);
	t.same(await values("def main(input, b): return [input, b]", [{ input: 1, b: 2 }]), [[1, 2]]);
	t.same(await values("def main(input, **rest): return [input, rest]", [{ input: 1, b: 2 }]), [
		[1, { b: 2 }],
	]);
});

t.test("positional-only, keyword-only and free parameters", async (t) => {
	t.same(await values("def main(a, b=2, /, *, c=3): return [a, b, c]", [{ a: 1 }, { a: 1, b: 5, c: 6 }]), [
		[1, 2, 3],
		[1, 5, 6],
	]);
	t.match(await values("def main(a=1, b=2, /): return [a, b]", [{ b: 5 }]), [
		/TypeError: .*'a' by position.*'b' is given/,
	]);
	t.same(await values("def main(**rest): return rest", [{ "x-y": 1, self: 2 }]), [{ "x-y": 1, self: 2 }]);
	t.match(await values("def main(a): return a", [{ a: 1, b: 2 }, {}]), [
		/TypeError: main\(\) got an unexpected keyword argument 'b'/,
		/TypeError: main\(\) missing 1 required/,
	]);
});

t.test("async functions share one event loop", async (t) => {
	const source =
		"import asyncio\nseen = set()\nasync def get_orders():\n    await asyncio.sleep(0)\n    seen.add(id(asyncio.get_running_loop()))\n    return len(seen)";
	t.same(await values(source, [{}, {}, {}]), [1, 1, 1]);
});

t.test("module state lives as long as the jail", async (t) => {
	t.same(await values("n = 0\ndef main():\n    global n\n    n += 1\n    return n", [{}, {}]), [1, 2]);
});

t.test("decorated functions, partials and classes can be the entry", async (t) => {
	const wrap =
		"import functools\ndef twice(f):\n    @functools.wraps(f)\n    def inner(*a, **k): return [f(*a, **k)] * 2\n    return inner\n";
	t.same(await values(`${wrap}@twice\ndef main(a): return a`, [{ a: 1 }]), [[1, 1]]);
	t.same(await values(`${wrap}@twice\ndef main(input): return input`, [{ a: 1 }]), [[{ a: 1 }, { a: 1 }]]);
	t.same(
		await values("import functools\ndef f(a, b): return [a, b]\nmain = functools.partial(f, b=2)", [
			{ a: 1 },
		]),
		[[1, 2]],
	);
});

t.test("an error is told in terms of the function's own file", async (t) => {
	const [first, second] = await host("def get_orders(n):\n    return 1 / n", [{ n: 0 }, { n: 1 }]);
	t.match(first, { id: 1, ok: false, error: { type: "ZeroDivisionError", line: 2, column: 12 } });
	t.match(first.error.traceback, /File "orders\.get_orders\.py", line 2, in get_orders/);
	t.match(second, { id: 2, ok: true, value: 1 });
});

t.test("what fails while loading is the error of every call", async (t) => {
	const results = await host("x = 1\nimport nothing_like_this", [{}, {}]);
	for (const result of results) t.match(result.error, { type: "ModuleNotFoundError", line: 2 });
	t.match((await host("def get_orders(:", [{}]))[0].error, { type: "SyntaxError", line: 1 });
	t.match((await host("return 1", [{}]))[0].error, { type: "SyntaxError", line: 1 });
	t.match((await host("import sys\nsys.exit(2)", [{}]))[0].error, { type: "SystemExit" });
});

t.test("sys.exit in a call is its error, and the next call still runs", async (t) => {
	t.match(
		await values("import sys\ndef main(n):\n    if n: sys.exit(n)\n    return 'ok'", [{ n: 3 }, { n: 0 }]),
		[/SystemExit: .*exit code 3/, "ok"],
	);
});

t.test("a hosted function calls other functions", async (t) => {
	t.same(
		await values("from functions import orders\ndef main(n): return orders.echo(n=n)", [{ n: 1 }, { n: 2 }]),
		[{ n: 1 }, { n: 2 }],
	);
	t.match(await values("from functions import orders\ndef main(): return orders.fail()", [{}]), [
		/FunctionError: orders\.fail: ValueError/,
	]);
});

t.test("its variables of the environment come with the load", async (t) => {
	const [result] = await host("import os\ndef main(): return os.environ['API_TOKEN']", [{}], "a.b", {
		env: { API_TOKEN: "s3" },
	});
	t.equal(result.value, "s3");
});

t.test("values without JSON form and results over the limit are told as for programs", async (t) => {
	t.match(await values("def main(): return {'a': {1}}", [{}]), [/TypeError: result\.a is a set/]);
	const [large] = await host("def main(): return 'x' * 100", [{}], "a.b", { result_limit: 50 });
	t.same(large.too_large, { bytes: 102, shape: "string of 100 characters" });
	t.equal(large.text, `"${"x".repeat(50)}`, "a byte more than may be proves it");
});

t.test("the module is not __main__, and can be found by name", async (t) => {
	t.same(
		await values(
			"import sys\nran = __name__ == '__main__'\ndef main(): return [ran, sys.modules[__name__].__name__]",
			[{}],
		),
		[[false, "orders.get_orders"]],
	);
	t.same(
		await values(
			"from dataclasses import dataclass\n@dataclass\nclass P:\n    x: 'int'\ndef main(): return P(1)",
			[{}],
		),
		[{ x: 1 }],
	);
});
