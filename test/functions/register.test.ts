import t from "tap";
import { BrigError } from "../../src/errors.ts";
import {
	type Inspection,
	normalizeSource,
	type RegisterContext,
	register,
	rollback,
} from "../../src/functions/register.ts";
import { functionTable } from "../../src/store/functions.ts";
import { makeStore } from "../store/make.ts";

const CODE = "def get(status: str = 'open'):\n    return []\n";
const FOUND: Inspection = {
	description: "From the source.",
	input_schema: { type: "object", properties: { status: { type: "string" } } },
	output_schema: { type: "array" },
	parameters: ["status"],
	warnings: ["from the source"],
};

/** Everything that registration works with; reading a source is given, because that takes a jail. */
function makeContext(t: Parameters<typeof makeStore>[0], fields: Partial<RegisterContext> = {}) {
	const { store, ns } = makeStore(t);
	const read: string[][] = [];
	const context: RegisterContext = {
		table: functionTable(store),
		inspect: async (_namespace, ...source) => {
			read.push(source);
			return FOUND;
		},
		namespaceId: ns,
		createdBy: "key_a",
		admin: true,
		checkSecretName: () => {},
		checkEgress: (patterns) => patterns as string[],
		secretNames: () => [],
		credentialWarnings: () => [],
		...fields,
	};
	return { context, read, table: context.table, ns };
}
const orders = { service: "orders", name: "get", language: "python" as const, code: CODE };

t.test("what the source says is the registration", async (t) => {
	const { context, read, table, ns } = makeContext(t);
	t.same(await register(context, orders), { version: 1, created: true, pending: false });
	t.match(table.find(ns, "orders", "get"), { ...FOUND, created_by: "key_a", tags: [], env: [], limits: {} });
	t.same(read, [["python", "get", CODE]]);
	t.same(await register(context, orders), { version: 1, created: false, pending: false });
});

t.test("what is said explicitly wins over the source", async (t) => {
	const { context, table, ns } = makeContext(t);
	const input_schema = { type: "object", properties: { b: {}, a: {} } };
	const said = {
		description: "Said.",
		input_schema,
		output_schema: true,
		tags: ["read"],
		limits: { wall_ms: 50 },
	};
	await register(context, { ...orders, ...said });
	t.match(table.find(ns, "orders", "get"), { ...said, parameters: ["b", "a"] });
});

t.test("tags, secrets, hosts and limits stay when only the code is sent again", async (t) => {
	const { context, table, ns } = makeContext(t);
	const kept = { tags: ["read"], env: ["TOKEN"], egress: ["api.example.com"], limits: { memory_mb: 128 } };
	await register(context, { ...orders, ...kept });
	t.equal((await register(context, { ...orders, code: `${CODE}# more\n` })).version, 2);
	t.match(table.find(ns, "orders", "get"), kept);
	await register(context, { ...orders, tags: [], env: [], egress: [], limits: {} });
	t.match(table.find(ns, "orders", "get"), { tags: [], env: [], egress: [], limits: {} });
});

t.test("names and fields are refused before the source is read", async (t) => {
	const { context, read, table, ns } = makeContext(t);
	const refused: [object, string][] = [
		[{ service: "Orders" }, "invalid_name"],
		[{ service: "functions" }, "invalid_name"],
		[{ name: "a__b" }, "invalid_name"],
		[{ name: "x".repeat(60) }, "invalid_name"],
		[{ code: "" }, "invalid_source"],
		[{ code: " \n\t" }, "invalid_source"],
		[{ code: "a\0b" }, "invalid_source"],
		[{ limits: { wall_ms: 300_001 } }, "limit_exceeded"],
		[{ limits: { gpu: 1 } }, "invalid_field"],
		[{ limits: [] }, "invalid_field"],
		[{ env: "TOKEN" }, "invalid_field"],
	];
	for (const [change, code] of refused)
		await t.rejects(register(context, { ...orders, ...change }), { code }, JSON.stringify(change));
	t.same(read, []);
	t.same(table.list(ns), []);
});

t.test("a schema that is no schema is refused, one that is odd gives warnings", async (t) => {
	const { context, table, ns } = makeContext(t);
	for (const input_schema of [5, [], "x", { type: "array" }, { type: "object", properties: 5 }, true])
		await t.rejects(register(context, { ...orders, input_schema }), {
			code: "invalid_schema",
		});
	await t.rejects(register(context, { ...orders, output_schema: { type: "nonsense" } }), {
		code: "invalid_schema",
	});
	t.same(table.list(ns), []);
	await register(context, {
		...orders,
		input_schema: { type: "object", colour: 1 },
		output_schema: { colour: 1 },
	});
	t.match(table.find(ns, "orders", "get")?.warnings, [
		FOUND.warnings[0],
		/^input schema: .*colour/,
		/^output schema: .*colour/,
	]);
});

t.test("what reading a source says against it is passed on, and nothing is stored", async (t) => {
	const inspect = async () => {
		throw new BrigError("source_syntax", "invalid syntax", { line: 3, column: 7 });
	};
	const { context, table, ns } = makeContext(t, { inspect });
	await t.rejects(register(context, orders), { code: "source_syntax", extra: { line: 3, column: 7 } });
	t.same(table.versions(ns, "orders", "get"), []);
});

t.test("only an admin gives secrets and hosts to code, also where the code alone changes", async (t) => {
	const { context, table, ns } = makeContext(t);
	const writer = { ...context, admin: false, createdBy: "key_w" };
	t.equal((await register(writer, orders)).pending, false, "without them a writer may do it all");
	t.match(await register(writer, { ...orders, env: ["TOKEN"] }), { version: 2, pending: true });
	t.match(await register(writer, { ...orders, egress: ["a.example.com"] }), { version: 3, pending: true });
	t.match(table.find(ns, "orders", "get"), { version: 1, env: [], egress: [] });
	t.match(await register(context, { ...orders, env: ["TOKEN"] }), { version: 4, pending: false });
	t.match(await register(writer, { ...orders, code: `${CODE}#\n` }), { version: 5, pending: true });
	t.equal(table.find(ns, "orders", "get")?.version, 4);
	t.match(rollback(writer, { service: "orders", name: "get", version: 3 }), { version: 6, pending: true });
	t.match(rollback(writer, { service: "orders", name: "get", version: 1 }), { version: 7, pending: false });
	t.equal(rollback(context, { service: "orders", name: "get", version: 99 }), null);
});

t.test("a source is stored without a byte order mark and with line feeds alone", async (t) => {
	t.equal(normalizeSource("\uFEFFa\r\nb\rc\n"), "a\nb\nc\n");
	t.equal(normalizeSource("a\uFEFF"), "a\uFEFF", "inside, it is the source's own");
	const { context } = makeContext(t);
	await register(context, orders);
	t.equal(
		(await register(context, { ...orders, code: `\uFEFF${CODE.replaceAll("\n", "\r\n")}` })).created,
		false,
	);
});
