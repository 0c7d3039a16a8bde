import t from "tap";
import { startBrig } from "../server.ts";
import { call, connect, register, type Structured } from "./support.ts";

const ADD = `def add(a: int, b: int = 1) -> int:
    """Add two integers."""
    print("adding")
    return a + b
`;
const DOUBLE = `/** Double a number. */
export default function double(input: { value: number }): number {
	return input.value * 2;
}
`;
const FAIL = `def fail():
    """Always fails."""
    raise RuntimeError("as asked")
`;

const brig = await startBrig(t);
await register(brig, "math.add", ADD, { tags: ["one"] });
await register(brig, "math.double", DOUBLE);
await register(brig, "math.fail", FAIL);
const client = await connect(t, brig, "?mode=tools");

t.test("every function is a tool named service__function, with its schema and description", async (t) => {
	const { tools } = await client.listTools();
	t.same(
		tools.map((tool) => tool.name),
		["math__add", "math__double", "math__fail"],
	);
	const [add] = tools;
	t.match(add?.description, "Add two integers");
	t.match(add?.inputSchema, { type: "object", required: ["a"] });
	t.match(add?.inputSchema.properties, { a: { type: "integer" }, b: { type: "integer" } });
	for (const { name } of tools) t.match(name, /^[a-zA-Z0-9_-]{1,64}$/);
});

t.test("a tool runs its function", async (t) => {
	const { isError, text, structured } = await call(client, "math__add", { a: 41 });
	t.equal(isError, false);
	t.match(text, "42");
	t.match(structured, { status: "ok", result: 42 });
	t.equal((await call(client, "math__double", { value: 4 })).structured.result, 8);
});

t.test("a function that raises is an error with type and message", async (t) => {
	const { isError, structured } = await call<Structured>(client, "math__fail", {});
	t.equal(isError, true);
	t.match(structured, { status: "error", error: { type: "RuntimeError", message: "as asked" } });
	t.equal(structured.error?.traceback, null, "its source is not for a key that may only run");
});

t.test("input that does not fit the schema is refused with its path, before a sandbox is used", async (t) => {
	const { isError, text } = await call(client, "math__add", { a: "x" });
	t.equal(isError, true);
	t.match(text, "/a");
	t.equal((await call(client, "math__add", {})).isError, true, "a required argument is missing");
});

t.test("the tools of code mode are not there, and tags choose here too", async (t) => {
	await t.rejects(client.callTool({ name: "execute", arguments: { code: "1" } }), /Unknown tool/);
	const tagged = await connect(t, brig, "?mode=tools&tags=one");
	t.same(
		(await tagged.listTools()).tools.map((tool) => tool.name),
		["math__add"],
	);
});
