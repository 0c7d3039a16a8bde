import t from "tap";
import { BodyReader } from "../../src/egress/http-body.ts";
import { HEAD_BYTES, HeadError, HeadReader, parseHead } from "../../src/egress/http-head.ts";
import { ResponseReader } from "../../src/egress/http-response.ts";

const head = (...lines: string[]) => parseHead(Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"));
const sent = (...lines: string[]) => Buffer.from(head(...lines).forwarded ?? []).toString("latin1");

t.test("the two forms of clients as they are: Bun, Python 3.11, curl", async (t) => {
	t.match(
		head("CONNECT api.example.com:443 HTTP/1.1", "Host: api.example.com:443", "Proxy-Connection: Keep-Alive"),
		{ way: "connect", host: "api.example.com", port: 443, forwarded: null },
	);
	t.match(head("CONNECT api.example.com:8443 HTTP/1.0"), { host: "api.example.com", port: 8443 });
	t.match(head("CONNECT API.Example.com:443 HTTP/1.1", "Host: api.example.com"), { host: "api.example.com" });
	t.equal(
		sent(
			"POST http://API.example.com:8080/x?y HTTP/1.1",
			"Proxy-Connection: Keep-Alive",
			"X-A: 1",
			"Connection: keep-alive, X-Hop",
			"X-Hop: gone",
			"Keep-Alive: 5",
			"TE: trailers",
			"Upgrade: h2c",
			"Proxy-Authorization: Basic eA==",
			"Host: api.example.com:8080",
			"Content-Length: 3",
		),
		"POST /x?y HTTP/1.1\r\nHost: api.example.com:8080\r\nX-A: 1\r\nContent-Length: 3\r\nConnection: close\r\n\r\n",
	);
	t.equal(
		sent("GET http://a.example HTTP/1.0"),
		"GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n",
	);
	t.equal(
		sent("GET http://a.example?q HTTP/1.1", "Host: a.example:80", "Connection: content-length, host"),
		"GET /?q HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n",
	);
});

t.test("what can be read in two ways is not passed on", async (t) => {
	const get = "GET http://a.example/ HTTP/1.1";
	const host = "Host: a.example";
	const table: [RegExp, ...string[]][] = [
		[/request line/, "GET http://a.example/"],
		[/request line/, "GET http://a.example/ HTTP/2.0"],
		[/request line/, "GET http://a.example/ HTTP/1.1 ", host],
		[/request line/, "GET  http://a.example/ HTTP/1.1", host],
		[/request line/, "GET http://a.example/ x HTTP/1.1", host],
		[/request line/, "GET\thttp://a.example/ HTTP/1.1", host],
		[/request line/, "G(T http://a.example/ HTTP/1.1", host],
		[/request line/, "GET http://a.example/\x00 HTTP/1.1", host],
		[/request line/, "GET http://a.example/é HTTP/1.1", host],
		[/request line/, "GET http://a.example/\rX: y HTTP/1.1", host],
		[/request line/, "GET http://a.example/\nHost: b.example HTTP/1.1", host],
		[/whole address/, "GET / HTTP/1.1", host],
		[/whole address/, "OPTIONS * HTTP/1.1", host],
		[/whole address/, "GET ftp://a.example/ HTTP/1.1", host],
		[/whole address/, "GET //a.example/ HTTP/1.1", host],
		[/CONNECT/, "GET https://a.example/ HTTP/1.1", host],
		[/fragment/, "GET http://a.example/#b HTTP/1.1", host],
		[/password/, "GET http://a.example@b.example/ HTTP/1.1", host],
		[/password/, "GET http://user:pass@a.example/ HTTP/1.1", host],
		[/password/, "CONNECT a.example:443@b.example:443 HTTP/1.1"],
		[/whole address/, "GET http://a.example\\@b.example/ HTTP/1.1", host],
		[/empty/, "GET http:/// HTTP/1.1", host],
		[/empty/, "GET http://:80/ HTTP/1.1", host],
		[/port/, "GET http://a.example:0/ HTTP/1.1", host],
		[/port/, "GET http://a.example:65616/ HTTP/1.1", host],
		[/port/, "GET http://a.example:/ HTTP/1.1", host],
		[/port/, "CONNECT a.example HTTP/1.1"],
		[/port/, "CONNECT a.example: HTTP/1.1"],
		[/port/, "CONNECT a.example:443: HTTP/1.1"],
		[/address/, "CONNECT 127.0.0.1:443 HTTP/1.1"],
		[/address/, "CONNECT 0177.0.0.1:443 HTTP/1.1"],
		[/address/, "CONNECT 0x7f000001:443 HTTP/1.1"],
		[/address/, "CONNECT 2130706433:443 HTTP/1.1"],
		[/address/, "CONNECT 127.1:443 HTTP/1.1"],
		[/address/, "CONNECT [::1]:443 HTTP/1.1"],
		[/address/, "CONNECT [::ffff:127.0.0.1]:443 HTTP/1.1"],
		[/address/, "GET http://[::1]/ HTTP/1.1", host],
		[/character/, "CONNECT fe80--1%25lo:443 HTTP/1.1"],
		[/address/, "CONNECT fe80::1%lo:443 HTTP/1.1"],
		[/character/, "CONNECT a.example%00.b.example:443 HTTP/1.1"],
		[/empty label/, "CONNECT a.example.:443 HTTP/1.1"],
		[/no Host/, get],
		[/two Host/, get, host, host],
		[/two Host/, get, host, "host: b.example"],
		[/names "b.example"/, get, "Host: b.example"],
		[/names "a.example:81"/, get, "Host: a.example:81"],
		[/names "b.example:443"/, "CONNECT a.example:443 HTTP/1.1", "Host: b.example:443"],
		[/names "a.example:80"/, "CONNECT a.example:443 HTTP/1.1", "Host: a.example:80"],
		[/proper name/, get, "Host : a.example"],
		[/proper name/, get, host, " folded: x"],
		[/proper name/, get, host, "X-A: 1", "\tfolded"],
		[/proper name/, get, host, "no colon"],
		[/proper name/, get, host, ": x"],
		[/proper name/, get, host, ""],
		[/control/, get, host, "X-A: a\rb"],
		[/control/, get, host, "X-A: a\nHost: b.example"],
		[/control/, get, host, "X-A: a\0b"],
		[/control/, get, host, "X-A: \x7f"],
		[/told twice/, get, host, "Content-Length: 1", "Content-Length: 1"],
		[/told twice/, get, host, "Content-Length: 1", "Transfer-Encoding: chunked"],
		[/told twice/, get, host, "Transfer-Encoding: chunked", "Transfer-Encoding: identity"],
		[/not chunked/, get, host, "Transfer-Encoding: gzip, chunked"],
		[/not chunked/, get, host, "Transfer-Encoding: xchunked"],
		[/not chunked/, "GET http://a.example/ HTTP/1.0", host, "Transfer-Encoding: chunked"],
		[/not a number/, get, host, "Content-Length: +1"],
		[/not a number/, get, host, "Content-Length: 1,1"],
		[/not a number/, get, host, "Content-Length: 0x1"],
		[/not a number/, get, host, "Content-Length:"],
		[/more than 100/, get, host, ...Array.from({ length: 100 }, (_, n) => `X-${n}: y`)],
	];
	for (const [fault, ...lines] of table) {
		try {
			head(...lines);
			t.fail(`passed on: ${JSON.stringify(lines.slice(0, 4))}`);
		} catch (error) {
			t.ok(error instanceof HeadError && error.status >= 400);
			t.match((error as Error).message, fault, JSON.stringify(lines.slice(0, 4)));
			t.match((error as Error).message, /^[\x20-\x7e]{1,400}$/, "can stand in a status line");
		}
	}
});

t.test("a head that comes byte by byte is the same head, and what follows it is kept apart", async (t) => {
	const text = "GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\nbody\r\n\r\n";
	const whole = new HeadReader().push(Buffer.from(text));
	t.equal(Buffer.from(whole?.rest ?? []).toString(), "body\r\n\r\n");
	const reader = new HeadReader();
	for (const byte of Buffer.from(text.slice(0, -9))) t.equal(reader.push(Uint8Array.of(byte)), null);
	t.equal(reader.push(Buffer.from("\n"))?.head.host, "a.example");
	const large = new HeadReader();
	t.equal(large.push(Buffer.alloc(HEAD_BYTES - 1, "a")), null);
	t.throws(() => large.push(Buffer.from("aa")), { message: /larger than/ });
	t.throws(() => new HeadReader().push(Buffer.alloc(1_000_000, "a")), { message: /larger than/ });
});

t.test("a body ends where it says, in one piece and byte by byte", async (t) => {
	const chunked = "5;x=y\r\nhello\r\n0A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";
	for (const step of [1, 3, 1000]) {
		const reader = new BodyReader({ kind: "chunked" });
		const bytes = Buffer.from(`${chunked}GET http://b.example/ HTTP/1.1\r\n`);
		let taken = 0;
		for (let at = 0; at < bytes.length; at += step) taken += reader.take(bytes.subarray(at, at + step));
		t.equal(taken, chunked.length);
		t.ok(reader.done);
	}
	const counted = new BodyReader({ kind: "bytes", bytes: 5 });
	t.equal(counted.take(Buffer.from("abc")), 3);
	t.equal(counted.take(Buffer.from("defg")), 2);
	t.ok(counted.done);
	t.equal(new BodyReader({ kind: "bytes", bytes: 0 }).take(Buffer.from("x")), 0);
});

t.test("chunks that can be read in two ways are refused", async (t) => {
	const broken = [
		"5\nhello\r\n",
		"\r\n",
		"5 \r\nhello\r\n",
		"0x5\r\n",
		"-1\r\n",
		"123456789\r\n",
		"5\r\nhelloX\r\n",
		"5\r\nhello\n0\r\n\r\n",
		"5;a\rb\r\nhello\r\n",
		`5;${"a".repeat(2000)}\r\n`,
		`0\r\n${"T: x\r\n".repeat(2000)}`,
	];
	for (const text of broken) {
		t.throws(() => new BodyReader({ kind: "chunked" }).take(Buffer.from(text)), HeadError, text.slice(0, 30));
	}
});

t.test("an answer says that the connection ends with it, and can't speak for the proxy", async (t) => {
	const reader = new ResponseReader();
	const text =
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nConnection: keep-alive\r\nKeep-Alive: 5\r\nBrig-Egress: refused\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\nbody";
	const out: Uint8Array[] = [];
	for (const byte of Buffer.from(text)) out.push(...reader.take(Uint8Array.of(byte)));
	t.equal(
		Buffer.concat(out).toString(),
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX: y\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nbody",
	);
	for (const bad of [
		"SSH-2.0-x\r\n\r\n",
		"HTTP/1.1 101 x\r\n\r\n",
		"HTTP/1.1 200 a\rb\r\n\r\n",
		"HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
	])
		t.throws(() => new ResponseReader().take(Buffer.from(bad)), HeadError, bad);
	t.throws(() => new ResponseReader().take(Buffer.alloc(70_000, "a")), HeadError);
});
