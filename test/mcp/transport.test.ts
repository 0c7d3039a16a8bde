import t from "tap";
import { startBrig } from "../server.ts";
import { executeMessage, post } from "./support.ts";

const brig = await startBrig(t);
const LIST = { jsonrpc: "2.0", id: 1, method: "tools/list", params: {} };
const initialize = (protocolVersion: string) => ({
	jsonrpc: "2.0",
	id: 1,
	method: "initialize",
	params: { protocolVersion, capabilities: {}, clientInfo: { name: "test", version: "1" } },
});

t.test("both revisions with initialize are spoken, and every request stands alone", async (t) => {
	for (const version of ["2025-06-18", "2025-11-25"]) {
		const response = await post(brig, initialize(version));
		t.equal(response.status, 200);
		const { result } = (await response.json()) as { result: Record<string, unknown> };
		t.equal(result.protocolVersion, version);
		t.type(result.instructions, "string");
		const listed = await post(brig, LIST, { "mcp-protocol-version": version });
		t.equal(listed.status, 200, "a request works without an initialize before it");
	}
});

t.test("a session is known by its own key only, and an unknown one is 404", async (t) => {
	const session = (await post(brig, initialize("2025-11-25"))).headers.get("mcp-session-id") ?? "";
	t.match(session, /^[\x21-\x7e]+$/);
	t.equal((await post(brig, LIST, { "mcp-session-id": session })).status, 200);
	t.equal((await post(brig, LIST, { "mcp-session-id": "unknown" })).status, 404);
	const authorization = `Bearer ${brig.adminKey}`;
	t.equal((await post(brig, LIST, { "mcp-session-id": session, authorization })).status, 404);
	const other = (await post(brig, initialize("2025-11-25"))).headers.get("mcp-session-id");
	t.not(other, session);
});

t.test("a request without a key, or with a wrong one, is 401 and says how to authenticate", async (t) => {
	for (const authorization of [null, "Bearer brig_wrong", "Basic abc", "Bearer"]) {
		const response = await post(brig, LIST, { authorization });
		t.equal(response.status, 401, String(authorization));
		t.match(response.headers.get("www-authenticate"), /^Bearer/);
		t.match(await response.json(), { error: { code: "unauthorized" } });
	}
});

t.test("a foreign Origin or Host is 403, one of our own is not", async (t) => {
	for (const origin of [
		"https://evil.example",
		"null",
		`${brig.url}.evil.example`,
		"http://localhost.evil.example",
	])
		t.equal((await post(brig, LIST, { origin })).status, 403, `Origin: ${origin}`);
	for (const host of ["evil.example", "127.0.0.1.evil.example:80", "localhost.evil.example"])
		t.equal((await post(brig, LIST, { host })).status, 403, `Host: ${host}`);
	t.equal((await post(brig, LIST, { origin: brig.url })).status, 200);
	t.equal((await post(brig, LIST, { host: "localhost:1234" })).status, 200);
});

t.test("a protocol version that is not spoken is 400", async (t) => {
	for (const version of ["1999-01-01", "2099-12-31", "x"]) {
		const response = await post(brig, LIST, { "mcp-protocol-version": version });
		t.equal(response.status, 400, version);
	}
});

t.test("other methods are 405 and say which are allowed", async (t) => {
	for (const method of ["GET", "DELETE", "PUT"]) {
		const response = await fetch(`${brig.url}/mcp/run/default`, {
			method,
			headers: { authorization: `Bearer ${brig.runKey}`, accept: "text/event-stream" },
		});
		t.equal(response.status, 405, method);
		t.match(response.headers.get("allow"), "POST");
	}
});

t.test("a body above 4 MiB is 413, one just below it is taken", async (t) => {
	const padded = (size: number) => JSON.stringify({ ...LIST, params: { cursor: "x".repeat(size) } });
	t.equal((await post(brig, padded(4 * 1024 * 1024))).status, 413);
	t.equal((await post(brig, padded(4 * 1024 * 1024 - 200))).status, 200);
});

t.test("a body that is no message is 400, in either shape of error", async (t) => {
	for (const body of ["{", "", "[]", '"text"', "{}", '{"jsonrpc":"2.0"}', "null"]) {
		const response = await post(brig, body);
		t.equal(response.status, 400, JSON.stringify(body));
		t.match(await response.json(), { error: { message: /./ } });
	}
});

t.test("an unknown namespace is 404, and so is one that the key may not reach", async (t) => {
	const made = await fetch(`${brig.url}/v1/namespaces`, {
		method: "POST",
		headers: { authorization: `Bearer ${brig.adminKey}`, "content-type": "application/json" },
		body: JSON.stringify({ name: "other" }),
	});
	t.equal(made.status, 201);
	const answers = await Promise.all(
		["other", "nowhere"].map((name) => post(brig, LIST, {}, `/mcp/run/${name}`)),
	);
	t.same(
		answers.map((answer) => answer.status),
		[404, 404],
	);
	const [other, nowhere] = await Promise.all(answers.map((answer) => answer.text()));
	t.equal(other, nowhere, "byte for byte the same");
});

t.test("a batch is answered as one, and too long a one is refused", async (t) => {
	const batch = [1, 2, 3].map((id) => ({ ...executeMessage(`${id} * 10`), id }));
	const response = await post(brig, batch, { "mcp-protocol-version": "2025-03-26" });
	t.equal(response.status, 200);
	const answers = (await response.json()) as {
		id: number;
		result: { structuredContent: { result: number } };
	}[];
	for (const { id, result } of answers) t.equal(result.structuredContent.result, id * 10);
	t.equal(answers.length, 3);
	t.equal((await post(brig, Array(51).fill(LIST))).status, 400);
});
