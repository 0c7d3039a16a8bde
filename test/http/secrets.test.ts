import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { startBrig } from "../server.ts";
import { api, refused } from "./support/client.ts";

const brig = await startBrig(t);
const call = api(brig);
const KIB = 1024;

const keyFor = async (scopes: string[], namespace?: string): Promise<string> =>
	(await call("POST", "/v1/keys", { body: { name: scopes.join(), scopes, namespace } })).json.key;

t.test("a secret is set, replaced, listed, shown and removed, and no answer has its value", async (t) => {
	const first = await call("PUT", "secrets/API_TOKEN", { body: "value-that-nobody-sees" });
	t.equal(first.status, 201);
	t.same(Object.keys(first.json), ["name", "created_at", "updated_at"]);
	t.match(first.json, { name: "API_TOKEN", created_at: /^\d{4}-/, updated_at: first.json.created_at });
	const second = await call("PUT", "secrets/API_TOKEN", { body: "value-that-is-newer" });
	t.equal(second.status, 200);
	t.equal(second.json.created_at, first.json.created_at);
	t.ok(second.json.updated_at > first.json.updated_at);
	await call("PUT", "secrets/ANOTHER", { body: "value-that-is-another" });
	const list = await call("GET", "secrets");
	t.same(list.json.secrets[1], second.json);
	t.same(
		list.json.secrets.map(({ name }: { name: string }) => name),
		["ANOTHER", "API_TOKEN"],
	);
	t.same((await call("GET", "secrets/API_TOKEN")).json, second.json);
	const gone = await call("DELETE", "secrets/API_TOKEN");
	t.equal(`${gone.status} ${gone.text}`, "204 ");
	for (const method of ["GET", "DELETE"])
		refused(t, await call(method, "secrets/API_TOKEN"), 404, "secret_not_found", method);
	for (const { text } of [first, second, list, gone]) t.notMatch(text, "value-that");
});

t.test("values of every kind are taken to the letter, from 1 byte to 64 KiB", async (t) => {
	const values = [
		"x",
		"\n",
		"with\nlines\r\n",
		'{"json":true}',
		"ключ 🔑",
		"\ufeff",
		"%00 & +",
		"v".repeat(64 * KIB),
	];
	for (const [index, value] of values.entries()) {
		for (const type of [
			"text/plain",
			"application/json",
			"application/x-www-form-urlencoded",
			"multipart/form-data",
		]) {
			const headers = { "content-type": type };
			const answer = await call("PUT", `secrets/V_${index}`, {
				body: new TextEncoder().encode(value),
				headers,
			});
			t.ok(answer.status < 202, `${JSON.stringify(value.slice(0, 20))} as ${type}: ${answer.text}`);
		}
	}
});

t.test("empty, too long and unusable values are refused, and the refusal does not repeat them", async (t) => {
	const put = (body: string | Uint8Array) => call("PUT", "secrets/BAD", { body });
	refused(t, await put(new Uint8Array(0)), 422, "invalid_field");
	refused(t, await put("nul-is\0inside-it"), 422, "invalid_field");
	refused(t, await put(new Uint8Array([0x6e, 0x75, 0xff, 0xfe])), 422, "invalid_field");
	refused(t, await put("nul-is-too-long".repeat(5_000)), 413, "too_large");
	refused(t, await call("PUT", "secrets/BAD"), 422, "invalid_field");
	for (const body of ["nul-is\0inside-it", "nul-is-too-long".repeat(5_000)])
		t.notMatch((await put(body)).text, "nul-is");
	refused(t, await call("GET", "secrets/BAD"), 404, "secret_not_found");
});

t.test("names that break the rules are refused before the value is read", async (t) => {
	for (const name of ["lower", "1A", "_A", "A-B", "A%20B", "A%00", "%C3%89", "A".repeat(65), "A%0a"]) {
		for (const method of ["PUT", "GET", "DELETE"]) {
			const answer = await call(method, `secrets/${name}`, method === "PUT" ? { body: "some-value" } : {});
			refused(t, answer, 422, "invalid_name", `${method} ${name}`);
		}
	}
	for (const name of [
		"PATH",
		"HOME",
		"LD_PRELOAD",
		"PYTHONPATH",
		"NODE_OPTIONS",
		"BUN_OPTIONS",
		"HTTPS_PROXY",
		"BRIG_KEY",
	])
		refused(t, await call("PUT", `secrets/${name}`, { body: "some-value" }), 422, "invalid_name", name);
	refused(t, await call("PUT", "secrets", { body: "some-value" }), 405, "method_not_allowed");
	refused(t, await call("POST", "secrets/A", { body: "some-value" }), 405, "method_not_allowed");
});

