import t from "tap";
import { source, startVersions } from "./support.ts";

const { call, at, put, result } = await startVersions(t);
const made = await call("POST", "/v1/keys", {
	body: { name: "writer", scopes: ["write"], namespace: "default" },
});
const writer = { key: made.json.key as string };
await call("PUT", "secrets/API_TOKEN", { body: "a value of some length" });

t.test("a version with secrets from a write key waits, and the one before stays active", async (t) => {
	t.equal((await put("orders.get", source(1))).status, 201);
	const waiting = await put("orders.get", source(2), { env: ["API_TOKEN"] }, writer);
	t.match(waiting, {
		status: 202,
		json: { version: 2, pending: true, approve: /brig fn approve orders\.get/ },
	});
	t.equal(await result("orders.get"), 1);
	t.equal((await at("POST", "orders.get/approve", {}, writer)).status, 403);
	t.equal((await at("POST", "orders.get/approve", {})).status, 200);
	t.equal(await result("orders.get"), 2);
});

t.test("an admin who registers just what waits approves it", async (t) => {
	t.equal((await put("orders.get", source(3), {}, writer)).status, 202, "only its code changed");
	t.equal(await result("orders.get"), 2);
	t.match(await put("orders.get", source(3)), { status: 201, json: { version: 3 } });
	t.equal(await result("orders.get"), 3);
	t.equal((await put("orders.get", source(3))).status, 200);
});
