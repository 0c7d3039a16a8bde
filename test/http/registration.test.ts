import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { startBrig } from "../server.ts";
import { type Answer, api, healthy, ORDERS, refused } from "./support/client.ts";

t.setTimeout(120_000);
const brig = await startBrig(t);
const call = api(brig);
const folder = mkdtempSync(join(tmpdir(), "brig-curl-"));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const put = (name: string, body: unknown, headers = {}) =>
	call("PUT", `functions/${name}`, { body, headers });

/** What the README's line does, by curl itself. */
async function curl(
	file: string,
	name: string,
	...more: string[]
): Promise<{ status: number; json: Answer["json"] }> {
	const url = `${brig.url}/v1/namespaces/default/functions/${name}`;
	const arguments_ = [
		"-sS",
		"--data-binary",
		`@${file}`,
		"-X",
		"PUT",
		"-H",
		`Authorization: Bearer ${brig.adminKey}`,
	];
	const ran = Bun.spawnSync(["curl", ...arguments_, "-w", "\n%{http_code}", ...more, url]);
	const lines = ran.stdout.toString().trim().split("\n");
	return { status: Number(lines.pop()), json: JSON.parse(lines.join("\n")) };
}

t.test("curl registers a function as the README says", async (t) => {
	const file = join(folder, "get_orders.py");
	writeFileSync(file, ORDERS);
	const { status, json } = await curl(file, "orders.get_orders");
	t.equal(status, 201);
	t.match(json, {
		namespace: "default",
		service: "orders",
		name: "get_orders",
		version: 1,
		language: "python",
		description: "List customer orders, newest first.",
		input_schema: {
			type: "object",
			properties: { status: { type: "string", default: "open" }, limit: { type: "integer", default: 50 } },
		},
		output_schema: { type: "array" },
		warnings: [],
	});
	t.equal((await curl(file, "orders.get_orders")).status, 200, "the same again changes nothing");
	writeFileSync(file, `${ORDERS}\n# changed\n`);
	const changed = await curl(file, "orders.get_orders", "-H", "Content-Type: text/x-python");
	t.same([changed.status, changed.json.version], [201, 2]);
});

t.test("curl registers TypeScript, and JSON with fields that win over the source", async (t) => {
	const file = join(folder, "total.ts");
	writeFileSync(
		file,
		"/** Add up. */\nexport default function total(input: { a: number; b?: number }): number {\n\treturn input.a + (input.b ?? 0);\n}\n",
	);
	for (const more of [[], ["-H", "Content-Type: text/x-typescript"], ["-H", "Content-Type:"]]) {
		const { status, json } = await curl(file, "sums.total", ...more);
		t.ok(status === 201 || status === 200, JSON.stringify(json));
		t.match(json, { language: "typescript", description: "Add up.", input_schema: { required: ["a"] } });
	}
	t.equal((await call("POST", "functions/sums.total/call", { body: { a: 1, b: 2 } })).json.result, 3);
	const json = join(folder, "body.json");
	writeFileSync(
		json,
		JSON.stringify({ code: ORDERS, description: "Mine.", tags: ["sales"], input_schema: { type: "object" } }),
	);
	const explicit = await curl(json, "orders.mine", "-H", "Content-Type: application/json");
	t.match(explicit.json, { error: { code: "no_entry" } }, "the entry is named like the function");
	writeFileSync(
		json,
		JSON.stringify({
			code: ORDERS.replace("get_orders", "mine"),
			description: "Mine.",
			tags: ["sales"],
			input_schema: { type: "object" },
		}),
	);
	const fits = await curl(json, "orders.mine", "-H", "Content-Type: application/json");
	t.match(fits, {
		status: 201,
		json: { description: "Mine.", input_schema: { type: "object" }, tags: ["sales"] },
	});
});

t.test("a source that does not parse is refused with line and column", async (t) => {
	const python = await put("bad.python", "def python():\n    return (1,\n\ndef x(: pass\n", {
		"content-type": "text/x-python",
	});
	refused(t, python, 422, "source_syntax");
	t.ok(python.json.error.line >= 2 && python.json.error.column >= 1, python.text);
	const script = await put("bad.script", "export default function script() {\n\tconst x = ;\n}", {
		"content-type": "text/x-typescript",
	});
	refused(t, script, 422, "source_syntax");
	t.match(script.json.error, { line: 2, column: 12 });
	for (const name of ["bad.python", "bad.script"])
		refused(t, await call("GET", `functions/${name}`), 404, "function_not_found");
});