t.test("admin sets and removes, write sees names, run sees nothing", async (t) => {
	await call("PUT", "secrets/SEEN", { body: "value-that-nobody-sees" });
	const write = await keyFor(["write"], "default");
	t.equal((await call("GET", "secrets", { key: write })).status, 200);
	t.equal((await call("GET", "secrets/SEEN", { key: write })).status, 200);
	refused(t, await call("PUT", "secrets/SEEN", { key: write, body: "other-value" }), 403, "forbidden");
	refused(t, await call("PUT", "secrets/UNSEEN", { key: write, body: "other-value" }), 403, "forbidden");
	refused(t, await call("DELETE", "secrets/SEEN", { key: write }), 403, "forbidden");
	for (const [method, path] of [
		["GET", "secrets"],
		["GET", "secrets/SEEN"],
		["GET", "secrets/NOT_THERE"],
		["PUT", "secrets/SEEN"],
		["DELETE", "secrets/SEEN"],
	] as const)
		refused(t, await call(method, path, { key: brig.runKey }), 403, "forbidden", `${method} ${path}`);
	const admin = await keyFor(["admin"], "default");
	t.equal((await call("PUT", "secrets/OF_ITS_ADMIN", { key: admin, body: "other-value" })).status, 201);
	t.equal((await call("DELETE", "secrets/OF_ITS_ADMIN", { key: admin })).status, 204);
	refused(t, await call("GET", "secrets", { key: null }), 401, "unauthorized");
});

t.test("another namespace's secrets are answered like those of no namespace", async (t) => {
	await call("POST", "/v1/namespaces", { body: { name: "other" } });
	await call("PUT", "/v1/namespaces/other/secrets/THEIRS", { body: "value-of-the-neighbour" });
	const admin = await keyFor(["admin"], "default");
	for (const [method, path] of [
		["GET", "secrets"],
		["GET", "secrets/THEIRS"],
		["PUT", "secrets/THEIRS"],
		["DELETE", "secrets/THEIRS"],
	] as const) {
		const ask = (ns: string) =>
			call(method, `/v1/namespaces/${ns}/${path}`, {
				key: admin,
				...(method === "PUT" && { body: "some-value" }),
			});
		const [theirs, unknown] = [await ask("other"), await ask("unknown")];
		refused(t, theirs, 404, "namespace_not_found", `${method} ${path}`);
		t.equal(theirs.text, unknown.text);
	}
	refused(t, await call("GET", "secrets/THEIRS"), 404, "secret_not_found");
	await call("DELETE", "/v1/namespaces/other");
	await call("POST", "/v1/namespaces", { body: { name: "other" } });
	t.same((await call("GET", "/v1/namespaces/other/secrets")).json, { secrets: [] });
});

t.test("a hundred writers of one secret leave one of their values", async (t) => {
	const answers = await Promise.all(
		Array.from({ length: 100 }, (_, index) => call("PUT", "secrets/BUSY", { body: `value-number-${index}` })),
	);
	t.equal(answers.filter(({ status }) => status === 201).length, 1);
	t.equal(answers.filter(({ status }) => status === 200).length, 99);
});

t.test("database, WAL, log and the server's own process show no value", async (t) => {
	const needle = "needle-9f2c41d7e0b3";
	await call("PUT", "secrets/HIDDEN", { body: needle });
	await call("PUT", "secrets/HIDDEN", { body: `${needle}-2` });
	await call("PUT", `secrets/${needle}`, { body: needle });
	await call("PUT", "secrets/HIDDEN", { body: `${needle}\0` });
	const { pid } = brig.process;
	const places = [...["brig.db", "brig.db-wal", "brig.db-shm"].map((file) => join(brig.data, file))];
	places.push(`/proc/${pid}/cmdline`, `/proc/${pid}/environ`);
	const forms = [
		needle,
		Buffer.from(needle).toString("hex"),
		Buffer.from(needle).toString("base64").slice(0, 24),
	];
	const check = () => {
		for (const place of places) for (const form of forms) t.notOk(readFileSync(place).includes(form), place);
	};
	check();
	await call("DELETE", "secrets/HIDDEN");
	check();
	t.match(brig.stderr(), /secret set namespace="default" secret="HIDDEN" key="key_\w+"/);
	t.match(brig.stderr(), /secret removed /);
	t.notMatch(brig.stderr(), needle);
	await brig.stop();
	for (const form of forms)
		t.notOk(readFileSync(join(brig.data, "brig.db")).includes(form), "after the stop");
});

t.test("a server whose key file is open to others does not start, and names the file", async (t) => {
	const { chmodSync } = await import("node:fs");
	const file = join(brig.data, "seal.key");
	chmodSync(file, 0o644);
	await t.rejects(startBrig(t, { data: brig.data }), {
		message: new RegExp(`${file} is open to other users: run chmod 600`),
	});
	chmodSync(file, 0o600);
});
