import t from "tap";
import type { Decision } from "../../src/egress/connection.ts";
import { Gateway, type GatewayOptions } from "../../src/egress/gateway.ts";
import { makeLookup } from "../../src/egress/resolver.ts";
import { Client } from "./support/client.ts";
import { serveDns } from "./support/dns-server.ts";
import { captureHello, extension, helloMessage, nameList, records } from "./support/hellos.ts";
import { serveBytes, serveHttp } from "./support/servers.ts";

interface Test {
	teardown(action: () => unknown): unknown;
}

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** A gateway whose hosts are all on loopback, as an operator may allow for named hosts; and a client of it. */
async function open(t: Test, options: Partial<GatewayOptions> = {}) {
	const audit: Decision[] = [];
	const looked: string[] = [];
	const gateway = new Gateway({
		egress: ["api.example.com"],
		privateHosts: ["*.example.com"],
		look: async (host) => {
			looked.push(host);
			return ["127.0.0.1"];
		},
		audit: (decision) => audit.push(decision),
		...options,
	});
	t.teardown(() => gateway.close());
	const client = await Client.on(gateway);
	return { gateway, client, audit, looked };
}

const get = (host: string, path = "/") => `GET http://${host}${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

t.test("a listed host is reached by HTTP, and one line says so", async (t) => {
	const server = serveBytes(t, (text) => (text.endsWith("\r\n\r\n") ? OK : null));
	const { client, audit, looked } = await open(t, { egress: [`api.example.com:${server.port}`] });
	const host = `api.example.com:${server.port}`;
	const { text, ending } = await client.request(get(host, "/a?b=c"));
	t.equal(text, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
	t.equal(ending, "end");
	t.equal(server.seen.text, `GET /a?b=c HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
	t.same(audit, [
		{ host: "api.example.com", port: server.port, allowed: true, reason: "in the egress list" },
	]);
	t.same(looked, ["api.example.com"], "asked once");
});

t.test(
	"a host that is not listed is refused before any look-up, and the answer says how to allow it",
	async (t) => {
		const { client, audit, looked } = await open(t);
		const table: [string, RegExp][] = [
			[
				"CONNECT other.example.com:443 HTTP/1.1\r\n\r\n",
				/403 other\.example\.com:443 is not allowed: add "other\.example\.com" to/,
			],
			["CONNECT api.example.com:8443 HTTP/1.1\r\n\r\n", /add "api\.example\.com:8443" to the egress list/],
			[get("other.example.com"), /403 other\.example\.com:80 is not allowed: add "other\.example\.com" to/],
			[get("sub.api.example.com"), /403 sub\.api/],
			["CONNECT 127.0.0.1:443 HTTP/1.1\r\n\r\n", /403 .*"127\.0\.0\.1" is an address/],
			["CONNECT 0177.0.0.1:443 HTTP/1.1\r\n\r\n", /403 .*is an address/],
			["CONNECT [::ffff:127.0.0.1]:443 HTTP/1.1\r\n\r\n", /403 .*is an address/],
			["CONNECT api.example.com:443@evil.test:443 HTTP/1.1\r\n\r\n", /400 .*password/],
			["CONNECT api.example.com:443\rHost: evil.test HTTP/1.1\r\n\r\n", /400 /],
			["CONNECT api.example.com:443 HTTP/1.1\r\nHost: evil.test\r\n\r\n", /403 .*names "evil\.test"/],
			[`GET http://api.example.com/ HTTP/1.1\r\nHost: evil.test\r\n\r\n`, /403 .*names "evil\.test"/],
			["GET http://api.example.com/\r\nX: y HTTP/1.1\r\nHost: api.example.com\r\n\r\n", /400 /],
			[`GET http://api.example.com/ HTTP/1.1\r\nX: ${"a".repeat(20_000)}`, /431 .*larger than 16384/],
			["\x16\x03\x01", /^$/],
		];
		for (const [request, expected] of table) {
			const connection = client.connect();
			connection.send(request);
			if (expected.source === "^$") connection.sendEnd();
			await connection.ended;
			const [statusLine = "", ...rest] = connection.text.split("\r\n");
			t.match(statusLine.replace("HTTP/1.1 ", ""), expected, JSON.stringify(request.slice(0, 80)));
			if (connection.text) t.ok(rest.includes("Brig-Egress: refused"));
		}
		t.same(looked, [], "no name left the machine");
		t.notOk(audit.some(({ allowed }) => allowed));
		t.equal(audit.length, table.length - 1, "one line each, none for a client that asked for nothing");
		t.match(audit[0], { host: "other.example.com", port: 443, reason: /not allowed/ });
	},
);

