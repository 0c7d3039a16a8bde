import t from "tap";
import { parseReply } from "../../../sandbox/typescript/replies.ts";
import { encode } from "../../../sandbox/typescript/values.ts";

const text = (value: unknown) => encode(value, "result", 200);

class Money {
	constructor(readonly cents: number) {}
}

const WRITTEN: [string, unknown, string][] = [
	["plain values are JSON", { a: [1, "x", true, null, -0.5] }, '{"a":[1,"x",true,null,-0.5]}'],
	["undefined alone is null", undefined, "null"],
	["an undefined property is left out", { a: undefined, b: 1 }, '{"b":1}'],
	[
		"a Map is an object",
		new Map<unknown, unknown>([
			["a", 1],
			[2, new Map()],
		]),
		'{"a":1,"2":{}}',
	],
	["a Date is ISO 8601", { at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
	["a bigint keeps its digits", [12345678901234567890n], "[12345678901234567890]"],
	[
		"toJSON is honoured",
		{ u: new URL("http://a/b"), m: { toJSON: () => ({ n: 1n }) } },
		'{"u":"http://a/b","m":{"n":1}}',
	],
	["an object without a prototype is an object", Object.assign(Object.create(null), { a: 1n }), '{"a":1}'],
	["a key __proto__ survives", JSON.parse('{"__proto__":{"a":1},"d":2}'), '{"__proto__":{"a":1},"d":2}'],
	["the same object may stand in two places", ((a) => [a, a, 1n])({ x: 1 }), '[{"x":1},{"x":1},1]'],
];
for (const [name, value, expected] of WRITTEN) t.test(name, async (t) => t.equal(text(value), expected));

const loop: { a: unknown[] } = { a: [] };
loop.a.push(loop);
const REFUSED: [string, unknown, RegExp][] = [
	[
		"NaN is refused with its path",
		{ items: [0, 1, 2, { price: Number.NaN }] },
		/^result\.items\[3\]\.price is NaN/,
	],
	["infinity is refused", { "a b": Number.POSITIVE_INFINITY }, /^result\["a b"\] is Infinity/],
	["a Set is refused with a remedy", { s: new Set() }, /^result\.s is a Set.*\[\.\.\.set\]/],
	["a function is refused", [() => 1], /^result\[0\] is a function; did you mean to call it/],
	["a class is refused", Money, /^result is a class/],
	["a symbol is refused", { a: Symbol("x") }, /^result\.a is a symbol/],
	["bytes are refused", { b: new Uint8Array(2) }, /^result\.b is bytes \(Uint8Array\)/],
	["a Buffer is refused in spite of its toJSON", Buffer.from("x"), /^result is bytes \(Buffer\)/],
	["an ArrayBuffer is refused", new ArrayBuffer(1), /^result is bytes/],
	["a promise is refused with a remedy", { p: Promise.resolve(1) }, /^result\.p is a Promise.*await/],
	["a cycle is refused", loop, /^result\.a\[0\] contains itself/],
	["a class instance is refused", { m: new Money(1) }, /^result\.m is an instance of the class Money/],
	["an error is refused", new TypeError("x"), /^result is an error \(TypeError\)/],
	["an invalid date is refused", [new Date(Number.NaN)], /^result\[0\] is an invalid Date/],
	["a lone surrogate is refused", ["\ud800"], /^result\[0\] is text with a lone surrogate/],
	["a lone surrogate in a key is refused", { "\ud800": 1 }, /lone surrogate/],
	["undefined in an array is refused", [1, undefined], /^result\[1\] is undefined/],
	["a hole in an array is refused", Object.assign(Array(2), { 0: 1 }), /^result\[1\] is undefined/],
	[
		"a Map key that is an object is refused",
		new Map([[{}, 1]]),
		/^result is a Map with a key that is a object/,
	],
	[
		"two Map keys of one name are refused",
		new Map<unknown, unknown>([
			[1, 1],
			["1", 2],
		]),
		/two keys that are both "1"/,
	],
	["an iterator is refused", [1].values(), /is an iterator/],
	[
		"a getter that throws is told with its path",
		{
			get a() {
				throw new Error("no");
			},
		},
		/^result\.a can't be read: Error: no/,
	],
	[
		"a toJSON that throws is told with its path",
		{
			a: {
				toJSON() {
					throw new Error("no");
				},
			},
		},
		/^result\.a can't be read/,
	],
];
for (const [name, value, expected] of REFUSED) {
	t.test(name, async (t) => {
		t.throws(() => text(value), { name: "TypeError", message: expected });
	});
}

t.test("nesting is bounded, at the limit and beyond it", async (t) => {
	const nested = (depth: number) => JSON.parse("[".repeat(depth) + "]".repeat(depth));
	t.equal(text(nested(200)).length, 400);
	t.throws(() => text(nested(201)), /nested deeper than 200 levels/);
	t.throws(() => text([1n, nested(5000)]), /nested deeper than 200 levels/);
});

t.test("integers beyond 2^53 arrive as text, with their paths", async (t) => {
	const { value, largeIntegers } = parseReply(
		'[{"id":12345678901234567890},{"id":7},{"id":-9007199254740993,"f":1234567890123456.5}]',
	);
	t.same(value, [
		{ id: "12345678901234567890" },
		{ id: 7 },
		{ id: "-9007199254740993", f: 1234567890123456.5 },
	]);
	t.same(largeIntegers, ["[0].id", "[2].id"]);
});

t.test("integers up to 2^53 and long texts are left alone", async (t) => {
	t.same(parseReply('[9007199254740991,"12345678901234567890"]'), {
		value: [9007199254740991, "12345678901234567890"],
		largeIntegers: [],
	});
});

t.test("a key __proto__ in a reply sets no prototype", async (t) => {
	for (const json of ['{"__proto__":{"polluted":1}}', '{"__proto__":{"polluted":12345678901234567890}}']) {
		const value = parseReply(json).value as { polluted?: unknown };
		t.equal(value.polluted, undefined);
		t.ok(Object.hasOwn(value, "__proto__"));
	}
});
