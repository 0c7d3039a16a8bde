import { Database } from "bun:sqlite";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { openBackup } from "../../src/backup/container.ts";
import { NEWEST_SCHEMA } from "../../src/store/migrate.ts";
import { forge, makeData, makeFolder, rows } from "../backup/make.ts";
import { brig } from "./brig.ts";

const { data, backup, withKey, sealingKey: key } = makeData(t);
const whole = readFileSync(backup);
const folder = makeFolder(t);
const { manifest } = openBackup(backup);
const before = readFileSync(join(data, "brig.db"));
const listing = () =>
	readdirSync(data)
		.filter((name) => !/^brig\.db-|^lock\.db$/.test(name))
		.sort();

/** Restores a file that must be refused in one sentence, whatever it says of its signature, and change nothing. */
async function refused(t: Test, file: string, sentence: RegExp, name: string, more: string[] = []) {
	const outcome = await brig(["restore", file, "--data", data, "--yes", ...more]);
	t.match(outcome, { code: 1, stdout: "", stderr: sentence }, name);
	t.equal(outcome.stderr.split("\n").length, 2, `${name}: one line`);
	t.same(listing(), ["brig.db", "seal.key"], name);
	t.equal(readFileSync(join(data, "brig.db")).equals(before), true, name);
}
function written(bytes: Uint8Array): string {
	const file = join(folder, "hostile");
	writeFileSync(file, bytes);
	return file;
}

t.test("a file that is cut off anywhere is refused", async (t) => {
	const size = manifest.database_bytes;
	const tail = whole.length - size;
	const lengths = [0, 1, 15, 16, 99, 100, 512, 4096, size - 1, size, size + 1];
	for (let cut = 1; cut <= tail; cut += Math.max(1, Math.floor(tail / 12))) lengths.push(whole.length - cut);
	for (const length of lengths)
		await refused(
			t,
			written(whole.subarray(0, length)),
			/is not a whole backup|is damaged/,
			`${length} bytes`,
			["--accept-unsigned"],
		);
});

t.test("a file with something before, behind or inside it is refused", async (t) => {
	const middle = manifest.database_bytes;
	for (const [name, bytes] of [
		["before", Buffer.concat([Buffer.from("x"), whole])],
		["behind", Buffer.concat([whole, Buffer.from("x")])],
		["twice", Buffer.concat([whole, whole])],
		["inside", Buffer.concat([whole.subarray(0, middle), Buffer.alloc(4096), whole.subarray(middle)])],
	] as const)
		await refused(t, written(bytes), /is not a whole backup|is damaged/, name, ["--accept-unsigned"]);
});

t.test("one wrong bit anywhere is found", async (t) => {
	const size = manifest.database_bytes;
	const places = [0, 18, 24, 40, 60, 100, 4096, Math.floor(size / 2), size - 1];
	for (let place = size; place < whole.length; place += 13) places.push(place);
	for (const place of places) {
		const bytes = Buffer.from(whole);
		bytes[place] = (bytes[place] as number) ^ (1 << (place % 8));
		await refused(t, written(bytes), /./, `bit in byte ${place} of ${whole.length}`);
	}
});

