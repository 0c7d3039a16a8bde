import type { Database } from "bun:sqlite";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { forge, makeData, makeFolder, rows } from "../backup/make.ts";
import { api } from "../exe/support.ts";
import { makeDataFolder, startBrig } from "../server.ts";
import { brig, brigOf } from "./brig.ts";

const { data, backup, withKey, sealingKey } = makeData(t);
const stranger = new Uint8Array(32).fill(9);
const accept = (file: string, into: string, more: string[] = []) =>
	brig(["restore", file, "--data", into, "--yes", "--accept-unsigned", ...more]);

t.test("keys and approvals of an unsigned backup come in disabled, and are listed", async (t) => {
	const into = join(makeFolder(t), "new");
	const { code, stderr } = await accept(forge(t, backup, { key: stranger }), into);
	t.equal(code, 0, stderr);
	t.match(stderr, /is restored in .*: 1 function, 0 secrets and 0 keys\n/);
	t.match(stderr, /It is not signed: 2 keys revoked/);
	t.match(stderr, /\n {4}key_\w+ {2}laptop {2}admin {2}every namespace\n/);
	t.match(stderr, /\n {4}key_\w+ {2}agent {2}run {2}default\n/);
	t.match(stderr, /2 functions with secrets or hosts disabled/);
	t.match(
		stderr,
		/brig fn approve orders\.reaching --version 1 --namespace default {2}\(api\.example\.com\)\n/,
	);
	t.match(stderr, /brig fn approve orders\.seeing --version 1 --namespace default {2}\(API_TOKEN\)\n/);
	t.match(stderr, /1 secret to be set again, .*\n {4}brig secret set API_TOKEN --namespace default\n/);
	t.same(rows(into, "SELECT * FROM keys"), []);
	t.same(rows(into, "SELECT * FROM secrets"), []);
	t.notOk(existsSync(join(into, "seal.key")), "no key of the file's is taken over");
});

t.test("--json lists the same", async (t) => {
	const into = join(makeFolder(t), "new");
	const { stdout } = await accept(forge(t, backup, { key: stranger }), into, ["--json"]);
	t.match(JSON.parse(stdout), {
		signed_by: null,
		disabled: {
			keys: [
				{ name: "laptop", scopes: ["admin"], namespace: null },
				{ name: "agent", scopes: ["run"], namespace: "default" },
			],
			approvals: [
				{
					namespace: "default",
					function: "orders.reaching",
					version: 1,
					env: [],
					egress: ["api.example.com"],
				},
				{ namespace: "default", function: "orders.seeing", version: 1, env: ["API_TOKEN"], egress: [] },
			],
			totals: { keys: 2, approvals: 2 },
		},
		lost_secrets: [{ namespace: "default", name: "API_TOKEN" }],
	});
});

t.test(
	"on the machine that it came from, secrets open; an admin's approval brings functions back",
	async (t) => {
		const into = makeDataFolder(t);
		writeFileSync(join(into, "seal.key"), sealingKey, { mode: 0o600 });
		const { code, stderr } = await accept(forge(t, backup, { key: stranger }), into);
		t.equal(code, 0, stderr);
		t.notMatch(stderr, /to be set again/);
		const server = await startBrig(t, { data: into });
		t.notMatch(server.stderr(), /brig_/);
		const call = brigOf(into);
		const made = JSON.parse(
			(await call(["key", "create", "--name", "new", "--scope", "admin", "--json"])).stdout,
		);
		const admin = { url: server.url, adminKey: made.key };
		t.match(await api(admin, "POST", "functions/orders.plain/call", {}), { body: { result: 1 } });
		t.match(await api(admin, "POST", "functions/orders.seeing/call", {}), { status: 404 });
		t.match(await api(admin, "GET", "functions/orders.seeing/versions"), {
			body: { versions: [{ version: 1, pending: true, active: false, approved_by: null }] },
		});
		t.match(await call(["fn", "approve", "orders.seeing", "--version", "1"]), { code: 0 });
		t.match(await api(admin, "POST", "functions/orders.seeing/call", {}), {
			body: { status: "ok", result: 1 },
		});
	},
);

