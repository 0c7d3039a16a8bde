import t from "tap";
import { Failure, functions, Jail, run } from "./harness.ts";

t.test("functions are called by keyword, with any JSON name", async (t) => {
	const ran = await run(`from functions import orders
orders.echo(status="open", **{"x-y": 1, "from": 2, "self": 3, "name": 4, "args": 5, "é": 6, "": 7})`);
	t.same(ran.value, { status: "open", "x-y": 1, from: 2, self: 3, name: 4, args: 5, é: 6, "": 7 });
	t.equal(ran.calls[0]?.function, "orders.echo");
});

t.test("positional arguments take the names of the signature, asked for once", async (t) => {
	const asked: string[] = [];
	const ran = await run(
		"from functions import orders\n[orders.echo('a'), orders.echo('b', 2), orders.echo('c', limit=3)]",
		{
			answer: (header, input) => {
				if (header.op === "query") asked.push(header.kind);
				return functions(header, input);
			},
		},
	);
	t.same(ran.value, [{ status: "a" }, { status: "b", limit: 2 }, { status: "c", limit: 3 }]);
	t.same(asked, ["parameters"]);
});

t.test("positional arguments that do not fit are a TypeError in Python's words", async (t) => {
	const call = async (text: string) =>
		(await run(`from functions import orders\norders.echo(${text})`)).error;
	t.match(await call("1, 2, 3"), {
		type: "TypeError",
		message: "orders.echo() takes 2 positional arguments but 3 were given",
		line: 2,
	});
	t.match(await call("1, status=2"), {
		type: "TypeError",
		message: "orders.echo() got multiple values for argument 'status'",
	});
});

t.test("a function that takes any object takes it as its one argument", async (t) => {
	const answer = (header: { kind?: string }, input: unknown) => (header.kind === "parameters" ? [] : input);
	t.same((await run("from functions import orders\norders.echo({'a': 1})", { answer })).value, { a: 1 });
	t.match((await run("from functions import orders\norders.echo(5)", { answer })).error, {
		type: "TypeError",
	});
});

t.test("every way of importing works", async (t) => {
	const ways = [
		"import functions\nfunctions.orders.echo(a=1)",
		"from functions import orders as o\no.echo(a=1)",
		"from functions.orders import echo\necho(a=1)",
		"import functions.orders\nfunctions.orders.echo(a=1)",
		"import functions.orders as o\no.echo(a=1)",
		"from functions import *\norders.echo(a=1)",
		"from functions.orders import *\necho(a=1)",
		"import importlib\nimportlib.import_module('functions.orders').echo(a=1)",
		"def f():\n    from functions import orders\n    return orders.echo(a=1)\nf()",
	];
	for (const code of ways) {
		const ran = await run(code);
		t.same(ran.value, { a: 1 }, ran.error?.message ?? code);
	}
});

t.test("an unknown service is an ImportError that names what there is", async (t) => {
	const message = /there is no service 'nope' in functions; there are: orders, billing/;
	for (const code of ["from functions import nope", "import functions.nope", "from functions.nope import x"])
		t.match((await run(code)).error, { type: "ImportError", message }, code);
	t.match((await run("import functions\nfunctions.nope")).error, { type: "AttributeError", message });
	t.match((await run("from functions import x", { services: [] })).error, {
		type: "ImportError",
		message: /no functions that you may call/,
	});
});

t.test("list, search and describe ask the server", async (t) => {
	t.same((await run("import functions\nfunctions.list()")).value, [
		"billing.charge",
		"orders.echo",
		"orders.fail",
	]);
	t.same((await run("from functions import search\nsearch('refund', limit=3)")).value, [
		{ name: "orders.echo", signature: "refund", summary: "3" },
	]);
	t.same((await run("import functions\nfunctions.search('x')")).value[0].summary, "10");
	t.equal((await run("import functions\nfunctions.describe('orders.echo')")).value, "stub of orders.echo");
	t.equal(
		(await run("from functions import orders, describe\ndescribe(orders.echo)")).value,
		"stub of orders.echo",
	);
	t.same(
		(
			await run(
				"from functions import orders\n[orders.echo.__doc__, orders.echo.__name__, repr(orders.echo), dir(orders)]",
			)
		).value,
		["stub of orders.echo", "echo", "<function orders.echo>", ["echo", "fail"]],
	);
});

