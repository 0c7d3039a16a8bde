import { Database } from "bun:sqlite";
import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { functionTable } from "../../src/store/functions.ts";
import start from "../../src/store/migrations/001-start.sql" with { type: "text" };
import { namespaceTable } from "../../src/store/namespaces.ts";
import { guardDisk, openStore } from "../../src/store/open.ts";
import { draft, makeFolder } from "./make.ts";

const MIGRATIONS = readdirSync("src/store/migrations").length;
const version = (db: Database) =>
	(db.query("PRAGMA user_version").get() as { user_version: number }).user_version;

t.test("a new database has every migration, and opening it again changes nothing", async (t) => {
	const folder = makeFolder(t);
	const store = openStore(folder);
	t.equal(version(store.db), MIGRATIONS);
	const schema = () => store.db.query("SELECT name, sql FROM sqlite_schema ORDER BY name").all();
	const before = schema();
	namespaceTable(store).create("kept");
	store.close();
	const again = openStore(folder);
	t.teardown(() => again.close());
	t.same(again.db.query("SELECT name, sql FROM sqlite_schema ORDER BY name").all(), before);
	t.match(namespaceTable(again).list(), [{ name: "kept" }]);
});

t.test("every table is strict, and references are kept", async (t) => {
	const store = openStore(makeFolder(t));
	t.teardown(() => store.close());
	const tables = store.db.query("PRAGMA table_list").all() as { name: string; strict: number }[];
	for (const { name, strict } of tables.filter((one) => !one.name.startsWith("sqlite_")))
		t.equal(strict, 1, name);
	for (const db of [store.db, store.ledger]) {
		t.match(db.query("PRAGMA foreign_keys").get(), { foreign_keys: 1 });
		t.match(db.query("PRAGMA journal_mode").get(), { journal_mode: "wal" });
		t.same(db.query("PRAGMA foreign_key_check").all(), []);
	}
	t.match(store.db.query("PRAGMA synchronous").get(), { synchronous: 2 }, "what users register is on disk");
});

t.test("a database of the first schema keeps its rows through the migrations", async (t) => {
	const folder = makeFolder(t);
	const old = new Database(join(folder, "brig.db"), { create: true });
	old.run(start);
	old.run("PRAGMA user_version = 1");
	old.run("INSERT INTO namespaces VALUES (7, 'team', '2026-01-01T00:00:00.000Z')");
	old.run("INSERT INTO sources VALUES ('h', 'def f(): pass')");
	old.run("INSERT INTO functions VALUES (1, 7, 'orders', 'f', 1, 1)");
	old.run(
		"INSERT INTO versions VALUES (1, 1, 'python', 'h', 'Says.', '{\"type\":\"object\"}', NULL, '[]', '[\"x\"]', '[]', '2026-01-01', 'key_a')",
	);
	old.close();
	const store = openStore(folder);
	t.teardown(() => store.close());
	t.equal(version(store.db), MIGRATIONS);
	t.match(functionTable(store).find(7, "orders", "f"), { version: 1, description: "Says.", tags: ["x"] });
});

t.test("a database of a newer Brig is refused and left as it is", async (t) => {
	const folder = makeFolder(t);
	openStore(folder).close();
	const db = new Database(join(folder, "brig.db"));
	db.run(`PRAGMA user_version = ${MIGRATIONS + 1}`);
	t.throws(() => openStore(folder), { message: /brig\.db was written by a newer Brig \(schema \d+, / });
	t.equal(version(db), MIGRATIONS + 1);
	db.close();
});

t.test("a file that is no database is an error, not an empty database", async (t) => {
	const folder = makeFolder(t);
	writeFileSync(
		join(folder, "brig.db"),
		"This is no database, and it is longer than a header of one. ".repeat(50),
	);
	t.throws(() => openStore(folder), { message: /not a database/ });
});

t.test("the files are the owner's alone, whatever the umask", async (t) => {
	const before = process.umask(0o000);
	t.teardown(() => process.umask(before));
	const folder = makeFolder(t);
	const store = openStore(folder);
	t.teardown(() => store.close());
	namespaceTable(store).create("x");
	t.same(readdirSync(folder).sort(), ["brig.db", "brig.db-shm", "brig.db-wal"]);
	for (const name of readdirSync(folder)) t.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
});

t.test("a full disk is told as one, and what was there stays readable", async (t) => {
	const store = openStore(makeFolder(t));
	t.teardown(() => store.close());
	const functions = functionTable(store);
	const { id } = namespaceTable(store).create("default");
	store.db.run("PRAGMA max_page_count = 1");
	const large = draft("orders.f", { code: "# large".repeat(100_000) });
	t.throws(() => functions.add(id, large, { createdBy: "key_a", pending: false }), { code: "disk_full" });
	t.same(functions.list(id), []);
	t.equal(namespaceTable(store).find("default")?.id, id);
	store.db.run("PRAGMA max_page_count = 1000000");
	t.equal(
		functions.add(id, large, { createdBy: "key_a", pending: false }).version,
		1,
		"it recovers by itself",
	);
});

t.test("other failures of the database are not taken for a full disk", async (t) => {
	const store = openStore(makeFolder(t));
	t.teardown(() => store.close());
	const twice = () => store.db.run("INSERT INTO namespaces VALUES (1, 'x', '')");
	twice();
	t.throws(() => guardDisk(twice), { code: /^SQLITE_CONSTRAINT/ });
});
