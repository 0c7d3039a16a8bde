import t from "tap";
import { refused } from "../http/support/client.ts";
import { source, startVersions } from "./support.ts";

const { call, at, put, result } = await startVersions(t);
const who = (await call("GET", "/v1/keys")).json.keys;

t.test("every change is a version with who, when and a hash; the same again is none", async (t) => {
	const changes: [string, Record<string, unknown>][] = [
		[source(1), {}],
		[source(2), {}],
		[source(2), { description: "Told." }],
		[source(2), { description: "Told.", tags: ["a", "b"] }],
		[source(2), { description: "Told.", limits: { wall_ms: 1_000 } }],
		[source(2), { description: "Told.", env: ["SOME_TOKEN"] }],
		[source(2), { description: "Told.", egress: ["api.example.com"] }],
		[source(2), { description: "Told.", output_schema: { type: "integer" } }],
	];
	for (const [index, [code, fields]] of changes.entries()) {
		const first = await put("kept.get", code, fields);
		t.match(first, { status: 201, json: { version: index + 1 } }, JSON.stringify(fields));
		const again = await put("kept.get", code, fields);
		t.match(again, { status: 200, json: { version: index + 1 } }, "the same again");
	}
	const { versions } = (await at("GET", "kept.get/versions")).json;
	t.equal(versions.length, changes.length);
	t.equal(
		new Set(versions.map(({ content_hash }: { content_hash: string }) => content_hash)).size,
		changes.length,
	);
	const ids = who.map(({ id }: { id: string }) => id);
	for (const one of versions) {
		t.ok(ids.includes(one.created_by), one.created_by);
		t.match(one, {
			created_at: /^\d{4}-\d\d-\d\dT/,
			content_hash: /^[0-9a-f]{64}$/,
			active: one.version === changes.length,
		});
	}
	t.match((await at("GET", "kept.get/versions/5")).json, {
		limits: { wall_ms: 1_000 },
		tags: ["a", "b"],
		code: source(2),
	});
});

t.test("a rollback copies an old version, with all that it declared, to a new one", async (t) => {
	await put("back.get", source(1), { description: "One.", tags: ["one"], limits: { wall_ms: 2_000 } });
	await put("back.get", source(2), { description: "Two.", tags: ["two"], limits: {} });
	t.equal(await result("back.get"), 2);
	t.match(await at("POST", "back.get/rollback", { version: 1 }), {
		status: 201,
		json: { version: 3, description: "One." },
	});
	t.equal(await result("back.get"), 1);
	const [third, , first] = (await at("GET", "back.get/versions")).json.versions;
	t.equal(third.content_hash, first.content_hash);
	t.match(third, { tags: ["one"], limits: { wall_ms: 2_000 }, active: true });
	for (const version of [0, 99, -1, 1.5, "1", null])
		t.ok([404, 422].includes((await at("POST", "back.get/rollback", { version })).status), String(version));
	refused(t, await at("POST", "back.get/rollback", { version: 99 }), 404, "version_not_found");
	t.equal((await at("GET", "back.get/versions")).json.versions.length, 3);
});

t.test("a delete keeps the history; the name is used again and continues its numbers", async (t) => {
	await put("gone.get", source(1));
	await put("gone.get", source(2), { tags: ["x"] });
	t.equal((await at("DELETE", "gone.get")).status, 204);
	refused(t, await at("GET", "gone.get"), 404, "function_not_found");
	refused(t, await at("POST", "gone.get/call", {}), 404, "function_not_found");
	refused(t, await at("DELETE", "gone.get"), 404, "function_not_found");
	const { versions } = (await at("GET", "gone.get/versions")).json;
	t.same(
		versions.map(({ version, active }: { version: number; active: boolean }) => [version, active]),
		[
			[2, false],
			[1, false],
		],
	);
	t.equal((await at("GET", "gone.get/versions/1")).json.code, source(1));
	const back = await put("gone.get", source(2));
	t.match(back, { status: 201, json: { version: 3, tags: [] } });
	await at("DELETE", "gone.get");
	const typescript = await put("gone.get", "export default () => 4;", { language: "typescript" });
	t.match(typescript, { status: 201, json: { version: 4, language: "typescript" } });
	t.equal(await result("gone.get"), 4);
	await at("DELETE", "gone.get");
	t.match(await at("POST", "gone.get/rollback", { version: 1 }), {
		status: 201,
		json: { version: 5, language: "python" },
	});
	t.equal(await result("gone.get"), 1);
});

t.test("a locked function is changed by nobody until it is unlocked", async (t) => {
	await put("lock.get", source(1));
	await put("lock.get", source(2));
	t.match((await at("POST", "lock.get/lock")).json, { locked: true });
	refused(t, await put("lock.get", source(3)), 409, "locked");
	refused(t, await at("POST", "lock.get/rollback", { version: 1 }), 409, "locked");
	refused(t, await at("DELETE", "lock.get"), 409, "locked");
	t.equal(await result("lock.get"), 2, "it runs");
	t.match((await at("POST", "lock.get/unlock")).json, { locked: false });
	t.match(await put("lock.get", source(3)), { status: 201, json: { version: 3 } });
	refused(t, await at("POST", "none.get/lock"), 404, "function_not_found");
});

t.test("tags filter the list; a list without a tag has all", async (t) => {
	await put("tags.a", source(1, "a"), { tags: ["red", "blue"] });
	await put("tags.b", source(1, "b"), { tags: ["blue"] });
	const names = async (query: string) =>
		(await call("GET", `functions${query}`)).json.functions
			.filter(({ service }: { service: string }) => service === "tags")
			.map(({ name }: { name: string }) => name);
	t.same(await names("?tag=red"), ["a"]);
	t.same(await names("?tag=blue"), ["a", "b"]);
	t.same(await names("?tag=green"), []);
	t.same(await names(""), ["a", "b"]);
});
