import t from "tap";
import { readMessage } from "../../src/execution/messages.ts";

t.test("every message of the protocol is understood", async (t) => {
	const messages = [
		{ op: "result", ok: true },
		{ op: "result", id: 3, ok: true, warnings: ["an integer became a string"] },
		{ op: "result", ok: false, error: { type: "ValueError", message: "no", line: 3, column: 1 } },
		{ op: "result", ok: false, too_large: { bytes: 900_000, shape: "list of 5 integers" } },
		{ op: "call", id: 1, function: "orders.get_orders" },
		{ op: "query", id: 2, kind: "list" },
		{ op: "query", id: 2, kind: "search", query: "refund", limit: 5 },
		{ op: "query", id: 2, kind: "describe", name: "orders.get_orders" },
		{ op: "query", id: 2, kind: "parameters", function: "orders.get_orders" },
	];
	for (const message of messages) t.match(readMessage(message), message);
});

t.test("what is absent is filled in", async (t) => {
	t.same(readMessage({ op: "result", ok: false, error: { type: "E", message: "m" } }), {
		op: "result",
		ok: false,
		error: { type: "E", message: "m", line: null, column: null, traceback: null, hint: null, limit: null },
		warnings: [],
	});
});

t.test("a hostile header is one sentence, never an exception", async (t) => {
	const deep = JSON.parse(`${"[".repeat(5_000)}${"]".repeat(5_000)}`);
	const hostile: unknown[] = [
		null,
		undefined,
		7,
		"result",
		[],
		{},
		{ op: "ready" },
		{ op: "attest" },
		{ op: "end", exit: 0 },
		{ op: "exit", code: 0 },
		{ op: "result", ok: false, error: { type: "E", message: "m", limit: "wall" } },
		{ op: "result", ok: false, too_large: { bytes: Number.POSITIVE_INFINITY, shape: "x" } },
		{ op: ["result"], ok: true },
		{ op: { toString: () => "result" } },
		JSON.parse('{"__proto__":{"op":"result","ok":true}}'),
		{ op: "result" },
		{ op: "result", ok: "true" },
		{ op: "result", ok: true, id: 0 },
		{ op: "result", ok: true, id: 1.5 },
		{ op: "result", ok: true, id: 2 ** 60 },
		{ op: "result", ok: false, error: "boom" },
		{ op: "result", ok: false, error: { type: 7, message: "m" } },
		{ op: "result", ok: false, error: { type: "E", message: "m", line: -1 } },
		{ op: "result", ok: false, error: { type: "E", message: "m", line: 1.5 } },
		{ op: "result", ok: false, error: { type: "E", message: "m", traceback: deep } },
		{ op: "result", ok: false, too_large: { bytes: -1, shape: "x" } },
		{ op: "result", ok: false, too_large: { bytes: "1e9", shape: "x" } },
		{ op: "result", ok: true, warnings: Array(51).fill("w") },
		{ op: "result", ok: true, warnings: [{}] },
		{ op: "call", id: 1 },
		{ op: "call", function: "a.b" },
		{ op: "call", id: -1, function: "a.b" },
		{ op: "call", id: 1, function: "x".repeat(201) },
		{ op: "query", id: 1, kind: "source" },
		{ op: "query", id: 1, kind: "describe", name: "x".repeat(201) },
		{ op: "query", id: 1, kind: "search", query: 5 },
		{ op: "query", id: 1, kind: "search", query: "x", limit: "all" },
		{ op: "exit", code: "0" },
		{ op: "exit", code: 1.5 },
		{ op: "exit" },
	];
	for (const [index, header] of hostile.entries()) {
		const answer = readMessage(header);
		t.type(answer, "string", `number ${index}`);
		t.match(answer, / at /, `number ${index}`);
	}
});

t.test("long texts are cut, and say by how much", async (t) => {
	const error = {
		type: "T".repeat(300),
		message: "m".repeat(9_000),
		traceback: "t".repeat(40_000),
		hint: "h".repeat(1_001),
	};
	const message = readMessage({ op: "result", ok: false, error }) as unknown as {
		error: Record<string, string>;
	};
	t.equal(message.error.type, `${"T".repeat(200)} [… 100 characters left out]`);
	t.equal(message.error.message, `${"m".repeat(8_000)} [… 1000 characters left out]`);
	t.equal(message.error.traceback, `${"t".repeat(32_000)} [… 8000 characters left out]`);
	t.equal(message.error.hint, `${"h".repeat(1_000)} [… 1 characters left out]`);
	const shape = readMessage({ op: "result", ok: false, too_large: { bytes: 1, shape: "s".repeat(400) } });
	t.match(shape, { too_large: { shape: `${"s".repeat(300)} [… 100 characters left out]` } });
	const query = readMessage({ op: "query", id: 1, kind: "search", query: "q".repeat(5_000) });
	t.match(query, { query: "q".repeat(1_000) });
});

t.test("fields that the protocol does not know are dropped", async (t) => {
	const message = readMessage({ op: "result", ok: true, status: "cancelled", usage: { cpu_ms: 0 } });
	t.same(message, { op: "result", ok: true, warnings: [] });
});