t.test("one private answer among many refuses the name, and the address stays in the audit", async (t) => {
	const answers: Record<string, string[]> = {
		"mixed.example.net": ["93.184.216.34", "10.0.0.1"],
		"meta.example.net": ["169.254.169.254"],
		"mapped.example.net": ["::ffff:127.0.0.1"],
		"six.example.net": ["93.184.216.34", "fd00::1"],
		"nat.example.net": ["64:ff9b::a00:1"],
		"zero.example.net": ["0.0.0.0"],
	};
	const dns = await serveDns(t, (name) => answers[name] ?? null);
	const { client, audit } = await open(t, {
		egress: ["*.example.net"],
		privateHosts: ["zero.example.net", "meta.example.net"],
		look: makeLookup([dns.address]),
	});
	for (const [name, addresses] of Object.entries(answers)) {
		const { text } = await client.request(`CONNECT ${name}:443 HTTP/1.1\r\n\r\n`);
		t.match(text, /^HTTP\/1\.1 403 \S+ is not allowed, for it has an? /, name);
		for (const address of addresses) t.notOk(text.includes(address), "no address of the network is told");
		t.match(audit.at(-1), { host: name, port: 443, allowed: false, reason: /has the address \S+, an? / });
	}
	const { text } = await client.request("CONNECT missing.example.net:443 HTTP/1.1\r\n\r\n");
	t.match(text, /^HTTP\/1\.1 502 missing\.example\.net has no address that could be found \(ENOTFOUND\)/);
	t.equal(dns.asked.length, 2 * 7, "each name once, A and AAAA");
});

t.test("an operator's setting opens private addresses for the hosts that it names alone", async (t) => {
	const server = serveBytes(t, () => OK);
	const egress = [`db.internal:${server.port}`, `other.internal:${server.port}`];
	const { client } = await open(t, { egress, privateHosts: ["db.internal"] });
	t.match((await client.request(get(`db.internal:${server.port}`))).text, /200 OK/);
	const { text } = await client.request(get(`other.internal:${server.port}`));
	t.match(
		text,
		/403 other\.internal is not allowed, for it has a loopback address: the operator can allow it by egress_private = \["other\.internal"\]/,
	);
	t.equal(server.seen.connections, 1);
});

t.test("the address of the first answer is dialled: a second answer changes nothing", async (t) => {
	const server = serveBytes(t, () => OK);
	const trap = serveBytes(t, () => OK, { hostname: "127.0.0.2" });
	const dns = await serveDns(t, (_name, count) => [count === 1 ? "127.0.0.1" : "127.0.0.2"]);
	const { client } = await open(t, {
		egress: [`api.example.com:${server.port}`, `api.example.com:${trap.port}`],
		look: makeLookup([dns.address]),
	});
	t.match((await client.request(get(`api.example.com:${server.port}`))).text, /200 OK/);
	t.same(dns.asked, ["api.example.com", "api.example.com"], "A and AAAA, once");
	t.equal(trap.seen.connections, 0);
});

t.test("a redirect to a private address is a request like any other", async (t) => {
	const server = serveBytes(
		t,
		() => "HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n",
	);
	const { client } = await open(t, { egress: [`api.example.com:${server.port}`] });
	t.match(
		(await client.request(get(`api.example.com:${server.port}`))).text,
		/Location: http:\/\/10\.0\.0\.1\//,
	);
	t.match((await client.request(get("10.0.0.1"))).text, /403 .*is an address/);
});

