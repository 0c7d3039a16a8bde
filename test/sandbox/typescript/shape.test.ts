import t from "tap";
import { shape } from "../../../sandbox/typescript/shape.ts";

const SHAPES: [string, unknown, string][] = [
	[
		"an array of objects tells its keys",
		Array.from({ length: 50_000 }, () => ({ id: 1, total: 2 })),
		"array of 50,000 objects with keys id, total",
	],
	["a text tells its length", "x".repeat(1234), "string of 1,234 characters"],
	[
		"an object tells its largest part",
		{ rows: Array(1000).fill(1), page: 1 },
		"object with keys rows, page; rows is an array of 1,000 numbers",
	],
	["a mixed array says so", [1, "a"], "array of 2 items of mixed types"],
	["an array of arrays tells the first", [[1, 2], [3]], "array of 2 arrays, the first an array of 2 numbers"],
	["one item is not many", [null], "array of 1 null"],
	["a Map is an object", new Map([["k", 1]]), "object with key k"],
	["nothing is nothing", {}, "empty object"],
];
for (const [name, value, expected] of SHAPES) t.test(name, async (t) => t.equal(shape(value), expected));

t.test("a shape has at most 200 characters", async (t) => {
	const wide = Object.fromEntries(
		Array.from({ length: 100 }, (_, i) => [`a very long key with number ${i} ${"x".repeat(40)}`, i]),
	);
	t.ok(shape([wide]).length <= 200);
});
