import t from "tap";
import { checkedJson, jsonDepth, mayOverflow } from "../../src/functions/json-text.ts";
import { JSON_DEPTH } from "../../src/limits.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

t.test("depth counts brackets and passes over strings", async (t) => {
	const depths: [string, number][] = [
		["1", 0],
		["[]", 1],
		['{"a":[{"b":1}]}', 3],
		["[[1],[2],[[3]]]", 3],
		['"[[[["', 0],
		['["[{\\"["]', 1],
		['["\\\\"]', 1],
		['["\\\\\\"[[[", [1]]', 2],
		['{"[":"{"}', 1],
	];
	for (const [text, depth] of depths) t.equal(jsonDepth(text), depth, text);
});

t.test("counting stops one above the most, however long the text", async (t) => {
	t.equal(jsonDepth(nested(50), 10), 11);
	t.equal(jsonDepth("[".repeat(5_000_000)), JSON_DEPTH + 1);
	t.equal(jsonDepth("]".repeat(100)), 0);
	t.equal(jsonDepth('"'.repeat(1_001)), 0);
	t.equal(jsonDepth('"\\'), 0);
});

t.test("a value that may be spliced into an answer comes back as it was", async (t) => {
	for (const text of [
		"null",
		"1",
		'"é🦊"',
		'{"a":[1,2.50,9007199254740993]}',
		" [ 1 ]\n",
		'{"__proto__":1}',
		'"\\ud800"',
	])
		t.equal(checkedJson(bytes(text)), text);
	t.equal(checkedJson(bytes(nested(JSON_DEPTH))), nested(JSON_DEPTH));
});

t.test("what is not one JSON value in UTF-8 is nothing", async (t) => {
	const wrong = [
		"",
		" ",
		"{",
		"[1,]",
		"{a:1}",
		"'a'",
		"NaN",
		"Infinity",
		"1 2",
		'"a\nb"',
		"nul",
		"01",
		"[1]]",
		"\uFEFF1",
	];
	for (const text of wrong) t.equal(checkedJson(bytes(text)), null, text);
	t.equal(checkedJson(new Uint8Array([0x22, 0xff, 0x22])), null, "invalid UTF-8");
	t.equal(checkedJson(new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22])), null, "a surrogate as bytes");
	t.equal(checkedJson(new Uint8Array([0x31, 0])), null, "a NUL");
	t.equal(checkedJson(bytes(nested(JSON_DEPTH + 1))), null, "too deep");
	t.equal(checkedJson(bytes(nested(1_000_000))), null, "far too deep");
});

t.test(
	"a number beyond every float is suspected by its exponent or its length, and common text is not",
	async (t) => {
		const digits = "9".repeat(300);
		for (const text of ["1e400", "[-1E+999]", '{"a":1e308}', digits, `-${digits}.5`])
			t.ok(mayOverflow(text), text);
		for (const text of [
			"1e99",
			"1e-400",
			"1.5",
			"[100,200]",
			'"the 1200 e 100"',
			digits.slice(1),
			'{"e":100}',
		])
			t.notOk(mayOverflow(text), text);
	},
);
