import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import t, { type Test } from "tap";
import { brigCommand, LIMITS } from "../exe/support.ts";
import { execute } from "../mcp/support.ts";
import { PATIENCE } from "../patience.ts";
import { makeDataFolder, startBrig, type TestBrig } from "../server.ts";
import { type Issued, makeAuthority } from "./support/authority.ts";

t.setTimeout(120_000 * PATIENCE);
const authority = await makeAuthority();
const tls = { ca: authority.root };

/** Files of a certificate in a folder of the test's own, and the flags that name them. */
async function setUp(t: Test, names = ["localhost", "127.0.0.1", "brig.test"]) {
	const folder = mkdtempSync(join(tmpdir(), "brig-serve-tls-"));
	t.teardown(() => rmSync(folder, { recursive: true }));
	const path = (name: string) => join(folder, name);
	const write = ({ cert, key }: Pick<Issued, "cert" | "key">) => {
		writeFileSync(path("cert.pem"), cert);
		writeFileSync(path("key.pem"), key, { mode: 0o600 });
	};
	write(await authority.issue({ names }));
	writeFileSync(path("root.pem"), authority.root);
	return {
		write,
		root: path("root.pem"),
		args: ["--tls-cert", path("cert.pem"), "--tls-key", path("key.pem")],
	};
}

async function mcpClient(t: Test, brig: TestBrig): Promise<Client> {
	const client = new Client({ name: "brig-test", version: "1.0.0" });
	const url = new URL(`${brig.url.replace("127.0.0.1", "localhost")}/mcp/run/default`);
	const headers = { authorization: `Bearer ${brig.runKey}` };
	const fetchWith = (input: string | URL, init?: RequestInit) => fetch(input, { ...init, tls });
	await client.connect(
		new StreamableHTTPClientTransport(url, { requestInit: { headers }, fetch: fetchWith }),
	);
	t.teardown(() => client.close());
	return client;
}

/** The certificate's serial number on a connection of its own. */
function serial(brig: TestBrig): Promise<string> {
	return new Promise((done, failed) => {
		const socket = connect({ host: "127.0.0.1", port: Number(new URL(brig.url).port), ...tls }, () => {
			done(socket.getPeerCertificate().serialNumber);
			socket.destroy();
		});
		socket.on("error", failed);
	});
}

t.test("REST, MCP and the command line work over HTTPS, and the local socket as before", async (t) => {
	const { args, root } = await setUp(t);
	const brig = await startBrig(t, { args });
	t.match(brig.url, /^https:\/\/127\.0\.0\.1:\d+$/);
	t.match(brig.stderr(), `mcp add --transport http brig ${brig.url}/mcp/run/default`);
	const health = await fetch(`${brig.url}/healthz`, { tls });
	t.same([health.status, await health.json()], [200, { status: "ok" }]);
	await t.rejects(fetch(`${brig.url}/healthz`), "a client that does not trust the authority");
	await t.rejects(fetch(`${brig.url.replace("https:", "http:")}/healthz`), "plain HTTP is not served");
	const short = await fetch(`${brig.url}/v1/limits`, {
		tls,
		headers: { host: "a", authorization: `Bearer ${brig.adminKey}` },
	});
	t.equal(short.status, 200, "a host of one letter");

	const client = await mcpClient(t, brig);
	t.match(await execute(client, "return 6 * 7"), { isError: false, structured: { result: 42 } });

	const listing = (env: Record<string, string>, flags: string[]) =>
		brigCommand(["key", "list", ...flags], { env });
	const remote = { BRIG_URL: brig.url, BRIG_KEY: brig.adminKey };
	t.match(await listing({ ...remote, NODE_EXTRA_CA_CERTS: root }, []), {
		code: 0,
		stdout: /first admin key/,
	});
	t.match(await listing(remote, []), { code: 1, stderr: /certificate.*NODE_EXTRA_CA_CERTS/s });
	t.match(await listing({}, ["--data", brig.data]), { code: 0, stdout: /first admin key/ });
});

