import t from "tap";
import { redactor } from "../../src/secrets/redact.ts";

/** The JSON text with the values replaced, known to be JSON. */
function redacted(values: Record<string, string>, text: string): unknown {
	return JSON.parse(new TextDecoder().decode(redactor(values).json(new TextEncoder().encode(text))));
}

t.test("within a string the value alone is replaced", async (t) => {
	t.same(redacted({ A: "abcdefgh" }, '{"x":"<abcdefgh>","abcdefgh":["abcdefgh"]}'), {
		x: "<[secret A]>",
		"[secret A]": ["[secret A]"],
	});
});

t.test("a number that is the value becomes a string", async (t) => {
	t.same(redacted({ PIN: "12345678" }, "[12345678,-12345678.5,1234567,{}]"), [
		"[secret PIN]",
		"[secret PIN]",
		1234567,
		{},
	]);
	t.same(redacted({ PIN: "12345678" }, "12345678"), "[secret PIN]");
	t.same(redacted({ BIG: "90071992547409931234" }, '{"n":90071992547409931234}'), { n: "[secret BIG]" });
});

t.test("a value that is an object, parsed and returned, becomes a string", async (t) => {
	const creds = '{"user":"u","key":[1,2]}';
	t.same(redacted({ CREDS: creds }, `[${creds},{"inner":${creds}}]`), [
		"[secret CREDS]",
		{ inner: "[secret CREDS]" },
	]);
	t.same(redacted({ CREDS: creds }, creds), "[secret CREDS]");
	t.same(redacted({ CREDS: creds }, JSON.stringify(creds)), "[secret CREDS]");
});

t.test("a value of structure takes the smallest JSON value around it", async (t) => {
	t.same(redacted({ A: '","b":"c' }, '[{"a":"","b":"cd"},5]'), ["[secret A]", 5]);
	t.same(redacted({ A: "]],[[[1,2" }, "[[[0]],[[[1,2]]],7]"), "[secret A]");
	t.same(redacted({ A: '"abcdefg' }, '{"abcdefg":"abcdefgh"}'), { "[secret A]": "[secret A]" });
	t.same(redacted({ A: "null,null" }, '{"a":[null,null],"b":null}'), { a: "[secret A]", b: null });
	t.same(redacted({ A: "1,2,3,4,5" }, "[[0,1,2,3,4,5,6],[1,2,3]]"), ["[secret A]", [1, 2, 3]]);
	t.same(redacted({ A: "trailing  " }, '  {"x":"trailing  "}  '), { x: "[secret A]  " });
	t.same(redacted({ A: "        " }, "[1,          2]"), "[secret A]");
});

t.test("a value inside one that is replaced as a whole is named as well", async (t) => {
	const after = redacted({ A: "1,2,3,4,5", B: "abcdefgh" }, '[["abcdefgh",1,2,3,4,5],0]');
	t.same(after, ["[secret A][secret B]", 0]);
});

t.test("a find that begins or ends within an escape takes the whole escape", async (t) => {
	t.same(redacted({ A: "nabcdefg" }, '["\\nabcdefg"]'), ["[secret A]"]);
	t.same(redacted({ A: "0e9abcdef" }, '["x\\u00e9abcdef"]'), ["x[secret A]"]);
	t.same(redacted({ A: "abcdefg\\" }, '["abcdefg\\n"]'), ["[secret A]"]);
	t.same(redacted({ A: "abcdefg\\u00" }, '["abcdefg\\u00e9z"]'), ["[secret A]z"]);
	t.same(redacted({ A: 'abcdefg\\"' }, '["abcdefg\\"z"]'), ["[secret A]z"]);
	t.same(redacted({ A: "abcdefgh", B: "uabcdefgh1" }, '["\\\\uabcdefgh1"]'), ["\\[secret B]"]);
});

t.test("whatever the values are, JSON stays JSON and no value stays in it", async (t) => {
	const alphabet = [...'ab"\\/,:[]{} 1n', "\\u0061", "é", "🔑", '","', "null", "\n"];
	let seed = 7;
	const random = (below: number) => {
		seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
		return Math.floor((seed / 2_147_483_648) * below);
	};
	const word = (length: number) => Array.from({ length }, () => alphabet[random(alphabet.length)]).join("");
	const value = (depth: number): unknown => {
		const kind = random(depth > 0 ? 6 : 4);
		if (kind === 0) return random(1e9);
		if (kind === 1) return null;
		if (kind < 4) return word(random(12));
		if (kind === 4) return Array.from({ length: random(4) }, () => value(depth - 1));
		return Object.fromEntries(Array.from({ length: random(4) }, () => [word(3), value(depth - 1)]));
	};
	let hits = 0;
	for (let round = 0; round < 4_000; round++) {
		const text = JSON.stringify(value(4));
		if (text.length < 12) continue;
		// A value that is there for certain: a piece of the text, or of a string in it.
		const at = random(text.length - 9);
		const secret = text.slice(at, at + 8 + random(6)).toWellFormed();
		const { json } = redactor({ X: secret, Y: word(9) });
		const after = new TextDecoder().decode(json(new TextEncoder().encode(text)));
		if (after !== text) hits++;
		try {
			JSON.parse(after);
		} catch {
			t.fail(`${JSON.stringify(secret)} in ${text} gives ${after}`);
		}
		if ([...secret.trim()].length >= 8 && after.includes(secret.trim()))
			t.fail(`${JSON.stringify(secret)} stays in ${after}`);
	}
	t.ok(hits > 1_000, `${hits} texts had a value in them`);
});

t.test("text that is not JSON loses the values as well", async (t) => {
	const { json } = redactor({ A: "abcdefgh" });
	for (const text of [
		'{"x":"abcdefgh',
		"abcdefgh]]]]",
		'["\\',
		'"abcdefgh\\',
		"}{abcdefgh",
		"[[[[ abcdefgh",
	]) {
		const after = new TextDecoder().decode(json(new TextEncoder().encode(text)));
		t.notMatch(after, "abcdefgh", text);
	}
});
