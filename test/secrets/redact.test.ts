import t from "tap";
import { redactor } from "../../src/secrets/redact.ts";

const VALUE = "p@ss/w\"rd+é \\x~'(1)";
const NASTY: Record<string, string> = {
	ordinary: "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
	"special characters": VALUE,
	"base64 with both signs": "k/9+Zq8/+abc+/==",
	"regular expression": "^(a+)+$[x-z]{2,}.*\\d?",
	"replacement pattern": "$& $1 $` $' $$ $<x>",
	"several lines": "-----BEGIN KEY-----\nMIIEvg/+\r\nabc\n-----END KEY-----\n",
	quotes: `"'"'"'"'`,
	backslashes: "\\\\\\\\\\\\\\\\",
	unicode: "пароль🔑 ключ",
	"looks like a marker": "[secret OTHER]",
	"JSON syntax": '{"a":1,"b":[2]}',
	"control characters": "a\u0001b\u001fc\td\u007fe",
	"eight of one": "aaaaaaaa",
	"64 KiB": '0123456789abcdef/"é\n'.repeat(3_000),
};
const utf8 = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Spellings by other means than those of the code under test. */
function spellings(value: string): Record<string, string> {
	const bytes = Buffer.from(value);
	const json = JSON.stringify(value).slice(1, -1);
	const ascii = [...Array(json.length).keys()]
		.map((at) => json.charCodeAt(at))
		.map((unit) => (unit > 126 ? `\\u${unit.toString(16).padStart(4, "0")}` : String.fromCharCode(unit)))
		.join("");
	const percents = encodeURIComponent(value);
	const pad = (before: string) => Buffer.concat([Buffer.from(before), bytes, Buffer.from("zz")]);
	return {
		plain: value,
		"JSON-escaped": json,
		"JSON-escaped in ASCII": ascii,
		"JSON-escaped in ASCII, upper case": ascii.replace(
			/\\u[0-9a-f]{4}/g,
			(one) => `\\u${one.slice(2).toUpperCase()}`,
		),
		"JSON-escaped with its slashes": json.replaceAll("/", "\\/"),
		"URL-encoded": percents,
		"URL-encoded in lower case": percents.replace(/%../g, (one) => one.toLowerCase()),
		"URL-encoded with plus": percents.replaceAll("%20", "+"),
		"as a form": new URLSearchParams({ q: value }).toString().slice(2),
		hexadecimal: bytes.toString("hex"),
		"hexadecimal, upper case": bytes.toString("hex").toUpperCase(),
		base64: bytes.toString("base64"),
		base64url: bytes.toString("base64url"),
		"base64 behind one byte": pad(":").toString("base64"),
		"base64 behind two bytes": pad("u:").toString("base64"),
		"base64 behind three bytes": pad("us:").toString("base64"),
		"base64url behind one byte": pad(":").toString("base64url"),
		"base64url behind two bytes": pad("u:").toString("base64url"),
	};
}

/** Python's own encoders disagree with JavaScript's about some characters. */
async function pythonSpellings(values: string[]): Promise<string[][]> {
	const script = `
import base64, json, sys, urllib.parse as u
for value in json.load(sys.stdin):
    raw = value.encode()
    print(json.dumps([json.dumps(value), json.dumps(value, ensure_ascii=False), u.quote(value), u.quote(value, safe=""),
        u.quote_plus(value), u.urlencode({"q": value}), raw.hex(), base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(b"u:" + raw).decode()]))
`;
	const child = Bun.spawn(["python3", "-c", script], {
		stdio: [utf8(JSON.stringify(values)), "pipe", "inherit"],
	});
	return (await new Response(child.stdout).text())
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));
}

for (const [kind, value] of Object.entries(NASTY)) {
	t.test(`a value is found in each spelling: ${kind}`, async (t) => {
		const { text } = redactor({ TOKEN: value });
		for (const [spelling, written] of Object.entries(spellings(value))) {
			const after = text(`before ${written} after`);
			t.match(after, "[secret TOKEN]", spelling);
			// Marks around the value, white space at its ends and the last bits of base64 may stay.
			const rest = after.replaceAll("[secret TOKEN]", "").replace(/^before | after$/g, "");
			t.ok(rest.length <= 12, `${spelling} leaves ${JSON.stringify(rest.slice(0, 80))}`);
		}
	});
}

t.test("a value is found as Python writes it", async (t) => {
	const values = Object.entries(NASTY);
	const written = await pythonSpellings(values.map(([, value]) => value));
	for (const [index, [kind, value]] of values.entries()) {
		const { text } = redactor({ TOKEN: value });
		for (const one of written[index] ?? [])
			t.match(text(one), "[secret TOKEN]", `${kind}: ${one.slice(0, 60)}`);
	}
});

