import t from "tap";
import { startBrig } from "../server.ts";
import { brig, brigOf } from "./brig.ts";

t.test("brig key and brig namespace", async (t) => {
	const { data, url } = await startBrig(t);
	const call = brigOf(data);

	t.test("create --json prints exactly the fields of the contract", async (t) => {
		const { code, stdout } = await call([
			"key",
			"create",
			"--name",
			"laptop",
			"--scope",
			"run,write",
			"--json",
		]);
		t.equal(code, 0);
		const key = JSON.parse(stdout);
		t.same(Object.keys(key), ["id", "name", "key", "scopes", "namespace", "created_at"]);
		t.match(key, {
			name: "laptop",
			key: /^brig_[0-9A-Za-z]{43}$/,
			scopes: ["run", "write"],
			namespace: null,
		});
	});

	t.test("create prints the key alone to stdout, and it works until it is revoked", async (t) => {
		const args = ["--name", "ci", "--namespace", "default", "--services", "orders,billing"];
		const { stdout, stderr } = await call(["key", "create", ...args]);
		t.match(stdout, /^brig_\w+\n$/);
		const [id] = /key_\w+/.exec(stderr) ?? [];
		t.match(stderr, /reaches the namespace default with run\. Its text is not shown again\.\n$/);
		const env = { BRIG_URL: url, BRIG_KEY: stdout };
		t.equal((await brig(["fn", "list"], { env })).code, 0);
		const list = await call(["key", "list"]);
		t.match(list.stdout, new RegExp(`\n${id} +ci +run +default +orders,billing +\\d{4}-`));
		t.notMatch(list.stdout, stdout.trim());
		t.equal((await call(["key", "revoke", id as string])).code, 0);
		t.match(await brig(["fn", "list"], { env }), {
			code: 1,
			stderr: /does not know this key, or it was revoked/,
		});
		t.match(await call(["key", "revoke", id as string]), { code: 1, stderr: /`brig key list` lists them/ });
	});

	t.test("BRIG_NAMESPACE binds a new key as --namespace does", async (t) => {
		const env = { BRIG_NAMESPACE: "default" };
		const { stdout } = await call(["key", "create", "--name", "x", "--json"], { env });
		t.match(JSON.parse(stdout), { scopes: ["run"], namespace: "default" });
	});

	t.test("a namespace is made, listed, used and deleted", async (t) => {
		t.match(await call(["namespace", "create", "staging", "--json"]), {
			code: 0,
			stdout: /^\{"name":"staging",/,
		});
		t.match(await call(["namespace", "create", "staging"]), { code: 1, stderr: /exists already/ });
		t.match(await call(["namespace", "create", "No_Name"]), { code: 1, stderr: /namespace name "No_Name"/ });
		t.match((await call(["namespace", "list"])).stdout, /^NAME +CREATED \(UTC\)\ndefault .*\nstaging /);
		t.match(await call(["fn", "list"], { env: { BRIG_NAMESPACE: "staging" } }), {
			code: 0,
			stderr: /no functions/,
		});
		t.match(await call(["namespace", "rm", "staging"]), { code: 2, stderr: /Add --yes/ });
		t.match(await call(["namespace", "rm", "staging", "--yes"]), { code: 0, stderr: /is deleted/ });
		const { namespaces } = JSON.parse((await call(["namespace", "list", "--json"])).stdout);
		t.match(namespaces, [{ name: "default" }]);
	});
});