t.test("what is no backup is refused for what it is", async (t) => {
	const sqlite = join(folder, "foreign.db");
	const db = new Database(sqlite, { create: true });
	db.run("CREATE TABLE stars (name TEXT)");
	db.close();
	mkdirSync(join(folder, "folder"));
	t.equal(Bun.spawnSync(["mkfifo", join(folder, "fifo")]).exitCode, 0);
	symlinkSync(join(folder, "nowhere"), join(folder, "dangling"));
	symlinkSync(join(folder, "loop"), join(folder, "loop"));
	truncateSync(written(new Uint8Array()), 50_000_000_000);
	for (const [file, sentence] of [
		[sqlite, /is not a whole backup: it was not made by `brig backup`/],
		[join(data, "brig.db"), /is not a whole backup/],
		[join(folder, "folder"), /is not a file with a backup in it/],
		[join(folder, "fifo"), /is not a file with a backup in it/],
		["/dev/zero", /is not a file with a backup in it/],
		["/dev/null", /is not a file with a backup in it/],
		[join(folder, "missing"), /^brig: There is no file/],
		[join(folder, "dangling"), /^brig: There is no file/],
		[join(folder, "loop"), /can't be opened/],
		[join(folder, "hostile"), /is not a whole backup/],
	] as const)
		await refused(t, file, sentence, file, ["--accept-unsigned"]);
});

t.test("false claims about itself are refused, signed or not", async (t) => {
	const huge = Number.MAX_SAFE_INTEGER;
	for (const [name, claims, sentence] of [
		["a huge database", { database_bytes: huge }, /should hold a database of 9007199254740991 bytes/],
		["a negative size", { database_bytes: -1 }, /is damaged: .*\(database_bytes\)/],
		["no number", { database_bytes: 1e300 }, /is damaged: .*\(database_bytes\)/],
		["another checksum", { database_sha256: "0".repeat(64) }, /the checksum differs/],
		["no checksum", { database_sha256: null }, /is damaged: .*\(database_sha256\)/],
		["a newer format", { format: 2, more: {} }, /made by a newer Brig \(backup format 2, this one knows 1\)/],
		[
			"a newer schema",
			{ schema: NEWEST_SCHEMA + 1 },
			/made by a newer Brig \(.*schema \d+, this one knows \d+\)/,
		],
		["another schema", { schema: 1 }, /has another version than it says/],
		["a version that is a command", { brig: "\u001b[2J" }, /is damaged: .*\(brig\)/],
		["a field too many", { more: 1 }, /is damaged: .*\(more\)/],
		["a key that is none", { sealing_key: "x" }, /is damaged: .*\(sealing_key\)/],
		["a manifest without end", { brig: "1".repeat(5_000) }, /is not a whole backup/],
	] as const)
		await refused(t, forge(t, backup, { key, manifest: claims }), sentence, name, ["--accept-unsigned"]);
});

const TRIGGER = "CREATE TRIGGER t AFTER INSERT ON keys BEGIN DELETE FROM namespaces; END";
const SCHEMAS: [name: string, sql: string[], sentence: RegExp][] = [
	["a trigger", [TRIGGER], /it has the trigger "t", which Brig does not make/],
	["a view", ["CREATE VIEW v AS SELECT load_extension('x')"], /it has the view "v"/],
	["a table", ["CREATE TABLE t (x)"], /it has the table "t"/],
	["an index", ["CREATE INDEX i ON keys (name)"], /it has the index "i"/],
	["an index on an expression", ["CREATE INDEX i ON keys (abs(name))"], /it has the index "i"/],
	["a virtual table", ["CREATE VIRTUAL TABLE v USING fts5 (x)"], /it has the table "v/],
	["statistics", ["ANALYZE"], /it has the table "sqlite_stat1"/],
	["a column", ["ALTER TABLE keys ADD COLUMN more TEXT"], /its table "keys" is not what Brig makes/],
	["a generated column", ["ALTER TABLE keys ADD COLUMN g TEXT AS (upper(name))"], /its table "keys" is not/],
	["no index", ["DROP INDEX outputs_by_execution"], /it lacks the index "outputs_by_execution"/],
	["no table", ["DROP TABLE outputs"], /it lacks the (index|table) "outputs/],
	["a view in the place of a table", ["DROP TABLE outputs", "CREATE VIEW outputs AS SELECT 1"], /"outputs"/],
	[
		"another default",
		[
			"ALTER TABLE versions DROP COLUMN pending",
			"ALTER TABLE versions ADD COLUMN pending INTEGER NOT NULL DEFAULT 1",
		],
		/its table "versions" is not what Brig makes/,
	],
	[
		"looser types",
		[
			"CREATE TABLE other (hash TEXT PRIMARY KEY, text TEXT NOT NULL)",
			"PRAGMA foreign_keys = OFF",
			"DROP TABLE sources",
			"ALTER TABLE other RENAME TO sources",
		],
		/its table "sources" is not what Brig makes/,
	],
	[
		"a name that commands a terminal",
		['CREATE TABLE "\u001b[2J\nbrig: fine" (x)'],
		/it has the table "[^\p{Cc}]*"/u,
	],
	["an older schema's number", ["PRAGMA user_version = 1"], /has another version than it says/],
];

for (const [name, sql, sentence] of SCHEMAS) {
	t.test(`a database with ${name} is refused, though it is signed`, async (t) => {
		const file = forge(t, backup, { key, edit: (db) => sql.forEach((one) => void db.run(one)) });
		await refused(t, file, sentence, name);
		await refused(t, file, sentence, name, ["--accept-unsigned"]);
	});
}

const page = (bytes: Buffer, number: number) => bytes.subarray((number - 1) * 4096, number * 4096);
/** The pages in a backup are not those of the database that it was made from. */
const inside = join(makeFolder(t), "inside");
mkdirSync(inside);
writeFileSync(join(inside, "brig.db"), whole.subarray(0, manifest.database_bytes));
const root = (name: string) => {
	const [row] = rows(inside, `SELECT rootpage FROM sqlite_schema WHERE name = '${name}'`);
	return (row as { rootpage: number }).rootpage;
};
const BYTES: [name: string, change: (bytes: Buffer) => Buffer | undefined][] = [
	["no SQLite header", (bytes) => void bytes.write("SQLite format 4\0")],
	["a log that would be beside it", (bytes) => void bytes.fill(2, 18, 20)],
	["a page size of nothing", (bytes) => void bytes.writeUInt16BE(0, 16)],
	["more pages than there are", (bytes) => void bytes.writeUInt32BE(0xffff_fffe, 28)],
	["fewer pages than there are", (bytes) => bytes.subarray(0, bytes.length - 4096)],
	["a page of zeros", (bytes) => void page(bytes, root("versions")).fill(0)],
	["pages of noise", (bytes) => void page(bytes, root("executions")).fill(0xa5)],
	["a page that is its own child", (bytes) => void page(bytes, root("versions")).writeUInt8(5, 0)],
	[
		"an index that says something else",
		(bytes) => void page(bytes, root("executions_by_namespace")).writeUInt8(8, 4095),
	],
	[
		"a schema that does not parse",
		(bytes) => void bytes.write("CREATE TRASH", bytes.indexOf("CREATE TABLE keys")),
	],
	["a free list that leads nowhere", (bytes) => void bytes.writeUInt32BE(7, 32)],
	["text in a column of numbers", (bytes) => swapped(bytes)],
];

/** The record of the one call gets text where its number of bytes was: same length, another type. */
function swapped(bytes: Buffer): undefined {
	const own = page(bytes, root("calls"));
	const start = own.indexOf("exe_1") - 12;
	// In the record's header, the types of bytes_in and bytes_out come last: 1 is a number of one byte, 15 a text of one.
	own[start + 11] = 15;
}

for (const [name, change] of BYTES) {
	t.test(`a database with ${name} is refused, though it is signed`, async (t) => {
		const file = forge(t, backup, { key, bytes: (bytes) => change(bytes) ?? bytes });
		await refused(t, file, /is refused: |is damaged: /, name);
		await refused(t, file, /is refused: |is damaged: /, name, ["--accept-unsigned"]);
	});
}

t.test("rows that refer to nothing, and values without end, are refused", async (t) => {
	const orphan = (db: Database) => {
		db.run("PRAGMA foreign_keys = OFF");
		db.run("DELETE FROM namespaces");
	};
	await refused(t, forge(t, backup, { key, edit: orphan }), /refer to rows which are not there/, "orphans");
	const large = (db: Database) =>
		db.run("UPDATE sources SET text = CAST(zeroblob(17000000) AS TEXT) WHERE rowid = 1");
	await refused(
		t,
		forge(t, backup, { key, edit: large }),
		/a value of more than 16777216 bytes/,
		"a large value",
	);
});

t.test(
	"a MAC that does not fit needs --accept-unsigned, and the sentence says which case it is",
	async (t) => {
		const other = new Uint8Array(32).fill(9);
		const own = Buffer.from(other).toString("base64");
		const changed = /was changed after it was made, or damaged: its MAC does not fit\..*--accept-unsigned/;
		await refused(t, forge(t, backup, { key: other }), changed, "a foreign signature under the known id");
		await refused(t, forge(t, withKey, { key: other }), changed, "the same with the key inside");
		const foreign = { key_id: "0123456789abcdef" };
		const unknown =
			/was made under the sealing key 0123456789abcdef, which is not the data folder's: give it with --key-file\./;
		await refused(t, forge(t, backup, { key: other, manifest: foreign }), unknown, "another key");
		const brought = forge(t, backup, { key: other, manifest: { ...foreign, sealing_key: own } });
		await refused(
			t,
			brought,
			/signed by no key but the one that it brings itself/,
			"a key of the forger's in it",
		);
		const zeros = Buffer.from(whole);
		zeros.fill(0, whole.length - 20 - 32, whole.length - 20);
		await refused(t, written(zeros), changed, "no MAC");
	},
);
