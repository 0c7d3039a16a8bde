import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { SealError } from "../../src/secrets/seal.ts";
import { SecretsTooLarge, vault } from "../../src/secrets/vault.ts";
import { namespaceTable } from "../../src/store/namespaces.ts";
import { openStore } from "../../src/store/open.ts";

function make(t: { teardown(action: () => unknown): unknown }) {
	const folder = mkdtempSync(join(tmpdir(), "brig-vault-"));
	t.teardown(() => rmSync(folder, { recursive: true }));
	const keyFile = join(folder, "seal.key");
	writeFileSync(keyFile, Buffer.alloc(32, 7), { mode: 0o600 });
	const store = openStore(folder);
	t.teardown(() => store.close());
	const namespaces = namespaceTable(store);
	return {
		folder,
		keyFile,
		store,
		namespaces,
		secrets: vault(store, keyFile),
		one: namespaces.create("one"),
	};
}

t.test("a secret is set, replaced, listed without its value, and removed", async (t) => {
	const { secrets, one } = make(t);
	const first = secrets.put(one, "API_TOKEN", "first-value");
	t.ok(first.created);
	t.match(first.secret, { name: "API_TOKEN", created_at: first.secret.updated_at });
	await Bun.sleep(2);
	const second = secrets.put(one, "API_TOKEN", "second-value");
	t.notOk(second.created);
	t.equal(second.secret.created_at, first.secret.created_at);
	t.ok(second.secret.updated_at > first.secret.updated_at);
	secrets.put(one, "ANOTHER", "value");
	t.same(
		secrets.list(one.id).map((secret) => Object.keys(secret)),
		[
			["name", "created_at", "updated_at"],
			["name", "created_at", "updated_at"],
		],
	);
	t.same(
		secrets.list(one.id).map(({ name }) => name),
		["ANOTHER", "API_TOKEN"],
	);
	t.same(secrets.find(one.id, "API_TOKEN"), second.secret);
	t.ok(secrets.remove(one.id, "API_TOKEN"));
	t.notOk(secrets.remove(one.id, "API_TOKEN"));
	t.equal(secrets.find(one.id, "API_TOKEN"), null);
});

t.test("the values that there are open, and the names that have none are told", async (t) => {
	const { secrets, one } = make(t);
	secrets.put(one, "A", "value of a");
	secrets.put(one, "B", "value of b");
	t.same(secrets.open(one.id, ["A", "MISSING", "A"]), { values: { A: "value of a" }, missing: ["MISSING"] });
	t.same(secrets.open(one.id, []), { values: {}, missing: [] });
	secrets.put(one, "A", "rotated");
	t.same(secrets.open(one.id, ["A"]).values, { A: "rotated" });
});

t.test("a namespace's secrets are its own, and go with it", async (t) => {
	const { secrets, namespaces, one, store } = make(t);
	const two = namespaces.create("two");
	secrets.put(one, "TOKEN", "of one");
	t.same(secrets.open(two.id, ["TOKEN"]), { values: {}, missing: ["TOKEN"] });
	namespaces.remove(one.id);
	t.same(store.db.query("SELECT count(*) AS n FROM secrets").get(), { n: 0 });
});

t.test("a row that was swapped in the database does not open", async (t) => {
	const { secrets, namespaces, one, store } = make(t);
	const two = namespaces.create("two");
	secrets.put(one, "LOW", "harmless value");
	secrets.put(two, "LOW", "value of the neighbour");
	store.db.run(
		"UPDATE secrets SET sealed = (SELECT sealed FROM secrets WHERE namespace_id = ?) WHERE namespace_id = ?",
		[two.id, one.id],
	);
	t.throws(() => secrets.open(one.id, ["LOW"]), SealError);
	t.same(secrets.open(two.id, ["LOW"]).values, { LOW: "value of the neighbour" });
});

t.test(
	"neither the database nor its WAL contains a value, also when it was replaced or removed",
	async (t) => {
		const { folder, secrets, one, store } = make(t);
		const values = ["plaintext-needle-1", "plaintext-needle-2", "plaintext-needle-3"];
		secrets.put(one, "A", values[0] as string);
		secrets.put(one, "A", values[1] as string);
		secrets.put(one, "B", values[2] as string);
		secrets.remove(one.id, "B");
		const check = () => {
			for (const file of ["brig.db", "brig.db-wal"]) {
				const bytes = readFileSync(join(folder, file));
				t.notOk(bytes.includes("plaintext-needle"), file);
				t.notOk(bytes.includes(Buffer.from("plaintext-needle").toString("hex")), file);
				t.notOk(bytes.includes(Buffer.from("plaintext-needle").toString("base64").slice(0, 20)), file);
			}
		};
		check();
		store.db.run("PRAGMA wal_checkpoint(FULL)");
		check();
	},
);

t.test("values that no frame could carry together are refused before a jail is leased", async (t) => {
	const { secrets, one } = make(t);
	const names = Array.from({ length: 9 }, (_, index) => `BIG_${index}`);
	for (const name of names) secrets.put(one, name, "v".repeat(65_536));
	t.equal(Object.keys(secrets.open(one.id, names.slice(0, 7)).values).length, 7);
	t.throws(() => secrets.open(one.id, names), SecretsTooLarge);
});
