import t from "tap";
import { encodeFrame, FrameError, FrameReader, HEADER_BYTES } from "../../src/sandbox/frames.ts";

const BODY_BYTES = 1_000;
const reader = () => new FrameReader(BODY_BYTES);
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

/** A frame whose prefix says what the test wants. */
function raw(head: number, body: number, rest: Uint8Array | string = ""): Uint8Array {
	const prefix = Buffer.alloc(8);
	prefix.writeUInt32BE(head, 0);
	prefix.writeUInt32BE(body, 4);
	return Buffer.concat([prefix, Buffer.from(rest as string)]);
}

t.test("a frame is read as it was written", async (t) => {
	const [frame, ...more] = reader().push(encodeFrame({ op: "run", name: "ünï" }, "print(1) # →"));
	t.same(frame?.header, { op: "run", name: "ünï" });
	t.equal(text(frame?.body as Uint8Array), "print(1) # →");
	t.equal(more.length, 0);
	t.equal(reader().push(encodeFrame({}))[0]?.body.length, 0, "a body may be empty");
	const bytes = new Uint8Array([0, 255, 10, 128]);
	t.same(reader().push(encodeFrame({ op: "x" }, bytes))[0]?.body, bytes, "a body is any bytes");
});

t.test("frames come together from pieces cut anywhere", async (t) => {
	const wire = Buffer.concat([
		encodeFrame({ op: "a" }, "first"),
		encodeFrame({ op: "b" }),
		encodeFrame({ op: "c" }, "third"),
	]);
	for (const size of [1, 2, 3, 7, 8, 9, 20, wire.length]) {
		const whole = reader();
		const found: string[] = [];
		for (let at = 0; at < wire.length; at += size) {
			// The socket hands the same buffer out again: what was read must not change with it.
			const chunk = new Uint8Array(wire.subarray(at, at + size));
			for (const { header, body } of whole.push(chunk)) found.push(`${header.op} ${text(body)}`);
			chunk.fill(0xee);
		}
		t.same(found, ["a first", "b ", "c third"], `pieces of ${size}`);
	}
});

t.test("a thousand frames in one chunk come in order, and the last half waits for its rest", async (t) => {
	const frames = Array.from({ length: 1_000 }, (_, index) => encodeFrame({ id: index }, String(index)));
	const wire = Buffer.concat(frames);
	const whole = reader();
	const first = whole.push(wire.subarray(0, wire.length - 2));
	t.equal(first.length, 999);
	t.ok(first.every(({ header, body }, index) => header.id === index && text(body) === String(index)));
	const [last] = whole.push(wire.subarray(wire.length - 2));
	t.same(last?.header, { id: 999 });
});

t.test("a frame body is a copy of its own", async (t) => {
	const wire = encodeFrame({ op: "a" }, "kept");
	const [frame] = reader().push(wire);
	wire.fill(0);
	t.equal(text(frame?.body as Uint8Array), "kept");
});

t.test("sizes at their limits pass and one byte more is refused before it arrives", async (t) => {
	t.equal(reader().push(encodeFrame({}, Buffer.alloc(BODY_BYTES)))[0]?.body.length, BODY_BYTES);
	t.throws(() => reader().push(raw(2, BODY_BYTES + 1)), new FrameError(`a body of ${BODY_BYTES + 1} bytes`));
	t.throws(() => reader().push(raw(2, 0xffffffff)), FrameError);
	const full = JSON.stringify({ x: "y".repeat(HEADER_BYTES - 8) });
	t.equal(Buffer.byteLength(full), HEADER_BYTES);
	t.equal(reader().push(raw(HEADER_BYTES, 0, full)).length, 1);
	t.throws(
		() => reader().push(raw(HEADER_BYTES + 1, 0)),
		new FrameError(`a header of ${HEADER_BYTES + 1} bytes`),
	);
	t.throws(
		() => new FrameReader(0).push(encodeFrame({ op: "end" }, "x")),
		FrameError,
		"where no body may come",
	);
});

t.test("an oversize frame behind a good one is refused too", async (t) => {
	t.throws(
		() => reader().push(Buffer.concat([encodeFrame({ op: "a" }), raw(2, BODY_BYTES + 1)])),
		FrameError,
	);
});

t.test("what is no frame is an error that says why", async (t) => {
	const wrong: [Uint8Array, string][] = [
		[raw(0, 0), "a header of 0 bytes"],
		[Buffer.from("Hello, world, this is no frame"), "a header of 1214606444 bytes"],
		[raw(3, 0, "{a}"), "a header that is not JSON"],
		[raw(4, 0, Buffer.from([0xff, 0xfe, 0x00, 0x01])), "a header that is not JSON"],
		[raw(4, 0, "null"), "a header that is not an object"],
		[raw(2, 0, "[]"), "a header that is not an object"],
		[raw(1, 0, "7"), "a header that is not an object"],
	];
	for (const [bytes, message] of wrong) t.throws(() => reader().push(bytes), { name: "FrameError", message });
});

t.test("a header can't reach the prototype of anything", async (t) => {
	const header = '{"__proto__":{"op":"result"},"constructor":1}';
	const [frame] = reader().push(raw(header.length, 0, header));
	t.equal(Object.getPrototypeOf(frame?.header), Object.prototype);
	t.equal(({} as Record<string, unknown>).op, undefined);
});
