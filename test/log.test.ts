import t from "tap";
import { logLine, wordOf } from "../src/log.ts";

const now = new Date("2026-11-23T05:00:00.123Z");
const line = (fields: Parameters<typeof logLine>[1]) => logLine("called", fields, now);

t.test("an event is one line with its time, its name and its fields in their order", async (t) => {
	t.equal(line({}), "2026-11-23T05:00:00.123Z called");
	t.equal(
		line({ function: "orders.f", version: 3, ok: true, key: null }),
		'2026-11-23T05:00:00.123Z called function="orders.f" version=3 ok=true key=null',
	);
});

t.test(
	"no text brings a control character, a line of its own or a turn of direction into the log",
	async (t) => {
		const controls = [...Array(0x20).keys(), ...Array.from({ length: 0x21 }, (_, index) => 0x7f + index)];
		const others = [0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069];
		for (const code of [...controls, ...others]) {
			const text = line({ value: `a${String.fromCharCode(code)}b` });
			t.match(text, /^2026-11-23T05:00:00\.123Z called value="a[\x20-\x7e]+b"$/, code.toString(16));
		}
		const forged = line({ value: 'x"\n2026-11-23T05:00:00.123Z revoked key="key_1' });
		t.equal(forged.split("\n").length, 1);
		t.match(forged, 'value="x\\"\\n2026');
		t.match(line({ value: "\u001b[31mred\u001b[0m\u009b2J" }), 'value="\\u001b[31mred\\u001b[0m?2J"');
	},
);

t.test("a field's text can be read back", async (t) => {
	const text = 'a "quoted" \\ path\twith ünïcode 🦊';
	t.equal(JSON.parse(line({ text }).split("text=")[1] ?? ""), text);
});

t.test("a long text is cut", async (t) => {
	t.ok(line({ text: "x".repeat(1_000_000) }).length < 2_100);
	t.ok(line({ text: "\u0000".repeat(1_000_000) }).length < 12_100, "also one that grows when it is escaped");
	t.match(line({ text: `${"x".repeat(1_999)}🦊` }), /x\\ud83e"$/, "also in the middle of a character");
});

t.test("a name of users' code is one word, whatever is in it", async (t) => {
	for (const name of ["LookupError", "urllib.error.HTTPError", "$Größe_1", ""]) t.equal(wordOf(name), name);
	t.equal(wordOf('a" fault\nb=1 🦊\u202e\ud83e'), "a??fault?b?1????");
	t.equal(wordOf("x".repeat(1_000_000)).length, 100);
});