t.test("after CONNECT only TLS for the same host passes", async (t) => {
	const server = serveBytes(t);
	const { client, audit } = await open(t, { egress: [`api.example.com:${server.port}`] });
	const connect = `CONNECT api.example.com:${server.port} HTTP/1.1\r\n\r\n`;
	const name = (text: string) => records(helloMessage(extension(0, nameList(text))));
	const ALERT = "\x15\x03\x03\x00\x02\x02\x70";
	const table: [string, Uint8Array, string, RegExp][] = [
		["another name", name("evil.test"), ALERT, /asks for evil\.test/],
		["a name below", name("x.api.example.com"), ALERT, /asks for x\.api/],
		["no name", records(helloMessage(extension(43, [2, 3, 4]))), ALERT, /no server name/],
		[
			"two names",
			records(helloMessage(extension(0, nameList("api.example.com", "evil.test")))),
			ALERT,
			/not one host/,
		],
		["plain HTTP", Buffer.from("GET / HTTP/1.1\r\n\r\n"), "", /not TLS/],
		["SSH", Buffer.from("SSH-2.0-OpenSSH\r\n"), "", /not TLS/],
		["Python without a name", await captureHello("python", null), ALERT, /no server name/],
	];
	for (const [what, bytes, told, reason] of table) {
		const connection = client.connect();
		connection.send(connect);
		t.ok(await connection.until(({ text }) => text.endsWith("\r\n\r\n")), what);
		connection.send(bytes);
		t.equal(await connection.ended, "end");
		t.equal(connection.text, `HTTP/1.1 200 Connection established\r\n\r\n${told}`);
		t.match(audit.at(-1), { allowed: false, host: "api.example.com", reason });
	}
	await server.until(() => server.seen.ended === table.length);
	t.equal(server.seen.text, "", "not a byte has left");
	for (const client_ of ["bun", "openssl", "python"] as const) {
		const hello = await captureHello(client_, "api.example.com");
		const connection = client.connect();
		connection.send(connect);
		for (const byte of hello) connection.send(Uint8Array.of(byte));
		connection.send(`and more of ${client_}`);
		await server.until(() => server.seen.text.endsWith(`and more of ${client_}`));
		t.ok(server.seen.text.endsWith(`${hello.toString("latin1")}and more of ${client_}`), client_);
		t.match(audit.at(-1), { allowed: true });
		connection.reset();
	}
	t.equal(audit.length, table.length + 3);
});