t.test("a source in the other language than it says is refused", async (t) => {
	refused(t, await put("bad.f", ORDERS, { "content-type": "text/x-typescript" }), 422, "source_syntax");
	refused(
		t,
		await put("bad.f", "export default () => 1;", { "content-type": "text/x-python" }),
		422,
		"source_syntax",
	);
	refused(t, await put("bad.f", { code: ORDERS, language: "typescript" }), 422, "source_syntax");
	await put("orders.get_orders", ORDERS);
	refused(
		t,
		await put("orders.get_orders", "export default function get_orders() { return 1; }"),
		409,
		"language_conflict",
	);
	refused(t, await put("orders.Get_Orders", "def Get_Orders(): return 1"), 409, "name_conflict");
});

t.test("a source that is empty, or only comments, or no text, is refused", async (t) => {
	for (const code of ["", " ", "\n\n\t\n", "\ufeff"])
		refused(t, await put("bad.f", code), 422, "invalid_source");
	refused(t, await put("bad.f", { code: "" }), 422, "invalid_source");
	refused(t, await put("bad.f", "# nothing\n# here\n", { "content-type": "text/x-python" }), 422, "no_entry");
	refused(
		t,
		await put("bad.f", "// nothing\n/* here */", { "content-type": "text/x-typescript" }),
		422,
		"no_entry",
	);
	refused(t, await put("bad.f", "x"), 422, "language_unknown");
	for (const bytes of [[0xff, 0xfe, 0x00], [0x80], [0xed, 0xa0, 0x80], [0xc0, 0xaf]])
		refused(t, await put("bad.f", new Uint8Array(bytes)), 422, "invalid_source");
	refused(t, await put("bad.f", "def f():\n    return '\0'"), 422, "invalid_source");
	refused(t, await put("bad.f", { code: "def f():\n    return '\0'" }), 422, "invalid_source");
});

t.test("a byte order mark and carriage returns are no part of a source", async (t) => {
	const plain = "def f(a: int = 1):\n    return a\n";
	t.equal((await put("odd.f", plain)).status, 201);
	t.equal((await put("odd.f", `\ufeff${plain}`)).status, 200);
	t.equal((await put("odd.f", plain.replaceAll("\n", "\r\n"))).status, 200);
	const script = "\ufeffexport default function g() {\r\n\treturn `a\r\nb`;\r\n}\r\n";
	t.equal((await put("odd.g", script)).status, 201);
	t.equal((await call("POST", "functions/odd.g/call")).json.result, "a\nb");
});

t.test("a source of one megabyte is taken, a byte more is not", async (t) => {
	const code = "def large():\n    return 7\n#";
	const most = 1024 * 1024;
	t.equal((await put("odd.large", code.padEnd(most, "x"))).status, 201);
	t.equal((await call("POST", "functions/odd.large/call")).json.result, 7);
	refused(t, await put("odd.large", code.padEnd(most + 1, "x")), 413, "too_large");
});

t.test("fields that are unknown, wrong or not supported are refused, and nothing is stored", async (t) => {
	const code = "def f(): return 1";
	refused(t, await put("bad.f", { code, requirements: ["requests"] }), 422, "not_supported");
	refused(t, await put("bad.f", { code, nonsense: 1 }), 422, "invalid_field");
	for (const field of [
		{ tags: ["A B"] },
		{ tags: "x" },
		{ description: 1 },
		{ language: "ruby" },
		{ limits: 1 },
		{ env: "X" },
	])
		t.equal((await put("bad.f", { code, ...field })).status, 422, JSON.stringify(field));
	refused(t, await put("bad.f", { code, limits: { wall_ms: 300_001 } }), 422, "limit_exceeded");
	for (const egress of ["*", "*.com", "127.0.0.1", "[::1]", "http://x.example.com"])
		t.equal((await put("bad.f", { code, egress: [egress] })).status, 422, egress);
	for (const input_schema of [
		[],
		"x",
		{ type: "array" },
		{ type: "object", properties: 1 },
		{ type: "nope" },
		{ $ref: "http://x" },
	])
		t.equal((await put("bad.f", { code, input_schema })).status, 422, JSON.stringify(input_schema));
	refused(t, await call("GET", "functions/bad.f"), 404, "function_not_found");
	await healthy(t, call);
	t.notMatch(brig.stderr(), /\bfault\b/);
});
