import t from "tap";
import { functionTable } from "../../src/store/functions.ts";
import { openStore } from "../../src/store/open.ts";
import { draft, makeStore } from "./make.ts";

const by = { createdBy: "key_a", pending: false };
const waiting = { createdBy: "key_w", pending: true };

t.test("a version is stored as it was said and found by its exact name", async (t) => {
	const { store, ns } = makeStore(t);
	const table = functionTable(store);
	const said = draft("orders.getOrders", {
		code: "def getOrders(status='öpen'): ...",
		description: "List orders.\n\nNewest first.",
		input_schema: { type: "object", properties: { status: { type: "string", default: "öpen" } } },
		output_schema: { type: "array" },
		parameters: ["status"],
		tags: ["read"],
		limits: { wall_ms: 500 },
		warnings: ["a warning"],
	});
	t.same(table.add(ns, said, by), { version: 1, created: true, pending: false });
	const { code, ...facts } = said;
	const found = table.find(ns, "orders", "getOrders");
	t.match(found, { ...facts, namespace: "default", version: 1, created_by: "key_a", pending: false });
	t.equal(table.source(found?.source_hash as string), code);
	t.equal(table.find(ns, "orders", "getorders"), null, "the case of the name counts");
	t.equal(table.find(ns + 1, "orders", "getOrders"), null, "and so does the namespace");
	t.throws(() => table.source("0".repeat(64)), { message: /is missing/ });
});

t.test("saying the same again makes no version, any change makes the next", async (t) => {
	const { store, ns } = makeStore(t);
	const table = functionTable(store);
	const base = draft("orders.f");
	table.add(ns, base, by);
	t.same(table.add(ns, base, by), { version: 1, created: false, pending: false });
	const changes = [
		{ code: "def f():\n    return 2\n" },
		{ description: "Says." },
		{ input_schema: { type: "object" as const, required: ["a"] } },
		{ output_schema: true },
		{ parameters: ["a"] },
		{ tags: ["x"] },
		{ env: ["TOKEN"] },
		{ egress: ["example.com"] },
		{ limits: { wall_ms: 1_000 } },
	];
	for (const [index, change] of changes.entries()) {
		const { version, created } = table.add(ns, { ...base, ...change }, by);
		t.same([version, created], [index + 2, true], JSON.stringify(change));
	}
	t.equal(table.add(ns, base, by).version, changes.length + 2, "an older state is a new version");
	t.match(table.versions(ns, "orders", "f")[0], { version: changes.length + 2, active: true });
});

t.test("two names that differ only in case can't both be active", async (t) => {
	const { store, ns } = makeStore(t);
	const table = functionTable(store);
	table.add(ns, draft("orders.getOrders"), by);
	t.throws(() => table.add(ns, draft("orders.getorders"), by), {
		code: "name_conflict",
		message: /getOrders/,
	});
	table.add(ns, draft("billing.getorders"), by);
	t.ok(table.remove(ns, "orders", "getOrders"));
	t.same(table.add(ns, draft("orders.getorders"), by).version, 2, "the first is gone: its number goes on");
	t.equal(table.find(ns, "orders", "getOrders"), null);
});

t.test("another language needs the function deleted first", async (t) => {
	const { store, ns } = makeStore(t);
	const table = functionTable(store);
	table.add(ns, draft("orders.f"), by);
	t.throws(() => table.add(ns, draft("orders.f", { language: "typescript" }), by), {
		code: "language_conflict",
	});
	table.remove(ns, "orders", "f");
	t.equal(table.add(ns, draft("orders.f", { language: "typescript" }), by).version, 2);
});

