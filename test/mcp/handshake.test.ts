import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import t from "tap";
import { startBrig, type TestBrig } from "../server.ts";
import { connect, post, register } from "./support.ts";

/** What a client reads before it does anything: instructions and tools. */
async function texts(test: { teardown(action: () => unknown): unknown }, brig: TestBrig) {
	const client = await connect(test, brig);
	const { tools } = await client.listTools();
	const instructions = client.getInstructions() ?? "";
	return { client, tools, instructions, tokens: countTokens(instructions + JSON.stringify({ tools })) };
}

t.test("a client learns what the server is and gets three tools", async (t) => {
	const brig = await startBrig(t);
	const { client, tools, instructions, tokens } = await texts(t, brig);
	t.equal(client.getServerVersion()?.name, "brig");
	t.match(client.getServerVersion()?.version, /^\d+\.\d+\.\d+/);
	t.match(instructions, /execute/);
	t.same(
		tools.map((tool) => tool.name),
		["execute", "search", "describe"],
	);
	t.ok(tokens <= 700, `an empty namespace costs ${tokens} tokens, at most 700`);
	for (const tool of tools) t.equal(tool.inputSchema.type, "object", `${tool.name} takes an object`);
	t.equal(tools[0]?.annotations?.readOnlyHint, false, "execute does not claim to be harmless");
	t.equal(tools[1]?.annotations?.readOnlyHint, true);
});

t.test("the names of the functions are in the texts", async (t) => {
	const brig = await startBrig(t);
	await register(
		brig,
		"orders.get_orders",
		'def get_orders():\n    """List customer orders."""\n    return []\n',
	);
	const { tools } = await texts(t, brig);
	t.match(tools[0]?.description, /orders/);
	t.match(tools[0]?.description, /get_orders/);
	t.match(tools[0]?.description, /List customer orders/, "and, while there is room, what they do");
});

t.test("150 functions are all in sight, within the budget", { timeout: 120_000 }, async (t) => {
	const brig = await startBrig(t);
	const names = Array.from(
		{ length: 150 },
		(_, index) => `service_${index % 12}.get_customer_report_${index}`,
	);
	const waiting = [...names];
	const worker = async () => {
		for (let name = waiting.pop(); name; name = waiting.pop()) {
			const entry = name.split(".")[1];
			await register(brig, name, `def ${entry}(id: int):\n    """Find the records of one kind by id."""\n`);
		}
	};
	await Promise.all([worker(), worker(), worker(), worker()]);
	const { tools, instructions, tokens } = await texts(t, brig);
	t.ok(tokens <= 2_000, `150 functions cost ${tokens} tokens, at most 2,000`);
	const all = instructions + JSON.stringify(tools);
	const missing = names.filter((name) => !all.includes(name.split(".")[1] as string));
	t.same(missing, [], "every name is in sight");
	for (const text of [instructions, ...tools.map((tool) => tool.description ?? "")]) {
		t.ok(text.length <= 2_048, `a text of ${text.length} characters is not cut by clients`);
	}
	const again = await texts(t, brig);
	t.equal(JSON.stringify(again.tools), JSON.stringify(tools), "the order is the same every time");
});

t.test(
	"a server that was stopped and started again has the same functions, and keeps its sessions",
	async (t) => {
		const first = await startBrig(t);
		await register(first, "orders.get_orders", "def get_orders():\n    return [1]\n");
		const params = {
			protocolVersion: "2025-11-25",
			capabilities: {},
			clientInfo: { name: "test", version: "1" },
		};
		const session = (await post(first, { jsonrpc: "2.0", id: 1, method: "initialize", params })).headers.get(
			"mcp-session-id",
		);
		await first.stop();
		const second = { ...(await startBrig(t, { data: first.data })), runKey: first.runKey };
		const list = { jsonrpc: "2.0", id: 2, method: "tools/list" };
		const answer = await post(second, list, { "mcp-session-id": session });
		t.equal(answer.status, 200);
		t.match(await answer.text(), "get_orders");
		const { tools } = await texts(t, second);
		t.match(tools[0]?.description, "get_orders");
	},
);