t.test("a value in JSON text that is itself a string in JSON text is found", async (t) => {
	const { json } = redactor({ TOKEN: VALUE });
	const after = textOf(json(utf8(JSON.stringify({ body: JSON.stringify({ token: VALUE }) }))));
	t.same(JSON.parse(JSON.parse(after).body), { token: "[secret TOKEN]" });
});

t.test("values shorter than eight characters are left alone, those of eight are not", async (t) => {
	const { text, bytes, json, stream } = redactor({ SHORT: "true", SEVEN: "1234567", PADDED: " 123456 " });
	t.equal(text("true 1234567 31323334353637"), "true 1234567 31323334353637");
	t.equal(text("is[ 123456 ]"), "is[[secret PADDED]]", "white space counts where nothing else would be left");
	t.equal(textOf(bytes(utf8("true"))), "true");
	t.equal(textOf(json(utf8("true"))), "true");
	t.equal(textOf(stream().push(utf8("true"))), "true");
	t.equal(redactor({ A: "🔑🔑🔑🔑" }).text("🔑🔑🔑🔑"), "🔑🔑🔑🔑", "four characters, though eight units");
	t.equal(redactor({ A: "🔑🔑🔑🔑🔑🔑🔑🔑" }).text("a 🔑🔑🔑🔑🔑🔑🔑🔑"), "a [secret A]");
});

t.test("what has no value in it is handed back as it is", async (t) => {
	const { text, bytes, json } = redactor({ A: "correct horse battery" });
	const some = utf8('{"a":"correct horse batter"}');
	t.equal(bytes(some), some);
	t.equal(json(some), some);
	t.equal(text("lone \ud800 surrogate"), "lone \ud800 surrogate");
	const binary = new Uint8Array(300).map((_, index) => index);
	t.equal(bytes(binary), binary);
});

t.test("of values that contain each other the longest is named", async (t) => {
	const { text } = redactor({
		SHORT: "password",
		LONG: "password12345",
		MIDDLE: "word1234",
		SAME: "password",
	});
	t.equal(text("password12345"), "[secret LONG]");
	t.equal(text("password123"), "[secret SHORT]123");
	t.equal(text("a password."), "a [secret SHORT].");
	t.equal(text("xword1234x"), "x[secret MIDDLE]x");
});

t.test("of values that overlap nothing stays", async (t) => {
	const { text } = redactor({ LEFT: "abcdefghij", RIGHT: "ghijklmnop" });
	t.equal(text("<abcdefghijklmnop>"), "<[secret LEFT][secret RIGHT]>");
	t.equal(text("<abcdefghij ghijklmnop>"), "<[secret LEFT] [secret RIGHT]>");
	const { text: same } = redactor({ A: "aaaaaaaa" });
	t.equal(same(`<${"a".repeat(7)}>`), `<${"a".repeat(7)}>`);
	t.equal(same(`<${"a".repeat(8)}>`), "<[secret A]>");
	t.equal(same(`<${"a".repeat(1_000)}>`), "<[secret A]>");
});

t.test("values one after the other are each replaced", async (t) => {
	const { text } = redactor({ A: "abcdefgh", B: "12345678" });
	t.equal(text("abcdefgh12345678abcdefgh"), "[secret A][secret B][secret A]");
});

t.test("the strings of a header are clean, whatever their place, and nothing else changes", async (t) => {
	const { header } = redactor({ TOKEN: VALUE });
	const before = {
		op: "result",
		id: 3,
		ok: false,
		error: {
			type: VALUE,
			message: `no: ${VALUE}`,
			line: 4,
			traceback: null,
			hint: encodeURIComponent(VALUE),
		},
		warnings: ["fine", VALUE],
		too_large: { bytes: 5, shape: `object with keys ${VALUE}` },
	};
	const copy = structuredClone(before);
	t.same(header(before), {
		op: "result",
		id: 3,
		ok: false,
		error: {
			type: "[secret TOKEN]",
			message: "no: [secret TOKEN]",
			line: 4,
			traceback: null,
			hint: "[secret TOKEN]",
		},
		warnings: ["fine", "[secret TOKEN]"],
		too_large: { bytes: 5, shape: "object with keys [secret TOKEN]" },
	});
	t.same(before, copy, "the header that came is not touched");
	const fields = redactor({ A: "warnings", B: "traceback" }).header({
		warnings: ["warnings"],
		traceback: null,
	});
	t.same(fields, { warnings: ["[secret A]"], traceback: null }, "a value that is the name of a field");
	const deep = JSON.parse(`${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`);
	t.doesNotThrow(() => header(deep));
	t.same(header(JSON.parse('{"__proto__":{"x":"y"},"op":"exit"}')).op, "exit");
});