t.test("a deleted function is gone, its versions stay and its numbers go on", async (t) => {
	const { store, ns } = makeStore(t);
	const table = functionTable(store);
	table.add(ns, draft("orders.f"), by);
	table.add(ns, draft("orders.f", { code: "def f(): return 2" }), by);
	t.equal(table.remove(ns, "orders", "F"), false);
	t.equal(table.remove(ns, "orders", "f"), true);
	t.equal(table.remove(ns, "orders", "f"), false);
	t.equal(table.find(ns, "orders", "f"), null);
	t.same(table.list(ns), []);
	t.same(
		table.versions(ns, "orders", "f").map(({ version, active }) => [version, active]),
		[
			[2, false],
			[1, false],
		],
	);
	t.same(table.add(ns, draft("orders.f", { code: "def f(): return 2" }), by), {
		version: 3,
		created: true,
		pending: false,
	});
	t.same(table.versions(ns, "orders", "none"), []);
});

t.test("a version that waits changes nothing until it is approved", async (t) => {
	const { store, ns } = makeStore(t);
	const table = functionTable(store);
	t.same(table.add(ns, draft("orders.f"), waiting), { version: 1, created: true, pending: true });
	t.equal(table.find(ns, "orders", "f"), null);
	t.equal(table.approve(ns, "orders", "f", 2, "key_admin"), null);
	t.equal(table.approve(ns, "orders", "f", null, "key_admin"), 1);
	t.match(table.find(ns, "orders", "f"), { version: 1, pending: false, approved_by: "key_admin" });
	table.add(ns, draft("orders.f", { env: ["TOKEN"] }), waiting);
	t.match(table.find(ns, "orders", "f"), { version: 1, env: [] }, "the version before stays active");
	t.equal(table.approve(ns, "orders", "f", 1, "key_admin"), null, "what does not wait is not approved");
	t.equal(table.approve(ns, "orders", "f", 2, "key_admin"), 2);
	t.match(table.find(ns, "orders", "f"), { version: 2, env: ["TOKEN"] });
});

t.test("a locked function keeps its versions until it is unlocked", async (t) => {
	const { store, ns } = makeStore(t);
	const table = functionTable(store);
	t.equal(table.lock(ns, "orders", "f", "key_a"), false);
	table.add(ns, draft("orders.f"), by);
	t.equal(table.lock(ns, "orders", "f", "key_a"), true);
	t.throws(() => table.add(ns, draft("orders.f", { description: "x" }), by), { code: "locked" });
	t.throws(() => table.remove(ns, "orders", "f"), { code: "locked" });
	table.lock(ns, "orders", "f", null);
	t.equal(table.add(ns, draft("orders.f", { description: "x" }), by).version, 2);
});

t.test("a precondition that throws leaves nothing behind", async (t) => {
	const { store, ns } = makeStore(t);
	const table = functionTable(store);
	const precondition = (active: unknown) => {
		throw new Error(`active: ${active}`);
	};
	t.throws(() => table.add(ns, draft("orders.f"), { ...by, precondition }), { message: "active: null" });
	t.same(table.versions(ns, "orders", "f"), []);
	t.equal(table.add(ns, draft("orders.f"), by).version, 1);
});

t.test("a hundred changes at once from two connections leave no gap and no double", async (t) => {
	const { folder, store, ns } = makeStore(t);
	const other = openStore(folder);
	t.teardown(() => other.close());
	const tables = [functionTable(store), functionTable(other)];
	const added = await Promise.all(
		Array.from({ length: 100 }, async (_, index) => {
			await Promise.resolve();
			const code = `def f(): return ${index}`;
			return tables[index % 2]?.add(ns, draft("orders.f", { code }), by).version as number;
		}),
	);
	t.same(
		added.sort((a, b) => a - b),
		Array.from({ length: 100 }, (_, index) => index + 1),
	);
	t.equal(tables[0]?.find(ns, "orders", "f")?.version, 100);
});

t.test("the list is every active function in the order of names", async (t) => {
	const { store, namespaces, ns } = makeStore(t);
	const table = functionTable(store);
	for (const name of ["b.z", "b.A", "a.m", "b.a1"]) table.add(ns, draft(name), by);
	table.add(ns, draft("b.waits"), waiting);
	table.add(namespaces.create("other").id, draft("a.foreign"), by);
	t.same(
		table.list(ns).map(({ service, name }) => `${service}.${name}`),
		["a.m", "b.A", "b.a1", "b.z"],
	);
});