t.test("a host that speaks first, and one that is gone, are no way round the check", async (t) => {
	const talker = Bun.listen({
		hostname: "127.0.0.1",
		port: 0,
		socket: { open: (socket) => void socket.write("220 mail\r\n"), data: () => {} },
	});
	t.teardown(() => talker.stop(true));
	const { client, audit } = await open(t, {
		egress: [`api.example.com:${talker.port}`, "api.example.com:1"],
	});
	const spoken = await client.request(`CONNECT api.example.com:${talker.port} HTTP/1.1\r\n\r\n`);
	t.notMatch(spoken.text, /220 mail/);
	t.match(audit.at(-1), { allowed: false, reason: /spoke first/ });
	const gone = await client.request("CONNECT api.example.com:1 HTTP/1.1\r\n\r\n");
	t.match(gone.text, /502 api\.example\.com:1 can't be reached \(ECONNREFUSED\)\r\nBrig-Egress: failed/);
	t.match(audit.at(-1), { allowed: true, reason: /can't be reached/ });
});

t.test("a second request on a connection goes nowhere", async (t) => {
	const server = serveBytes(t, (text) => (/ok(\r\n0\r\n\r\n)?$/.test(text) ? OK : null));
	const { client, audit } = await open(t, { egress: [`api.example.com:${server.port}`] });
	const host = `api.example.com:${server.port}`;
	const first = `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 2\r\n\r\nok`;
	const { text } = await client.request(first + get("evil.test") + get(host, "/second"));
	t.match(text, /200 OK/);
	t.notMatch(server.seen.text, /evil|second/);
	const chunked = `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok`;
	t.match((await client.request(`${chunked}\r\n0\r\n\r\n${get("evil.test")}`)).text, /200 OK/);
	t.notMatch(server.seen.text, /evil/);
	t.equal(
		(await client.request(`${chunked.slice(0, -2)}o\n0\r\n\r\n`)).ending,
		"reset",
		"broken chunks are cut",
	);
	t.match(audit.at(-1), { allowed: false, reason: /chunk/ });
});

t.test("an origin can't speak for the proxy, nor with what is not HTTP", async (t) => {
	const server = serveBytes(t, (text) =>
		text.includes("/forged") ? "HTTP/1.1 403 x\r\nBrig-Egress: refused\r\n\r\nforged" : "SSH-2.0-x\r\n\r\n",
	);
	const { client } = await open(t, { egress: [`api.example.com:${server.port}`] });
	const host = `api.example.com:${server.port}`;
	t.equal(
		(await client.request(get(host, "/forged"))).text,
		"HTTP/1.1 403 x\r\nConnection: close\r\n\r\nforged",
	);
	t.match(
		(await client.request(get(host))).text,
		/^HTTP\/1\.1 502 api\.example\.com gave an answer that is not HTTP/,
	);
});

t.test("megabytes pass in both directions, and never more than a window waits", async (t) => {
	const SIZE = 3_000_000;
	const port = serveHttp(
		t,
		async (request) => new Response(Buffer.alloc((await request.arrayBuffer()).byteLength, 7)),
	);
	const { client } = await open(t, { egress: [`api.example.com:${port}`] });
	const connection = client.connect();
	connection.giving = false;
	const host = `api.example.com:${port}`;
	connection.send(`POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${SIZE}\r\n\r\n`);
	const headBytes = 65 + 2 * host.length;
	for (let sent = 0; sent < SIZE; sent += 10_000) {
		const credit = () => 131_072 + connection.credits - sent - headBytes;
		await connection.until(() => credit() >= 10_000 + 1_000);
		connection.send(Buffer.alloc(10_000));
	}
	await connection.until(({ received }) => received.length >= 131_072);
	await Bun.sleep(20);
	t.equal(connection.received.length, 131_072, "the window, and not a byte more");
	connection.giving = true;
	client.credit(connection.id, 131_072);
	await connection.ended;
	t.equal(connection.received.length - connection.text.indexOf("\r\n\r\n") - 4, SIZE);
});

t.test("an origin that sends without end waits for its client", async (t) => {
	const chunk = Buffer.alloc(1_000_000, "x");
	const pour = (socket: { write(bytes: Uint8Array): number }) => {
		while (socket.write(chunk) === chunk.length);
	};
	const origin = Bun.listen({
		hostname: "127.0.0.1",
		port: 0,
		socket: {
			data: (socket) => {
				socket.write("HTTP/1.1 200 OK\r\n\r\n");
				pour(socket);
			},
			drain: pour,
		},
	});
	t.teardown(() => origin.stop(true));
	const small = serveBytes(t, () => OK);
	const { client, audit } = await open(t, {
		egress: [`api.example.com:${origin.port}`, `api.example.com:${small.port}`],
		limits: { bytes: 40_000_000 },
	});
	const stalled = client.connect();
	stalled.giving = false;
	stalled.send(get(`api.example.com:${origin.port}`));
	await stalled.until(({ received }) => received.length >= 131_072);
	// Others go on meanwhile; read without measure, the origin would have used up all bytes by now.
	for (let n = 0; n < 50; n++) {
		t.match((await client.request(get(`api.example.com:${small.port}`))).text, /200 OK/);
		await Bun.sleep(2);
	}
	t.equal(stalled.received.length, 131_072);
	t.ok(audit.every(({ allowed }) => allowed));
});

t.test("connections are bounded at once and in all", async (t) => {
	const server = serveBytes(t, () => "HTTP/1.1 200 OK\r\n\r\n", { keepOpen: true });
	const { client, audit } = await open(t, {
		egress: [`api.example.com:${server.port}`],
		limits: { connections: 3, connections_in_all: 6 },
	});
	const request = get(`api.example.com:${server.port}`);
	const held = [client.connect(), client.connect(), client.connect()];
	for (const connection of held) connection.send(request);
	for (const connection of held) t.ok(await connection.until(({ text }) => text.includes("200")));
	t.match((await client.request(request)).text, /503 this function has more than 3 connections at once/);
	held[0]?.reset();
	const next = client.connect();
	next.send(request);
	t.ok(await next.until(({ text }) => text.includes("200")), "one that ended makes room");
	held[1]?.reset();
	client.connect();
	t.match((await client.request(request)).text, /503 this function has made its 6 connections/);
	t.same(
		audit.filter(({ allowed }) => !allowed).map(({ reason }) => reason),
		["this function has more than 3 connections at once", "this function has made its 6 connections"],
	);
});

t.test("bytes are bounded both ways, over all connections", async (t) => {
	const server = serveBytes(t, (text) =>
		text.includes("/large") ? `HTTP/1.1 200 OK\r\n\r\n${"x".repeat(9_000)}` : null,
	);
	const options = { egress: [`api.example.com:${server.port}`], limits: { bytes: 10_000 } };
	const host = `api.example.com:${server.port}`;
	const down = await open(t, options);
	t.equal((await down.client.request(get(host, "/large"))).ending, "end");
	t.equal((await down.client.request(get(host, "/large"))).ending, "reset");
	t.match(down.audit.at(-1), { allowed: false, reason: "the function has received all that it may" });
	const up = await open(t, options);
	const connection = up.client.connect();
	connection.send(
		`POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 100000\r\n\r\n${"x".repeat(9_000)}`,
	);
	await server.until(() => server.seen.text.includes("x".repeat(9_000)));
	connection.send("x".repeat(1_500));
	t.equal(await connection.ended, "reset");
	t.match(up.audit.at(-1), { allowed: false, reason: "the function has sent all that it may" });
});

t.test("who dawdles is cut: in the head, after CONNECT, and in between", async (t) => {
	const server = serveBytes(t);
	const egress = [`api.example.com:${server.port}`];
	const host = `api.example.com:${server.port}`;
	const head = await open(t, { egress, limits: { head_ms: 50 } });
	const slow = head.client.connect();
	// A byte now and then does not help: the whole head has one deadline.
	const drip = setInterval(() => slow.send("G"), 5);
	await slow.ended;
	clearInterval(drip);
	t.match(slow.text, /^HTTP\/1\.1 408 /);
	const mute = head.client.connect();
	mute.send(`CONNECT ${host} HTTP/1.1\r\n\r\n`);
	t.equal(await mute.ended, "reset");
	t.match(head.audit.at(-1), { allowed: false, reason: /took too long/ });
	const idle = await open(t, { egress, limits: { idle_ms: 50 } });
	t.equal((await idle.client.request(get(host))).ending, "reset");
	t.match(idle.audit.at(-1), { allowed: false, reason: /idle/ });
	const total = await open(t, { egress, limits: { total_ms: 50 } });
	t.equal((await total.client.request(get(host))).ending, "reset");
	t.match(total.audit.at(-1), { allowed: false, reason: /too long/ });
	const look = () => new Promise<string[]>(() => {});
	const lost = await open(t, { look, limits: { connect_ms: 50 } });
	t.match((await lost.client.request(get("api.example.com"))).text, /502 .*\(ETIMEOUT\)/);
});

t.test("a jail that breaks the protocol loses its way out, and nothing else", async (t) => {
	const server = serveBytes(t);
	const egress = [`api.example.com:${server.port}`];
	const request = get(`api.example.com:${server.port}`);
	const breaches: [string, RegExp, (client: Client) => void][] = [
		["noise", /kind/, (client) => client.bytes(Buffer.from("GET / HTTP/1.1\r\n\r\n"))],
		["a giant frame", /kind 2/, (client) => client.bytes(Buffer.from([0, 0, 0, 1, 2, 255, 255, 255]))],
		["a number used twice", /twice/, (client) => client.frame(client.connect().id, 1)],
		["a connection that is not open", /not open/, (client) => client.frame(9, 2, Buffer.from("x"))],
		[
			"more than its credit",
			/credit/,
			(client) => {
				const connection = client.connect();
				connection.send(`POST http://api.example.com:${server.port}/ HTTP/1.1\r\n`);
				connection.send(`Host: api.example.com:${server.port}\r\nContent-Length: 1000000\r\n\r\n`);
				connection.send(Buffer.alloc(200_000));
			},
		],
		["credit beyond a window", /credit/, (client) => client.credit(client.connect().id, 4_000_000_000)],
		[
			"two ends",
			/ended twice|not open/,
			(client) => {
				const connection = client.connect();
				connection.send(request);
				connection.sendEnd();
				connection.sendEnd();
			},
		],
		[
			"bytes after the end",
			/after its end/,
			(client) => {
				const connection = client.connect();
				connection.send(request);
				connection.sendEnd();
				connection.send("x");
			},
		],
		[
			"a flood of empty frames",
			/more than it may/,
			(client) => {
				const connection = client.connect();
				for (let n = 0; n < 200_000 && !client.closed; n++) connection.reset();
			},
		],
		["credit of nothing", /no credit/, (client) => client.credit(client.connect().id, 0)],
		[
			"asking and never reading",
			/does not read|more than it may/,
			(client) => {
				client.reading = false;
				for (let n = 0; n < 1_000_000 && !client.closed; n++) client.connect().send(get("x.test"));
				t.ok(client.unread < 5_000_000);
			},
		],
	];
	for (const [what, reason, act] of breaches) {
		const { client, audit } = await open(t, { egress });
		const bystander = client.connect();
		bystander.send(request);
		act(client);
		t.ok(client.closed, what);
		t.equal(await bystander.ended, "closed");
		t.match(audit.at(-1), { host: "", allowed: false, reason }, what);
	}
	await server.until(() => server.seen.ended === server.seen.connections);
});

t.test("closing the gateway ends every connection and leaves nothing behind", async (t) => {
	const server = serveBytes(t);
	const { gateway, client } = await open(t, { egress: [`api.example.com:${server.port}`] });
	const connections = [client.connect(), client.connect()];
	for (const connection of connections) connection.send(get(`api.example.com:${server.port}`));
	await server.until(() => server.seen.connections === 2);
	gateway.close();
	gateway.close();
	for (const connection of connections) t.equal(await connection.ended, "closed");
	await server.until(() => server.seen.ended === 2);
	const late = new Gateway({ egress: [], audit: () => {} });
	late.close();
	t.ok((await Client.on(late)).closed, "one that is closed opens no more");
});
