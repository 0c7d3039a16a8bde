import t from "tap";
import { startBrig } from "../server.ts";
import { connect, execute, executeMessage, post, register } from "./support.ts";

const brig = await startBrig(t);
const client = await connect(t, brig);
const FIELDS = ["error", "id", "result", "status", "stderr", "stdout", "usage", "warnings"];
const USAGE = [
	...["bytes_in_sandbox", "bytes_returned", "calls", "cpu_ms"],
	...["peak_memory_mb", "tokens_kept_out", "wall_ms"],
];

t.test("a Python program gives its result as text and as the contract's object", async (t) => {
	const { isError, text, structured } = await execute(client, 'print("hi")\nresult = {"a": [1, 2]}');
	t.equal(isError, false);
	t.match(text, '{"a":[1,2]}');
	t.match(text, "hi");
	t.same(Object.keys(structured).sort(), FIELDS);
	t.same(Object.keys(structured.usage).sort(), USAGE);
	t.match(structured, { id: /^exe_\w+$/, status: "ok", stdout: "hi\n", stderr: "", error: null });
	t.same(structured.result, { a: [1, 2] });
	t.same(structured.warnings, []);
});

t.test("a TypeScript program gives its result, its language told from the code or said", async (t) => {
	const told = await execute(client, "const x: number = await Promise.resolve(20);\nreturn x + 1;");
	t.equal(told.structured.result, 21, told.text);
	const said = await execute(client, "6 * 7", { language: "typescript" });
	t.equal(said.structured.result, 42, said.text);
});

t.test("a program calls a function, and only its result goes back", async (t) => {
	await register(brig, "rows.many", 'def many():\n    return [{"n": n} for n in range(5000)]\n');
	const { structured } = await execute(client, "from functions import rows\nlen(rows.many())");
	t.equal(structured.result, 5_000);
	t.equal(structured.usage.calls, 1);
	t.ok(
		(structured.usage.bytes_in_sandbox ?? 0) > 40_000,
		`${structured.usage.bytes_in_sandbox} bytes stayed`,
	);
	t.equal(structured.usage.bytes_returned, 4);
	t.ok((structured.usage.tokens_kept_out ?? 0) > 10_000);
});

t.test("a failing program is an error with its type, message and line, and what it printed", async (t) => {
	const { isError, text, structured } = await execute(client, 'print("before")\nraise ValueError("no luck")');
	t.equal(isError, true);
	t.same(Object.keys(structured).sort(), FIELDS);
	t.match(structured, { status: "error", result: null, stdout: "before\n" });
	t.match(structured.error, { type: "ValueError", message: "no luck", line: 2 });
	t.same(Object.keys(structured.error ?? {}).sort(), [
		"column",
		"hint",
		"line",
		"message",
		"traceback",
		"type",
	]);
	t.match(text, /ValueError: no luck \(line 2/);
	t.match(text, "before");
});

t.test("a syntax error says where it is", async (t) => {
	const python = await execute(client, "x = 1\ny = = 2");
	t.match(python.structured, { status: "error", error: { type: "SyntaxError", line: 2 } });
	const typescript = await execute(client, "const x = 1;\nconst y = ;", { language: "typescript" });
	t.match(typescript.structured, { status: "error", error: { type: "SyntaxError", line: 2 } });
	t.ok(python.isError && typescript.isError);
});

t.test("integers beyond 2^53 keep their digits on the wire", async (t) => {
	const response = await post(brig, executeMessage("[2**53 + 1, -(2**70), 12]"));
	t.equal(response.status, 200);
	const body = await response.text();
	t.match(body, '"result":[9007199254740993,-1180591620717411303424,12]');
	t.match(body, '"text":"[9007199254740993,-1180591620717411303424,12]"');
});

t.test("a result that is too large for the client is refused with its size and its shape", async (t) => {
	const { isError, structured } = await execute(client, '[{"name": "x" * 50}] * 5000');
	t.equal(isError, true);
	t.match(structured, { status: "output_too_large", result: null, error: { type: "OutputTooLarge" } });
	t.match(structured.error?.message, /\d{6} bytes.*100000/);
	t.match(structured.error?.message, /5,?000/, "the shape says how many there are");
	t.type(structured.error?.hint, "string");
});

t.test("timeout_ms ends a program that takes longer", async (t) => {
	const start = performance.now();
	const { isError, structured } = await execute(client, 'print("begun")\nwhile True: pass', {
		timeout_ms: 700,
	});
	t.equal(isError, true);
	t.match(structured, { status: "timeout", stdout: "begun\n", error: { type: "Timeout" } });
	t.ok(performance.now() - start < 5_000, "at once");
	const above = await execute(client, "1", { timeout_ms: 300_001 });
	t.equal(above.isError, true);
	t.match(above.text, /300000/, "a limit above the maximum names the maximum");
});

t.test("nothing of one call is seen in the next", async (t) => {
	const leave = 'import builtins\nopen("/tmp/left", "w").write("x")\nbuiltins.left = 1';
	await execute(client, leave);
	const look = 'import builtins, os\n[os.listdir("/tmp"), os.listdir("/work"), hasattr(builtins, "left")]';
	t.same((await execute(client, look)).structured.result, [[], [], false]);
});
