import t from "tap";
import { HELLO_BYTES, type Hello, HelloReader } from "../../src/egress/tls-client-hello.ts";
import { captureHello, extension, helloMessage, nameList, records } from "./support/hellos.ts";

const read = (bytes: Uint8Array) => new HelloReader().push(bytes);
const NAME = extension(0, nameList("api.example.com"));

t.test(
	"the name in the first message of Bun, openssl and Python is found, however the bytes come",
	async (t) => {
		for (const client of ["bun", "openssl", "python"] as const) {
			const hello = await captureHello(client, "Api.Example.com");
			t.same(read(hello), { kind: "name", name: "api.example.com" }, client);
			const reader = new HelloReader();
			for (const byte of hello.subarray(0, -1)) t.equal(reader.push(Uint8Array.of(byte)).kind, "partial");
			t.same(reader.push(hello.subarray(-1)), { kind: "name", name: "api.example.com" });
			const message = [...hello.subarray(5)];
			for (const size of [1, 2, 5, 100]) {
				t.same(read(records(message, size)), { kind: "name", name: "api.example.com" }, `records of ${size}`);
			}
			const more = Buffer.concat([hello, Buffer.alloc(HELLO_BYTES * 2, 23)]);
			t.equal(read(more).kind, "name", "what follows does not matter");
		}
	},
);

t.test("a client that names nobody is told apart", async (t) => {
	for (const client of ["openssl", "python"] as const) {
		t.match(read(await captureHello(client, null)), { kind: "fault", fault: /no server name/, tls: true });
	}
});

t.test("hostile first messages are faults, never exceptions", async (t) => {
	const withName = helloMessage(NAME);
	const table: [string, Uint8Array, RegExp][] = [
		["plain text", Buffer.from("GET / HTTP/1.1\r\n\r\n"), /not TLS/],
		["SSH", Buffer.from("SSH-2.0-x\r\n"), /not TLS/],
		["SSLv2", Buffer.from([0x80, 0x2e, 1, 3, 1]), /not TLS/],
		["one byte of another protocol", Uint8Array.of(0), /not TLS/],
		["an alert", Buffer.from([21, 3, 1, 0, 2, 2, 0]), /not TLS/],
		["another major version", Buffer.from([22, 2, 0, 0, 1, 1]), /not TLS/],
		["an empty record", Buffer.from([22, 3, 1, 0, 0]), /impossible/],
		["a record beyond the limit", Buffer.from([22, 3, 1, 0x40, 1]), /impossible/],
		["a ServerHello", records([2, ...withName.slice(1)]), /not a ClientHello/],
		[
			"no extensions",
			records([1, 0, 0, 41, 3, 3, ...Array(32).fill(0), 0, 0, 2, 19, 1, 1, 0]),
			/no server name/,
		],
		["an empty message", records([1, 0, 0, 0]), /broken/],
		["cut short inside", records([1, 0, 0, 3, 3, 3, 0]), /broken/],
		["no name", records(helloMessage(extension(43, [2, 3, 4]))), /no server name/],
		["two extensions with names", records(helloMessage(NAME, NAME)), /two/],
		["two names", records(helloMessage(extension(0, nameList("a.example", "b.example")))), /not one host/],
		["no names", records(helloMessage(extension(0, nameList()))), /broken/],
		["another type of name", records(helloMessage(extension(0, [0, 4, 1, 0, 1, 97]))), /not one host/],
		["a longer list", records(helloMessage(extension(0, [...nameList("a.example"), 0]))), /not one host/],
		["a NUL", records(helloMessage(extension(0, nameList("a.example\0.b.example")))), /not a host name/],
		["a final dot", records(helloMessage(extension(0, nameList("a.example.")))), /not a host name/],
		["an address", records(helloMessage(extension(0, nameList("127.0.0.1")))), /not a host name/],
		["a name with a length of its own", records(helloMessage(extension(0, [0, 9, 0, 0, 200, 97]))), /broken/],
		["an extension beyond the end", records(helloMessage([0, 0, 255, 255, 1])), /broken/],
		["an announced giant", records([1, 255, 255, 255, 3, 3]), /too large/],
		["a giant", records(helloMessage(extension(21, Array(17_000).fill(0)), NAME)), /too large/],
	];
	for (const [what, bytes, fault] of table) {
		t.match(read(bytes), { kind: "fault", fault }, what);
		const reader = new HelloReader();
		let last: Hello = { kind: "partial" };
		for (const byte of bytes) if (last.kind === "partial") last = reader.push(Uint8Array.of(byte));
		t.match(last, { kind: "fault", fault }, `${what}, byte by byte`);
	}
	const endless = new HelloReader();
	const drip = records(helloMessage(extension(21, Array(16_200).fill(0)), NAME), 1);
	t.match(endless.push(drip), { kind: "fault", fault: /too large/ }, "records of one byte");
});

t.test("every cut and every changed byte of a real message gives an answer", async (t) => {
	const hello = await captureHello("openssl", "api.example.com");
	let names = 0;
	for (let at = 0; at < hello.length; at++) {
		t.equal(read(hello.subarray(0, at)).kind, "partial");
		const changed = Buffer.from(hello);
		changed[at] = (changed[at] ?? 0) ^ 0xff;
		const answer = read(changed);
		if (answer.kind === "name" && answer.name === "api.example.com") names++;
	}
	t.ok(names > 0 && names < hello.length);
});