t.test("MCP takes the names of the certificate as its own, and no others", async (t) => {
	const { args } = await setUp(t, ["127.0.0.1", "brig.test", "*.tools.test"]);
	const brig = await startBrig(t, { args });
	const ask = async (headers: Record<string, string>) => {
		const answer = await fetch(`${brig.url}/mcp/run/default`, {
			method: "POST",
			tls,
			headers: {
				authorization: `Bearer ${brig.runKey}`,
				accept: "application/json, text/event-stream",
				"content-type": "application/json",
				...headers,
			},
			body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
		});
		return answer.status;
	};
	for (const host of ["brig.test", "a.tools.test", "brig.test:8443", "localhost"])
		t.equal(await ask({ host }), 200, host);
	for (const host of ["evil.test", "a.b.tools.test", ".tools.test", "tools.test"])
		t.equal(await ask({ host }), 403, host);
	t.equal(await ask({ origin: "https://brig.test" }), 200);
	t.equal(await ask({ origin: "https://evil.test" }), 403);
});

t.test("a changed certificate is taken up under load, and no call is lost", async (t) => {
	const { args, write } = await setUp(t);
	const brig = await startBrig(t, { args });
	const client = await mcpClient(t, brig);
	const before = await serial(brig);
	let done = false;
	/** Until told otherwise; how often. Throws at the first that goes wrong. */
	const again = async (call: (count: number) => Promise<void>) => {
		let count = 0;
		for (; !done; count++) await call(count);
		return count;
	};
	const work = Promise.all([
		again(async (count) => {
			const { structured } = await execute(client, `return ${count}`);
			if (structured.result !== count) throw new Error(JSON.stringify(structured));
		}),
		again(async () => {
			const answer = await fetch(`${brig.url}/healthz`, { tls, keepalive: false });
			if (answer.status !== 200) throw new Error(await answer.text());
		}),
		again(async () => void (await serial(brig))),
	]);
	const long = execute(client, "import time\ntime.sleep(12)\nreturn 'long'");
	write(await authority.issue());
	const changed = async () => {
		for (const end = Date.now() + 60_000 * PATIENCE; Date.now() < end; await Bun.sleep(100))
			if ((await serial(brig)) !== before) return true;
		return false;
	};
	t.ok(await changed(), "the new certificate is shown");
	t.match(await long, { structured: { result: "long" } }, "what ran goes on");
	done = true;
	for (const count of await work) t.ok(count > 3, `${count}`);
	t.match(brig.stderr(), /certificate_changed names="localhost 127\.0\.0\.1" not_after="/);
	t.notMatch(brig.stderr(), /tls_takeover|^\S+ fault /m);
});

t.test("a bad certificate does not start, makes the exit code 1, and is one sentence", async (t) => {
	const good = await authority.issue();
	const other = await authority.issue();
	const cases: [Pick<Issued, "cert" | "key">, RegExp][] = [
		[{ ...good, key: other.key }, /^brig: The key in \S*key\.pem does not belong to/],
		[await authority.issue({ until: -1_000 }), /^brig: The certificate in \S*cert\.pem has expired/],
		[await authority.issue({ from: 3_600_000 }), /^brig: .*is not valid before/],
		[{ ...good, cert: "hello" }, /^brig: \S*cert\.pem holds no certificate in PEM/],
		[{ ...good, key: "" }, /^brig: \S*key\.pem holds no private key in PEM/],
	];
	const { args, write } = await setUp(t);
	const data = makeDataFolder(t);
	for (const [pair, message] of cases) {
		write(pair);
		const found = await brigCommand(["serve", "--data", data, "--listen", "127.0.0.1:0", ...LIMITS, ...args]);
		t.same([found.code, found.stdout], [1, ""], String(message));
		t.match(found.stderr, message);
		t.notMatch(found.stderr, /\n\s+at /, "no stack trace");
		t.notOk(existsSync(join(data, "brig.sock")), "nothing was served");
	}
});

t.test(
	"with a certificate it may listen everywhere, and clients are told the certificate's name",
	async (t) => {
		const { args } = await setUp(t, ["brig.test"]);
		const brig = await startBrig(t, { args: ["--listen", "0.0.0.0:0", ...args] });
		const { port } = new URL(brig.url);
		t.equal(brig.url, `https://0.0.0.0:${port}`);
		t.match(brig.stderr(), `https://brig.test:${port}/mcp/run/default`);
		const unchecked = { ca: authority.root, checkServerIdentity: () => undefined };
		t.equal((await fetch(`https://127.0.0.1:${port}/healthz`, { tls: unchecked })).status, 200);
	},
);
