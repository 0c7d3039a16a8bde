import { McpError } from "@modelcontextprotocol/sdk/types.js";
import t from "tap";
import { startBrig } from "../server.ts";
import { call, connect, execute, register } from "./support.ts";

const ORDERS = `def get_orders(status: str = "open", limit: int = 50) -> list[dict]:
    """List customer orders, newest first."""
    return [{"id": 1, "status": status}][:limit]
`;
const REFUND = `/** Give a customer the money of one order back. */
export default function refund(input: { order_id: number; reason?: string }): { ok: boolean } {
	return { ok: input.order_id > 0 };
}
`;

interface Found {
	functions: { name: string; signature: string; summary: string }[];
}
interface Faults {
	error: { code: string; faults: { path: string; message: string }[] };
}

const brig = await startBrig(t);
await register(brig, "orders.get_orders", ORDERS, { tags: ["shop"] });
await register(brig, "billing.refund", REFUND, { tags: ["money"] });
const client = await connect(t, brig);

t.test("search finds functions by their words, with signature and summary", async (t) => {
	const { text, structured } = await call<Found>(client, "search", { query: "give money back" });
	t.equal(structured.functions[0]?.name, "billing.refund");
	t.match(structured.functions[0]?.signature, /refund\(.*order_id/);
	t.match(text, "Give a customer the money");
	const all = await call<Found>(client, "search", { query: "", limit: 1 });
	t.equal(all.structured.functions.length, 1, "limit is obeyed");
});

t.test("describe gives parameters, types and documentation", async (t) => {
	const { text, isError } = await call(client, "describe", {
		names: ["orders.get_orders", "billing.refund"],
	});
	t.equal(isError, false);
	for (const part of ["status", "limit", "50", "List customer orders, newest first", "order_id", "reason"])
		t.match(text, part);
});

t.test("describe of an unknown name suggests the nearest one", async (t) => {
	const { text, isError } = await call(client, "describe", { names: ["orders.get_order"] });
	t.equal(isError, true);
	t.match(text, "orders.get_orders");
	const partly = await call(client, "describe", { names: ["orders.get_orders", "nothing.here"] });
	t.equal(partly.isError, false, "one good name is an answer");
	t.match(partly.text, "nothing.here");
});

t.test("an unknown tool is a protocol error that names it", async (t) => {
	const error = await client.callTool({ name: "exceute", arguments: {} }).catch((reason) => reason);
	t.type(error, McpError);
	t.equal(error.code, -32602);
	t.equal(error.message, 'MCP error -32602: Unknown tool: "exceute"');
});

t.test("arguments that do not fit are an error that names each fault", async (t) => {
	const missing = await call<Faults>(client, "execute", {});
	t.equal(missing.isError, true);
	t.match(missing.structured.error.faults[0]?.path, "/code");
	t.match(missing.text, "/code");
	const wrong = await call<Faults>(client, "execute", { code: 1, language: "cobol", timeout_ms: 0 });
	t.equal(wrong.isError, true);
	const paths = new Set(wrong.structured.error.faults.map((fault) => fault.path));
	t.same([...paths].sort(), ["/code", "/language", "/timeout_ms"]);
	for (const [tool, input] of Object.entries({ search: { query: 5 }, describe: { names: "orders" } }))
		t.equal((await call(client, tool, input)).isError, true, `${tool} checks too`);
});

t.test("?tags= tells about the functions with one of the tags only", async (t) => {
	const tagged = await connect(t, brig, "?tags=money,other");
	const { tools } = await tagged.listTools();
	t.match(tools[0]?.description, "refund");
	t.notMatch(tools[0]?.description, "get_orders");
	const { structured } = await call<Found>(tagged, "search", { query: "" });
	t.same(
		structured.functions.map((one) => one.name),
		["billing.refund"],
	);
	const { structured: ran } = await execute(tagged, "from functions import orders\nlen(orders.get_orders())");
	t.equal(ran.result, 1, "tags are a convenience, not a policy");
});