t.test("the key that an unsigned backup brings is never taken over", async (t) => {
	const own = Buffer.from(stranger).toString("base64");
	const file = forge(t, withKey, { key: stranger, manifest: { sealing_key: own, key_id: "0".repeat(16) } });
	const other = makeData(t);
	t.match(await accept(file, other.data), { code: 0, stderr: /1 secret to be set again/ });
	t.same(readFileSync(join(other.data, "seal.key")), Buffer.from(other.sealingKey));
	const old = readdirSync(other.data).find((name) => name.startsWith("replaced-")) ?? "";
	t.equal(rows(join(other.data, old), "SELECT * FROM secrets").length, 1, "the old state is kept");
});

t.test("a signed backup stays whole with --accept-unsigned", async (t) => {
	const { stdout } = await accept(backup, data, ["--json"]);
	t.match(JSON.parse(stdout), {
		signed_by: "data",
		disabled: null,
		contents: { keys: 2, secrets: 1, functions: 3 },
	});
});

const ROWS: [name: string, table: string, edit: (db: Database) => void][] = [
	[
		"a function's name that is code",
		"functions",
		(db) => db.run("UPDATE functions SET name = 'x(): pass' WHERE id = 1"),
	],
	[
		"a service that is a keyword",
		"functions",
		(db) => db.run("UPDATE functions SET service = 'import' WHERE id = 1"),
	],
	["a namespace that is a path", "namespaces", (db) => db.run("UPDATE namespaces SET name = '../x'")],
	[
		"a limit above the maximum",
		"versions",
		(db) => db.run(`UPDATE versions SET limits = '{"memory_mb":1000000}'`),
	],
	[
		"a secret that the loader reads",
		"versions",
		(db) => db.run(`UPDATE versions SET env = '["LD_PRELOAD"]'`),
	],
	["a host that is an address", "versions", (db) => db.run(`UPDATE versions SET egress = '["127.0.0.1"]'`)],
	["a schema without end", "versions", (db) => db.run(`UPDATE versions SET input_schema = '{"$ref":"#"}'`)],
	["text that is no JSON", "versions", (db) => db.run("UPDATE versions SET tags = 'x'")],
	["a language that there is not", "versions", (db) => db.run("UPDATE versions SET language = 'perl'")],
	["a pending version that is active", "functions", (db) => db.run("UPDATE versions SET pending = 1")],
	[
		"an active version that is not there",
		"functions",
		(db) => db.run("UPDATE functions SET active_version = 77"),
	],
	["versions beyond the count", "functions", (db) => db.run("UPDATE functions SET last_version = 0")],
	["a source under another hash", "sources", (db) => db.run("UPDATE sources SET text = 'def f(): pass'")],
	["a scope that there is not", "keys", (db) => db.run(`UPDATE keys SET scopes = '["root"]'`)],
	[
		"a key's name that commands a terminal",
		"keys",
		(db) => db.run("UPDATE keys SET name = char(27) || '[2J'"),
	],
	["a key's hash that is short", "keys", (db) => db.run("UPDATE keys SET hash = CAST(name AS BLOB)")],
	[
		"a number that ends the ledger",
		"executions",
		(db) => db.run("UPDATE executions SET seq = 9223372036854775807"),
	],
	["a status that there is not", "executions", (db) => db.run("UPDATE executions SET status = 'fine'")],
	["a cost that is no object", "executions", (db) => db.run("UPDATE executions SET usage = '[]'")],
	["a time that is none", "executions", (db) => db.run("UPDATE executions SET started_at = 'z'")],
	["a secret's name that is none", "secrets", (db) => db.run("UPDATE secrets SET name = 'PATH'")],
];

for (const [name, table, edit] of ROWS) {
	t.test(`an unsigned backup with ${name} is refused`, async (t) => {
		const into = join(makeFolder(t), "new");
		const loose = (db: Database) => {
			db.run("PRAGMA foreign_keys = OFF");
			edit(db);
		};
		const sentence = new RegExp(
			`is refused: its table ${table} has a row as Brig never writes it \\([^\\p{Cc}]*\\)\\. Nothing was changed\\.\\n$`,
			"u",
		);
		t.match(await accept(forge(t, backup, { key: stranger, edit: loose }), into), {
			code: 1,
			stderr: sentence,
		});
		t.notOk(existsSync(into));
		const own = Buffer.from(stranger).toString("base64");
		const bySelf = forge(t, backup, { key: stranger, edit: loose, manifest: { sealing_key: own } });
		t.match(
			await brig(["restore", bySelf, "--data", into, "--yes"]),
			{ code: 1, stderr: sentence },
			"with a key that it brings itself",
		);
		t.notOk(existsSync(into));
	});
}
