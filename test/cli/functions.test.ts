import t from "tap";
import { startBrig } from "../server.ts";
import { brigOf, terminal, writeFiles } from "./brig.ts";

const GET_ORDERS = `def get_orders(status: str = "open", limit: int = 2) -> list[dict]:
    """List customer orders, newest first."""
    return [{"id": 2**64 + i, "status": status} for i in range(limit)]
`;
const COUNT = `/** Counts. */
export default async function count(input: { n?: number }): Promise<number> { return input.n ?? 0; }
`;

t.test("brig fn", async (t) => {
	const { data } = await startBrig(t);
	const call = brigOf(data);
	const folder = t.testdir();
	writeFiles(folder, {
		"fns/orders/get_orders.py": GET_ORDERS,
		"fns/orders.count.ts": COUNT,
		"bad/orders.a.py": "def a(:\n",
		"bad/orders.b.py": "def b(): return 1\n",
		"bad/notes.v1.py.py": "",
	});
	const inFolder = { cwd: folder };

	t.test("push registers the functions of a folder, with a line on stderr for each", async (t) => {
		const { code, stdout, stderr } = await call(["fn", "push", "fns"], inFolder);
		t.equal(code, 0);
		t.equal(stdout, "");
		t.same(stderr.split("\n"), [
			"orders.get_orders  version 1",
			"orders.count  version 1",
			"2 pushed, 0 unchanged, 0 failed",
			"",
		]);
	});

	t.test("push of the same source changes nothing", async (t) => {
		const { code, stderr } = await call(["fn", "push", "fns/orders/get_orders.py"], inFolder);
		t.equal(code, 0);
		t.equal(stderr, "orders.get_orders  version 1, unchanged\n");
	});

	t.test("push goes on after a file that fails, and ends with 1", async (t) => {
		const { code, stdout, stderr } = await call(["fn", "push", "bad", "nosuch.x.py", "--json"], inFolder);
		t.equal(code, 1);
		t.match(stderr, /orders\.a {2}failed\n {2}bad\/orders\.a\.py:1:\d+: /);
		t.match(stderr, /orders\.b {2}version 1\n/);
		t.match(stderr, /bad\/notes\.v1\.py\.py {2}failed: .*more than one dot/);
		t.match(stderr, /There is no file nosuch\.x\.py/);
		t.match(stderr, /1 pushed, 0 unchanged, 3 failed\n$/);
		const lines = stdout
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line));
		t.match(lines, [
			{ file: "bad/notes.v1.py.py", error: { message: String } },
			{ file: "bad/orders.a.py", error: { code: "source_syntax", line: 1 } },
			{ file: "bad/orders.b.py", namespace: "default", service: "orders", name: "b", version: 1 },
			{ file: "nosuch.x.py", error: { message: String } },
		]);
	});

	t.test("push takes a file of any name, or stdin, with --name", async (t) => {
		t.equal((await call(["fn", "push", "fns/orders.count.ts", "--name", "sums.count"], inFolder)).code, 0);
		const { code } = await call(["fn", "push", "-", "--name", "sums.two"], {
			stdin: "def two(): return 2\n",
		});
		t.equal(code, 0);
		t.equal((await call(["fn", "call", "sums.two"])).stdout, "2\n");
	});

	t.test("push stops at once where no file could succeed", async (t) => {
		const { code, stderr } = await call(["fn", "push", "fns", "--namespace", "nosuch"], inFolder);
		t.equal(code, 1);
		t.match(stderr, /^brig: There is no such namespace[^\n]*\n[^\n]*\n$/);
	});

	t.test("list is a table, or the server's JSON", async (t) => {
		const { stdout } = await call(["fn", "list"]);
		t.match(stdout, /^NAME +VERSION +LANGUAGE +SUMMARY\n/);
		t.match(stdout, /\norders\.get_orders +1 +python +List customer orders, newest first\.\n/);
		t.match(JSON.parse((await call(["fn", "list", "--json"])).stdout), { functions: Array, next: null });
		t.match((await call(["fn", "list", "customer", "orders"])).stdout.split("\n")[1], /^orders\.get_orders /);
		t.match(await call(["fn", "list", "--tag", "none"]), {
			code: 0,
			stdout: "",
			stderr: /No function matches/,
		});
	});

	t.test("show has the schema and the source", async (t) => {
		const { stdout } = await call(["fn", "show", "orders.get_orders"]);
		t.match(stdout, /^name +orders\.get_orders\nversion +1\n/);
		t.match(stdout, /\ninput: \{\n {2}"type": "object"/);
		t.ok(stdout.endsWith(`\n${GET_ORDERS}`));
		t.equal(JSON.parse((await call(["fn", "show", "orders.get_orders", "--json"])).stdout).code, GET_ORDERS);
	});

	t.test("call prints the result and keeps its digits", async (t) => {
		const { code, stdout } = await call(["fn", "call", "orders.get_orders", '{"limit": 1}']);
		t.equal(code, 0);
		t.equal(stdout, '[\n  {\n    "id": 18446744073709551616,\n    "status": "open"\n  }\n]\n');
		const piped = await call(["fn", "call", "orders.get_orders", "-", "--json"], { stdin: '{"limit": 1}' });
		t.match(piped.stdout, /"result":\[\{"id":18446744073709551616,"status":"open"\}\]/);
	});

	t.test("call of an input that does not fit shows each fault", async (t) => {
		const { code, stderr } = await call(["fn", "call", "orders.get_orders", '{"limit": "x", "status": 1}']);
		t.equal(code, 1);
		t.match(stderr, /\n {2}\/limit: /);
		t.match(stderr, /\n {2}\/status: /);
		t.match((await call(["fn", "call", "orders.get_order"])).stderr, /Did you mean orders\.get_orders\?/);
	});

	t.test("rm asks, and without a terminal wants --yes", async (t) => {
		const asked = await call(["fn", "rm", "sums.two"]);
		t.equal(asked.code, 2);
		t.match(asked.stderr, /Add --yes/);
		const done = await call(["fn", "rm", "sums.two", "--yes", "--json"]);
		t.match(done, { code: 0, stdout: '{"deleted":"sums.two","namespace":"default"}\n' });
		t.match(await call(["fn", "rm", "sums.two", "--yes"]), { code: 1, stderr: /There is no function/ });
	});

	t.test("rm takes a no at the terminal", async (t) => {
		const answer = (word: string) => terminal(["fn", "rm", "sums.count"], `${word}\n`, data);
		const no = await answer("n");
		t.match(no.screen, /Delete the function sums\.count of the namespace default\? \[y\/N\]/);
		t.match(no.screen, /Nothing was deleted/);
		t.equal(no.code, 1);
		const yes = await answer("y");
		t.match(yes.screen, /sums\.count is deleted/);
		t.equal(yes.code, 0);
	});

	t.test("a terminal gets no escape sequences of a program", async (t) => {
		const file = writeFiles(folder, { "esc.py": 'print("\\x1b[2Jout")\n"\\x1b]0;t\\x07raw"\n' })[0] as string;
		const { screen } = await terminal(["exec", file], "", data);
		t.match(screen, /out\r?\n/);
		t.match(screen, /raw\r?\n/);
		t.notOk(screen.includes("\x1b"), "no ESC");
		t.equal((await call(["exec", file])).stdout, "\x1b]0;t\x07raw\n");
	});
});
