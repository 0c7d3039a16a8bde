import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { functionTable } from "../../src/store/functions.ts";
import { keyTable, randomBase62 } from "../../src/store/keys.ts";
import { draft, makeStore } from "./make.ts";

const plain = { name: "laptop", scopes: ["run"] as const, namespace: null, services: null };

t.test("a key is authenticated by its text and by nothing near it", async (t) => {
	const { store, ns } = makeStore(t);
	const keys = keyTable(store);
	const made = keys.create({
		...plain,
		namespace: { id: ns, name: "default" },
		services: ["orders", "billing"],
	});
	t.match(made.key, /^brig_[0-9A-Za-z]{43}$/);
	const { key, ...rest } = made;
	t.same(keys.authenticate(key), rest);
	t.same(keys.find(made.id), rest);
	t.match(rest, { id: /^key_[0-9A-Za-z]{16}$/, namespace: "default", services: ["orders", "billing"] });
	const last = key.at(-1) === "a" ? "b" : "a";
	const near = [
		"",
		"brig_",
		key.slice(5),
		key.toLowerCase(),
		` ${key}`,
		`${key} `,
		`${key}a`,
		key.slice(0, -1) + last,
	];
	for (const text of [...near, made.id, "brig_' OR 1=1 --", `brig_${"%".repeat(43)}`])
		t.equal(keys.authenticate(text), null, text);
});

t.test("keys are listed in the order in which they were made, also within a millisecond", async (t) => {
	const keys = keyTable(makeStore(t).store);
	const made = Array.from({ length: 50 }, () => keys.create(plain).id);
	t.same(
		keys.list().map(({ id }) => id),
		made,
	);
});

t.test("the text of a key is in no file", async (t) => {
	const { folder, store } = makeStore(t);
	const made = Array.from({ length: 20 }, () => keyTable(store).create(plain));
	const onDisk = () => Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
	const before = onDisk();
	store.db.run("PRAGMA wal_checkpoint(TRUNCATE)");
	for (const bytes of [before, onDisk()]) {
		t.ok(bytes.includes(made[0]?.id as string), "the rows are there");
		t.notOk(made.some(({ key }) => bytes.includes(key.slice(5)) || bytes.includes(key.slice(5, 25))));
	}
});

t.test("a revoked key is unknown", async (t) => {
	const { store } = makeStore(t);
	const keys = keyTable(store);
	const [one, other] = [keys.create(plain), keys.create({ ...plain, scopes: ["write", "admin"] })];
	t.equal(keys.revoke(one.id), true);
	t.equal(keys.revoke(one.id), false);
	t.equal(keys.authenticate(one.key), null);
	t.match(keys.list(), [{ id: other.id, scopes: ["write", "admin"] }]);
	t.notOk("hash" in (keys.list()[0] as object) || "key" in (keys.list()[0] as object));
});

t.test("keys of a namespace go with it, others stay", async (t) => {
	const { store, namespaces, ns } = makeStore(t);
	const keys = keyTable(store);
	const bound = keys.create({ ...plain, namespace: { id: ns, name: "default" } });
	const free = keys.create(plain);
	functionTable(store).add(ns, draft("a.b"), { createdBy: bound.id, pending: false });
	namespaces.remove(ns);
	t.equal(keys.authenticate(bound.key), null);
	t.equal(keys.authenticate(free.key)?.id, free.id);
	t.same(functionTable(store).list(ns), []);
	t.same(store.db.query("PRAGMA foreign_key_check").all(), []);
});

t.test("namespaces have one name each, in the order of names", async (t) => {
	const { namespaces } = makeStore(t);
	t.throws(() => namespaces.create("default"), { code: "already_exists", message: /default/ });
	for (const name of ["zeta", "alpha"]) namespaces.create(name);
	t.same(
		namespaces.list().map(({ name }) => name),
		["alpha", "default", "zeta"],
	);
	t.equal(namespaces.find("none"), null);
	t.equal(namespaces.find("alpha")?.name, "alpha");
});

t.test("random text has its length, its alphabet and no favourite letter", async (t) => {
	const text = randomBase62(62_000);
	t.match(text, /^[0-9A-Za-z]{62000}$/);
	const counts = new Map<string, number>();
	for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
	t.equal(counts.size, 62);
	// A thousand of each are expected; six standard deviations are 190.
	for (const [letter, count] of counts) t.ok(Math.abs(count - 1_000) < 190, `${letter}: ${count}`);
	t.equal(new Set(Array.from({ length: 1_000 }, () => randomBase62(16))).size, 1_000);
});
