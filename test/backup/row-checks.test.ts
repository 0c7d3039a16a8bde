import { Database } from "bun:sqlite";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { checkRows, ROW_CHECKS } from "../../src/backup/row-checks.ts";
import { emptyDatabase } from "../../src/backup/schema.ts";
import { NEWEST_SCHEMA } from "../../src/store/migrate.ts";
import { makeData, makeFolder } from "./make.ts";

t.test("each table of the newest schema has its place among the checks", async (t) => {
	const db = emptyDatabase(NEWEST_SCHEMA);
	const tables = db
		.query<{ name: string }, []>(
			"SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
		)
		.all()
		.map(({ name }) => name);
	db.close();
	t.same(
		Object.keys(ROW_CHECKS).sort(),
		tables.sort(),
		"a new table needs a form, and a look at what distrust() must disable in it",
	);
});

t.test("what Brig writes itself passes", async (t) => {
	const { data } = makeData(t);
	const copy = join(makeFolder(t), "brig.db");
	writeFileSync(copy, readFileSync(join(data, "brig.db")));
	const db = new Database(copy);
	t.doesNotThrow(() => checkRows(db));
	for (const [table, check] of Object.entries(ROW_CHECKS))
		if (check) t.ok(db.query(check.query).all().length > 0, table);
	db.close();
});
