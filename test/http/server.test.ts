import t, { type Test } from "tap";
import { startBrig } from "../server.ts";

async function start(t: Test) {
	const brig = await startBrig(t, { args: ["--concurrency", "3"] });
	const ask = (method: string, path: string, key = brig.adminKey) =>
		fetch(`${brig.url}${path}`, { method, headers: { authorization: `Bearer ${key}` } });
	return { brig, ask };
}

t.test("status tells an admin how the server is doing and how it is called", async (t) => {
	const { brig, ask } = await start(t);
	const response = await ask("GET", "/v1/status");
	t.equal(response.status, 200);
	t.match(await response.json(), {
		version: /^\d+\.\d+\.\d+$/,
		commit: String,
		started_at: /^\d{4}-.*Z$/,
		health: "ok",
		public_url: brig.url,
		certificate: null,
	});
	t.equal((await ask("GET", "/v1/status", brig.runKey)).status, 403);
	t.equal((await fetch(`${brig.url}/v1/status`)).status, 401);
});

t.test("reload is an admin's, and says when nothing has changed", async (t) => {
	const { brig, ask } = await start(t);
	t.equal((await ask("POST", "/v1/reload", brig.runKey)).status, 403);
	t.equal((await fetch(`${brig.url}/v1/reload`, { method: "POST" })).status, 401);
	const response = await ask("POST", "/v1/reload");
	t.equal(response.status, 200);
	t.same(await response.json(), { changed: [], needs_restart: [] });
});