t.test("a failing function raises FunctionError, which can be caught", async (t) => {
	const caught = await run(`from functions import orders, FunctionError as Imported
try:
    orders.fail(a=1)
except FunctionError as e:
    result = [e.function, e.type, e.message, str(e), Imported is FunctionError]`);
	t.same(caught.value, [
		"orders.fail",
		"ValueError",
		"no such status",
		"orders.fail: ValueError: no such status",
		true,
	]);
	const uncaught = await run("from functions import orders\nx = 1\norders.fail()");
	t.match(uncaught.error, {
		type: "FunctionError",
		message: "orders.fail: ValueError: no such status",
		line: 3,
		column: 1,
	});
	t.match(uncaught.error.traceback, /\nFunctionError: orders\.fail: ValueError/);
	t.same(
		(
			await run(
				"import pickle\ne = pickle.loads(pickle.dumps(FunctionError('a.b', 'T', 'm')))\n[e.function, e.type, e.message]",
			)
		).value,
		["a.b", "T", "m"],
	);
});

t.test("an input without JSON form is an error with its path, and nothing is sent", async (t) => {
	const ran = await run("from functions import orders\norders.echo(a=[1, {2}])");
	t.match(ran.error, { type: "TypeError", message: /^input\.a\[1\] is a set/, line: 2 });
	t.same(ran.calls, []);
});

t.test("awaitable calls run at once", async (t) => {
	const jail = new Jail();
	await jail.ready();
	await jail.runner.send(
		{ op: "run", services: ["orders"], result_limit: 100_000, depth_limit: 200 },
		`from functions import orders
import asyncio
rows = await asyncio.gather(*[orders.echo.aio(n=i) for i in range(40)])
return [r["n"] for r in rows]`,
	);
	const calls = [];
	while (calls.length < 32) calls.push(await jail.runner.frame());
	for (const call of calls.reverse())
		await jail.runner.send({ op: "reply", id: call?.header.id, ok: true }, call?.body);
	const frame = await jail.answer(functions);
	t.same(
		JSON.parse(frame?.body ?? ""),
		Array.from({ length: 40 }, (_, i) => i),
	);
	await jail.kill();
	const failing = await run(
		"from functions import orders\nimport asyncio\nawait asyncio.gather(orders.fail.aio(), return_exceptions=True)\nawait orders.fail.aio()",
	);
	t.match(failing.error, { type: "FunctionError", line: 4 });
});

t.test("replies find their thread in whatever order they come", async (t) => {
	const jail = new Jail();
	await jail.ready();
	await jail.runner.send(
		{ op: "run", services: ["orders"], result_limit: 100_000, depth_limit: 200 },
		`from functions import orders
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(8) as pool:
    result = list(pool.map(lambda i: orders.echo(n=i), range(8)))`,
	);
	const calls = [];
	while (calls.length < 8) calls.push(await jail.runner.frame());
	for (const call of calls.reverse())
		await jail.runner.send({ op: "reply", id: call?.header.id, ok: true }, `{"got":${call?.body}}`);
	const frame = await jail.answer(functions);
	t.same(
		JSON.parse(frame?.body ?? ""),
		Array.from({ length: 8 }, (_, n) => ({ got: { n } })),
	);
	await jail.kill();
});

t.test("big integers and large bodies keep every digit both ways", async (t) => {
	const ran = await run(
		"from functions import orders\nx = orders.echo(n=[i for i in range(200000)])\n[len(x['n']), x['n'][-1]]",
	);
	t.same(ran.value, [200000, 199999]);
	const jail = new Jail();
	await jail.ready();
	await jail.runner.send(
		{ op: "run", services: ["orders"], result_limit: 1000, depth_limit: 200 },
		"from functions import orders\norders.echo(n=12345678901234567890)",
	);
	const call = await jail.runner.frame();
	t.equal(call?.body, '{"n":12345678901234567890}');
	await jail.runner.send({ op: "reply", id: call?.header.id, ok: true }, call?.body);
	t.equal((await jail.runner.frame())?.body, '{"n":12345678901234567890}');
	await jail.kill();
});

t.test("a call that a signal handler interrupts leaves later calls whole", async (t) => {
	const ran = await run(
		`from functions import orders
import signal
def stop(*_): raise TimeoutError("late")
signal.signal(signal.SIGALRM, stop)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    orders.echo(slow=True)
except TimeoutError as e:
    caught = str(e)
[caught, orders.echo(n=1), orders.echo(n=2)]`,
		{
			answer: async (_, input) => {
				if (input.slow) await Bun.sleep(150);
				return input;
			},
		},
	);
	t.same(ran.value, ["late", { n: 1 }, { n: 2 }]);
});

t.test("an error without a function's name is still a FunctionError", async (t) => {
	const ran = await run("import functions\nfunctions.describe('x.y')", {
		answer: () => {
			throw new Failure("NotFound", "there is no function x.y");
		},
	});
	t.match(ran.error, { type: "FunctionError", message: "NotFound: there is no function x.y" });
});
